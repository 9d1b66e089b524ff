//! Finds the records that the path of a call identifies.

use crate::http::refusal::Refusal;
use crate::openapi::path_template::PathValues;
use crate::records::listing::Listing;
use crate::records::record_view::RecordView;
use crate::resources::inference::Part;
use crate::resources::resource::Resource;
use crate::rules::error_kind::ErrorKind;
use crate::state::store::Place;
use crate::state::vendor::Vendor;

/// Finds records by the path values of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lookup<'c> {
    vendor: &'c Vendor,
    /// Index of the operation in its document.
    index: usize,
    path: &'c PathValues,
}

impl<'c> Lookup<'c> {
    pub(crate) fn new(vendor: &'c Vendor, index: usize, path: &'c PathValues) -> Self {
        Self {
            vendor,
            index,
            path,
        }
    }

    /// Returns the path values in order.
    pub(crate) fn values(&self) -> Vec<String> {
        self.path.iter().map(|(_, value)| value.clone()).collect()
    }

    pub(crate) fn resource(&self, index: usize) -> &'c Resource {
        &self.vendor.resources.all[index]
    }

    /// Returns the scope of a collection's records. If the path has more values than the scope,
    /// also returns all path values.
    pub(crate) fn scope(&self, resource: &Resource) -> (Vec<String>, Option<Vec<String>>) {
        let values = self.values();
        let Some(item) = &resource.item else {
            return (values, None);
        };
        let inner = item.matches('{').count() - usize::from(!resource.single);
        if values.len() <= inner {
            return (values, None);
        }
        (values[..inner].to_vec(), Some(values))
    }

    pub(crate) fn view(&self, index: usize, place: Place) -> RecordView<'c> {
        RecordView {
            vendor: self.vendor,
            resource: self.resource(index),
            record: self.vendor.store.get(index, &place),
            place,
        }
    }

    /// Returns the location of the record at the end of the path.
    pub(crate) fn place(&self, resource: &Resource) -> Place {
        let mut scope = self.values();
        let key = if resource.single {
            String::new()
        } else {
            scope.pop().unwrap_or_default()
        };
        Place { scope, key }
    }

    /// Returns whether a record exists, either stored or as a seed record.
    pub(crate) fn exists(&self, index: usize, place: &Place) -> bool {
        let vendor = self.vendor;
        let resource = self.resource(index);
        let known = |key: &str| resource.number_of(&self.vendor.document, key, vendor.items);
        vendor.store.get(index, place).is_some()
            || !vendor.store.is_gone(index, place)
                && (resource.single || known(&place.key).is_some())
    }

    /// Rejects a record that was deleted or, if the sandbox is strict, that doesn't exist.
    pub(crate) fn check(&self, index: usize, place: &Place) -> Result<(), Refusal> {
        let gone = self.vendor.store.is_gone(index, place);
        if gone || self.vendor.strict && !self.exists(index, place) {
            let detail = format!("no record has the key {}", place.key);
            return Err(Refusal::new(ErrorKind::Missing, detail));
        }
        Ok(())
    }

    /// Returns the parent records in the path and the record at its end, outermost first.
    pub(crate) fn path_records(&self) -> Vec<(usize, Place)> {
        let values = self.values();
        let parents = self.vendor.resources.parents(self.index);
        let path = &self.vendor.document.operations[self.index].path;
        let own = self.vendor.resources.part(self.index).filter(|part| {
            let item = self.resource(part.resource).item.as_ref();
            item == Some(path)
        });
        let own = own.map(|part| (part.resource, values.len()));
        let all = parents.iter().copied().chain(own);
        all.filter_map(|(index, count)| {
            let (key, scope) = values.get(..count)?.split_last()?;
            let place = Place {
                scope: scope.to_vec(),
                key: key.clone(),
            };
            Some((index, place))
        })
        .collect()
    }

    /// Applies [`check`](Self::check) to the parent records in the path.
    pub(crate) fn check_parents(&self) -> Result<(), Refusal> {
        let values = self.values();
        for (index, count) in self.vendor.resources.parents(self.index) {
            if let Some((key, scope)) = values.get(..*count).and_then(|v| v.split_last()) {
                let place = Place {
                    scope: scope.to_vec(),
                    key: key.clone(),
                };
                self.check(*index, &place)?;
            }
        }
        Ok(())
    }

    pub(crate) fn listing(&self, part: &Part) -> Listing<'c> {
        let (scope, home) = self.scope(self.resource(part.resource));
        let home_of = self.vendor.resources.home(part.resource);
        let mut parents = self
            .vendor
            .resources
            .parents(self.index)
            .iter()
            .chain(&home_of);
        let values = self.values();
        let made_here = parents.any(|(index, count)| {
            let way = values.get(..*count).and_then(|v| v.split_last());
            way.is_some_and(|(key, scope)| {
                let place = Place {
                    scope: scope.to_vec(),
                    key: key.clone(),
                };
                self.view(*index, place).is_created()
            })
        });
        let seeds = if made_here { 0 } else { self.vendor.items };
        Listing::new(self.vendor, part.resource, scope, home, seeds)
    }
}

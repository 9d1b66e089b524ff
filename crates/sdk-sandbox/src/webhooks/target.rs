//! URLs to which a webhook is sent.

use serde_json::Value;

use crate::json::plain_text::plain_text;
use crate::records::record_view::RecordView;
use crate::rules::webhook_rules::TargetRules;
use crate::state::occasion::Occasion;
use crate::state::store::Place;
use crate::state::vendor::Vendor;

/// A URL, and the public key that verifies the webhooks sent to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) key: Option<String>,
    /// Key of the record with the URL.
    pub(crate) owner: Option<String>,
}

impl Target {
    fn plain(url: String) -> Self {
        Self {
            url,
            key: None,
            owner: None,
        }
    }
}

/// Returns the targets of the first rule that has targets.
pub(crate) fn targets(
    vendor: &Vendor,
    family: &str,
    rules: &[TargetRules],
    occasion: &Occasion,
    event: &str,
) -> Vec<Target> {
    let found = rules
        .iter()
        .map(|rules| rule_targets(vendor, family, rules, occasion, event));
    let mut found = found.filter(|targets| !targets.is_empty());
    found.next().unwrap_or_default()
}

fn rule_targets(
    vendor: &Vendor,
    family: &str,
    rules: &TargetRules,
    occasion: &Occasion,
    event: &str,
) -> Vec<Target> {
    if rules.subscribed {
        let urls = vendor.outbox.subscribed(family).into_iter();
        return urls.map(Target::plain).collect();
    }
    if let Some(pointer) = &rules.request {
        let url = url_at(&occasion.request, pointer);
        return url.map(Target::plain).into_iter().collect();
    }
    let records = rules.of.as_ref().and_then(|name| resource(vendor, name));
    let Some(index) = records else {
        return Vec::new();
    };
    let places = places(vendor, rules, occasion, index);
    let views = places.into_iter().filter_map(|place| {
        let key = place.key.clone();
        Some((key, shown(vendor, index, place)?))
    });
    let target = |(key, record): (String, Value)| {
        if let Some(wanted) = &rules.events
            && !names(record.get(wanted)).iter().any(|name| name == event)
        {
            return None;
        }
        let (owner, record) = match &rules.through {
            Some(through) => {
                let index = resource(vendor, &through.of)?;
                let key = names(record.get(&through.field)).into_iter().next()?;
                let place = vendor.store.places(index, |place| place.key == key);
                (key, shown(vendor, index, place.into_iter().next()?)?)
            }
            None => (key, record),
        };
        Some(Target {
            url: url_at(&record, rules.url.as_deref()?)?,
            owner: Some(owner),
            key: rules
                .key
                .as_ref()
                .and_then(|key| Some(record.get(key)?.as_str()?.to_owned())),
        })
    };
    views.filter_map(target).collect()
}

/// Returns the locations of the records that the rules select.
fn places(vendor: &Vendor, rules: &TargetRules, occasion: &Occasion, index: usize) -> Vec<Place> {
    if rules.all {
        // Ignore records whose parent differs from the parent of the job's record.
        let is_near = |place: &Place| {
            let home = vendor
                .store
                .get(index, place)
                .and_then(|record| record.home);
            home.is_none_or(|home| occasion.home.is_empty() || home == occasion.home)
        };
        let mut places = vendor.store.places(index, |_| true);
        places.retain(is_near);
        return places;
    }
    match &rules.named_by {
        Some(pointer) => {
            let keys = names(occasion.subject.pointer(pointer));
            vendor
                .store
                .places(index, |place| keys.contains(&place.key))
        }
        None => {
            let in_path = occasion.records.iter().filter(|(known, _)| *known == index);
            in_path.map(|(_, place)| place.clone()).collect()
        }
    }
}

pub(crate) fn resource(vendor: &Vendor, name: &str) -> Option<usize> {
    let mut all = vendor.resources.all.iter();
    all.position(|resource| resource.name == name)
}

/// Renders a stored record as responses show it.
pub(crate) fn shown(vendor: &Vendor, index: usize, place: Place) -> Option<Value> {
    let view = RecordView {
        vendor,
        resource: &vendor.resources.all[index],
        record: Some(vendor.store.get(index, &place)?),
        place,
    };
    Some(match vendor.resources.record_location(index) {
        Some(location) => view.render(location),
        None => view.value(None),
    })
}

fn url_at(value: &Value, pointer: &str) -> Option<String> {
    let url = value.pointer(pointer)?.as_str()?;
    (!url.is_empty()).then(|| url.to_owned())
}

/// Returns the keys in a value that is one key or a list of keys.
fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => items.iter().map(plain_text).collect(),
        None | Some(Value::Null) => Vec::new(),
        Some(one) => vec![plain_text(one)],
    }
}

//! Ordered list of the records of a collection. Only stored records are kept in memory.

use std::collections::HashMap;

use serde_json::Value;

use crate::records::record_view::RecordView;
use crate::records::search::Search;
use crate::resources::record_location::RecordLocation;
use crate::state::store::{Place, Record};
use crate::state::vendor::Vendor;

/// Maximum number of records that a search examines.
pub(crate) const MAX_SEARCHED_RECORDS: u64 = 10_000;

/// List of the seed records, followed by the created records.
#[derive(Debug)]
pub(crate) struct Listing<'l> {
    vendor: &'l Vendor,
    resource: usize,
    scope: Vec<String>,
    /// Changed seed records, by number.
    changed: HashMap<u64, Record>,
    /// Numbers of the deleted seed records, in order.
    gone: Vec<u64>,
    first: u64,
    made: Vec<(String, Record)>,
    /// Indexes of the records that match the search, if there is a search.
    chosen: Option<Vec<u64>>,
    pub(crate) total: u64,
}

impl<'l> Listing<'l> {
    pub(crate) fn new(
        vendor: &'l Vendor,
        resource: usize,
        scope: Vec<String>,
        home: Option<Vec<String>>,
        seeds: u64,
    ) -> Self {
        let kind = &vendor.resources.all[resource];
        let number = |key: &str| kind.number_of(&vendor.document, key, seeds);
        let (records, gone) = vendor.store.list(resource, &scope);
        let mut gone: Vec<u64> = gone.iter().filter_map(|key| number(key)).collect();
        gone.sort_unstable();
        let mut changed = HashMap::new();
        let mut made = Vec::new();
        for (key, record) in records {
            let elsewhere = home.is_some() && record.home.is_some() && record.home != home;
            match number(&key) {
                Some(number) => {
                    changed.insert(number, record);
                }
                None if elsewhere => {}
                None => made.push((key, record)),
            }
        }
        let first = seeds.saturating_sub(gone.len() as u64);
        Self {
            total: first + made.len() as u64,
            vendor,
            resource,
            scope,
            changed,
            gone,
            first,
            made,
            chosen: None,
        }
    }

    /// Examines the first [`MAX_SEARCHED_RECORDS`] records, and keeps only those that match a search.
    pub(crate) fn retain(&mut self, node: &RecordLocation, search: &Search) {
        let looked = self.total.min(MAX_SEARCHED_RECORDS);
        let fits = |turn: &u64| search.holds(&self.item(node, *turn));
        let chosen: Vec<u64> = (0..looked).filter(fits).collect();
        self.total = chosen.len() as u64;
        self.chosen = Some(chosen);
    }

    /// Renders the record at an index of the list.
    pub(crate) fn item(&self, node: &RecordLocation, turn: u64) -> Value {
        let resource = &self.vendor.resources.all[self.resource];
        let chosen = |chosen: &Vec<u64>| {
            let place = usize::try_from(turn).unwrap_or(usize::MAX);
            chosen.get(place).copied().unwrap_or(u64::MAX)
        };
        let turn = self.chosen.as_ref().map_or(turn, chosen);
        let (key, record) = if turn < self.first {
            let number =
                self.gone.iter().fold(
                    turn,
                    |number, gone| {
                        if *gone <= number { number + 1 } else { number }
                    },
                );
            let key = resource.key_of(&self.vendor.document, number);
            (key, self.changed.get(&number).cloned())
        } else {
            let place = usize::try_from(turn - self.first).unwrap_or(usize::MAX);
            match self.made.get(place) {
                Some((key, record)) => (key.clone(), Some(record.clone())),
                None => return Value::Null,
            }
        };
        let place = Place {
            scope: self.scope.clone(),
            key,
        };
        let view = RecordView {
            vendor: self.vendor,
            resource,
            place,
            record,
        };
        view.render(node)
    }
}

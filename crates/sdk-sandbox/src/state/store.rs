//! Store of created, changed and deleted records, with bounded memory.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::http::refusal::Refusal;
use crate::http::uploaded_file::File;
use crate::http::wall_clock::unix_now;

/// Location of a record: the path values that lead to its collection, and its key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) scope: Vec<String>,
    pub(crate) key: String,
}

impl Place {
    /// Returns the scope of the records that belong to this record.
    pub(crate) fn within(&self) -> Vec<String> {
        self.scope.iter().chain([&self.key]).cloned().collect()
    }
}

/// A stored record.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    pub(crate) value: Value,
    /// Values in the path at which the record was created, if the path has more values than the
    /// scope of the record.
    pub(crate) home: Option<Vec<String>>,
    pub(crate) file: Option<File>,
    /// Unix time of creation in seconds, or `None` for a seed record.
    pub(crate) made_at: Option<u64>,
    /// Unix time of the last change in seconds.
    pub(crate) changed_at: Option<u64>,
}

/// Stored records of a vendor.
#[derive(Debug)]
pub(crate) struct Store {
    collections: Mutex<Collections>,
    /// Held while a record is read and then changed.
    write_lock: Mutex<()>,
    most: usize,
}

#[derive(Debug, Default)]
struct Collections {
    collections: HashMap<usize, Collection>,
    bytes: usize,
    made: u64,
}

#[derive(Debug, Default)]
struct Collection {
    records: HashMap<Place, (u64, Record)>,
    order: BTreeMap<u64, Place>,
    gone: HashSet<Place>,
}

impl Store {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            collections: Mutex::default(),
            write_lock: Mutex::default(),
            most,
        }
    }

    fn collections(&self) -> MutexGuard<'_, Collections> {
        self.collections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Blocks other writers until the guard is dropped.
    pub(crate) fn write_lock(&self) -> MutexGuard<'_, ()> {
        self.write_lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, resource: usize, place: &Place) -> Option<Record> {
        let collections = self.collections();
        let (_, record) = collections.collections.get(&resource)?.records.get(place)?;
        Some(record.clone())
    }

    /// Returns whether a record was deleted and hasn't been created again.
    pub(crate) fn is_gone(&self, resource: usize, place: &Place) -> bool {
        let collections = self.collections();
        let collection = collections.collections.get(&resource);
        collection.is_some_and(|collection| collection.gone.contains(place))
    }

    /// Stores a record, and replaces an existing record at the same location. Sets the time of
    /// change to the current time.
    pub(crate) fn put(
        &self,
        resource: usize,
        place: Place,
        mut record: Record,
    ) -> Result<(), Refusal> {
        record.changed_at = Some(unix_now());
        let mut collections = self.collections();
        let size = size(&record) + place.key.len();
        let collection = collections.collections.entry(resource).or_default();
        let known = collection.records.get(&place);
        let freed = known.map_or(0, |(_, known)| self::size(known) + place.key.len());
        let bytes = (collections.bytes + size).saturating_sub(freed);
        if bytes > self.most {
            return Err(memory_limit_error());
        }
        collections.bytes = bytes;
        collections.made += 1;
        let made = collections.made;
        let collection = collections.collections.entry(resource).or_default();
        collection.gone.remove(&place);
        let turn = match collection.records.get(&place) {
            Some((turn, _)) => *turn,
            None => {
                collection.order.insert(made, place.clone());
                made
            }
        };
        collection.records.insert(place, (turn, record));
        Ok(())
    }

    /// Deletes a record and marks its location as deleted.
    pub(crate) fn remove(&self, resource: usize, place: &Place) -> Result<(), Refusal> {
        let mut collections = self.collections();
        if collections.bytes + place.key.len() > self.most {
            return Err(memory_limit_error());
        }
        let collection = collections.collections.entry(resource).or_default();
        let mut freed = 0;
        if let Some((turn, record)) = collection.records.remove(place) {
            collection.order.remove(&turn);
            freed = size(&record);
        } else {
            collections.bytes += place.key.len();
        }
        let collection = collections.collections.entry(resource).or_default();
        collection.gone.insert(place.clone());
        collections.bytes = collections.bytes.saturating_sub(freed);
        Ok(())
    }

    /// Returns the records of a scope in order of creation, and the keys of its deleted records.
    pub(crate) fn list(
        &self,
        resource: usize,
        scope: &[String],
    ) -> (Vec<(String, Record)>, Vec<String>) {
        let collections = self.collections();
        let Some(collection) = collections.collections.get(&resource) else {
            return (Vec::new(), Vec::new());
        };
        let here = collection
            .order
            .values()
            .filter(|place| place.scope == scope);
        let records = here.filter_map(|place| {
            let (_, record) = collection.records.get(place)?;
            Some((place.key.clone(), record.clone()))
        });
        let gone = collection.gone.iter().filter(|place| place.scope == scope);
        (
            records.collect(),
            gone.map(|place| place.key.clone()).collect(),
        )
    }

    /// Returns the keys of the records of a scope, and the keys of its deleted records.
    pub(crate) fn keys(&self, resource: usize, scope: &[String]) -> (Vec<String>, Vec<String>) {
        let collections = self.collections();
        let Some(collection) = collections.collections.get(&resource) else {
            return Default::default();
        };
        let keys = |places: &mut dyn Iterator<Item = &Place>| {
            let here = places.filter(|place| place.scope == scope);
            here.map(|place| place.key.clone()).collect()
        };
        (
            keys(&mut collection.order.values()),
            keys(&mut collection.gone.iter()),
        )
    }

    /// Returns whether any stored record of a collection satisfies a condition, in any scope.
    pub(crate) fn any(&self, resource: usize, is: impl Fn(&Value) -> bool) -> bool {
        let collections = self.collections();
        let collection = collections.collections.get(&resource);
        collection.is_some_and(|collection| {
            collection
                .records
                .values()
                .any(|(_, record)| is(&record.value))
        })
    }

    /// Returns the locations in a collection that satisfy a condition and have a stored record, in
    /// order of creation.
    pub(crate) fn places(&self, resource: usize, is: impl Fn(&Place) -> bool) -> Vec<Place> {
        let collections = self.collections();
        let collection = collections.collections.get(&resource).into_iter();
        let places = collection.flat_map(|collection| collection.order.values());
        places.filter(|place| is(place)).cloned().collect()
    }

    /// Returns a number that is unique among the records.
    pub(crate) fn next(&self) -> u64 {
        let mut collections = self.collections();
        collections.made += 1;
        collections.made
    }

    /// Returns the approximate size of all stored records and files in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.collections().bytes
    }

    /// Deletes all records.
    pub(crate) fn clear(&self) {
        *self.collections() = Collections::default();
    }
}

fn memory_limit_error() -> Refusal {
    Refusal::of_status(507, "the sandbox has reached its memory limit")
}

fn size(record: &Record) -> usize {
    value_size(&record.value)
        + record
            .file
            .as_ref()
            .map_or(0, |file| file.content.len() + 64)
}

/// Returns the approximate size of a value in bytes.
fn value_size(value: &Value) -> usize {
    match value {
        Value::String(text) => 32 + text.len(),
        Value::Array(items) => 32 + items.iter().map(value_size).sum::<usize>(),
        Value::Object(map) => {
            64 + map
                .iter()
                .map(|(k, v)| k.len() + value_size(v))
                .sum::<usize>()
        }
        _ => 32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn place(key: &str) -> Place {
        Place {
            scope: Vec::new(),
            key: key.to_owned(),
        }
    }

    fn record(value: Value) -> Record {
        Record {
            value,
            ..Record::default()
        }
    }

    #[test]
    fn records_are_listed_in_order_of_creation() {
        let store = Store::new(10_000);
        for key in ["b", "a", "c"] {
            store
                .put(0, place(key), record(json!({ "k": key })))
                .unwrap();
        }
        store
            .put(0, place("b"), record(json!({ "k": "new" })))
            .unwrap();
        store.remove(0, &place("a")).unwrap();
        let (records, gone) = store.list(0, &[]);
        let keys: Vec<&str> = records.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!((keys, gone), (vec!["b", "c"], vec!["a".to_owned()]));
        assert!(store.is_gone(0, &place("a")) && !store.is_gone(1, &place("a")));
    }

    #[test]
    fn the_memory_limit_is_enforced_and_deletion_frees_memory() {
        let store = Store::new(1000);
        let big = record(json!("x".repeat(600)));
        store.put(0, place("a"), big.clone()).unwrap();
        store.put(0, place("a"), big.clone()).unwrap();
        assert!(store.put(0, place("b"), big.clone()).is_err());
        store.remove(0, &place("a")).unwrap();
        store.put(0, place("b"), big).unwrap();
    }
}

//! A kind of record: where it is kept, what its key is, and which keys there are from the start.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::actions::create_many::ManyRules;
use crate::actions::references::DependantRules;
use crate::openapi::document::Document;
use crate::openapi::schema::{Check, is_type};
use crate::sample::prng::Seed;

/// Corrections of what was read out of the document about one collection.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ResourceRules {
    /// The path of one record, where it does not begin with that of the collection.
    pub(crate) item: Option<String>,
    /// The property that is the last part of a record's address.
    pub(crate) key: Option<String>,
    /// How a key is made where the body has none; `{hex1}`, `{hex40}`, `{number}` and `{file}` stand for themselves.
    pub(crate) new_key: Option<String>,
    /// Properties that no two records share.
    pub(crate) unique: Vec<String>,
    /// Properties of bodies that answers have under another name.
    pub(crate) fields: BTreeMap<String, String>,
    /// Further operations that list these records.
    pub(crate) lists: Vec<String>,
    /// The records that keep one of these from being deleted.
    pub(crate) dependants: Vec<DependantRules>,
    /// Properties that stay as they are while there are such records.
    pub(crate) held: Vec<String>,
    /// How a call makes several of these records.
    pub(crate) many: Option<ManyRules>,
    /// Operations on the record that these belong to which show a page of these.
    pub(crate) pages: Vec<String>,
    /// The property of the record that these belong to which says how many there are.
    pub(crate) count: Option<String>,
}

/// A kind of record.
#[derive(Debug)]
pub(crate) struct Resource {
    /// The path of its collection, or of the record where there is but one.
    pub(crate) name: String,
    /// The path of one record; none where records have no address.
    pub(crate) item: Option<String>,
    /// Whether there is exactly one.
    pub(crate) single: bool,
    /// The property that is the key.
    pub(crate) key: Option<String>,
    /// The path parameter that carries the key.
    pub(crate) parameter: Option<String>,
    pub(crate) key_schema: Value,
    /// The names of properties by which the record is known within an answer.
    pub(crate) fields: BTreeSet<String>,
    pub(crate) rules: ResourceRules,
    /// The resources whose records belong to one of these and are counted by it.
    pub(crate) counted: Vec<usize>,
    pub(crate) kind: OnceLock<KeyKind>,
}

/// How the keys of the records look that are there from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Number,
    Uuid(u32),
    Word(String),
    /// Made from the schema; they cannot be turned back into numbers.
    Sample,
}

impl Resource {
    pub(crate) fn kind(&self, document: &Document) -> &KeyKind {
        self.kind.get_or_init(|| {
            if is_type(document, &self.key_schema, "integer") {
                return KeyKind::Number;
            }
            let mark = (Seed::new(&self.name, 0).next() & 0xffff_ffff) as u32;
            let check = Check::new(&self.key_schema);
            let fits = |kind: &KeyKind| {
                let key = json!(kind.write(0).unwrap_or_default());
                check
                    .violations(document, &key)
                    .is_ok_and(|faults| faults.is_empty())
            };
            let schema = document.resolve(&self.key_schema);
            let word = KeyKind::Word(self.word());
            let uuid = KeyKind::Uuid(mark);
            let is_uuid = schema.get("format").and_then(Value::as_str) == Some("uuid")
                || self.key.as_deref() == Some("uuid");
            let order = if is_uuid { [uuid, word] } else { [word, uuid] };
            order.into_iter().find(fits).unwrap_or(KeyKind::Sample)
        })
    }

    /// The last literal of the path as one word: `families` gives `family`.
    fn word(&self) -> String {
        let literal = self
            .name
            .split('/')
            .rfind(|part| !part.is_empty() && !part.starts_with('{'));
        let word = literal.unwrap_or("record").replace('-', "_");
        match word.strip_suffix("ies") {
            Some(stem) => format!("{stem}y"),
            None => {
                let hissing = ["xes", "ses", "ches", "shes"]
                    .iter()
                    .any(|end| word.ends_with(end));
                let end = if hissing { "es" } else { "s" };
                word.strip_suffix(end).unwrap_or(&word).to_owned()
            }
        }
    }

    /// The key of one of the records that are there from the start.
    pub(crate) fn key_of(&self, document: &Document, number: u64) -> String {
        let kind = self.kind(document);
        kind.write(number).unwrap_or_else(|| {
            let seed = Seed::new((&self.name, "key"), number);
            text(&crate::sample::sampler::Sampler::new(document, seed).value(&self.key_schema))
        })
    }

    /// Which of the first records has a key.
    pub(crate) fn number_of(&self, document: &Document, key: &str, records: u64) -> Option<u64> {
        let kind = self.kind(document);
        let number = match kind {
            KeyKind::Sample => {
                (0..records.min(1000)).find(|number| self.key_of(document, *number) == key)
            }
            kind => kind.read(key),
        };
        number.filter(|number| *number < records)
    }

    /// The key as it stands in a body.
    pub(crate) fn key_value(&self, document: &Document, key: &str) -> Value {
        if is_type(document, &self.key_schema, "integer") {
            key.parse::<i64>().map_or_else(|_| json!(key), |n| json!(n))
        } else {
            json!(key)
        }
    }
}

impl KeyKind {
    fn write(&self, number: u64) -> Option<String> {
        let number = number.saturating_add(1);
        match self {
            Self::Number => Some(number.to_string()),
            Self::Uuid(mark) => Some(format!("{mark:08x}-0000-4000-a000-{number:012x}")),
            Self::Word(word) => Some(format!("{word}_{number}")),
            Self::Sample => None,
        }
    }

    fn read(&self, key: &str) -> Option<u64> {
        let number = match self {
            Self::Number => key.parse().ok(),
            Self::Uuid(_) => u64::from_str_radix(key.rsplit('-').next()?, 16).ok(),
            Self::Word(word) => key
                .strip_prefix(word.as_str())?
                .strip_prefix('_')?
                .parse()
                .ok(),
            Self::Sample => None,
        };
        let number = u64::checked_sub(number?, 1)?;
        (self.write(number).as_deref() == Some(key)).then_some(number)
    }
}

/// A key as it stands in a path.
pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_back_to_their_numbers() {
        for kind in [
            KeyKind::Number,
            KeyKind::Uuid(7),
            KeyKind::Word("family".into()),
        ] {
            for number in [0, 1, 999_999] {
                let key = kind.write(number).unwrap();
                assert_eq!(kind.read(&key), Some(number), "{key}");
            }
            assert_eq!(kind.read("family_007"), None);
            assert_eq!(kind.read("made up"), None);
        }
    }
}

//! A kind of record: its paths, its key, and the keys of the seed records.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::json::plain_text::plain_text;
use crate::openapi::document::Document;
use crate::openapi::schema::{Check, is_type};
use crate::resources::keys::KeyKind;
use crate::rules::record_rules::ResourceRules;
use crate::sample::prng::Prng;
use crate::sample::sampler::Sampler;

/// A kind of record.
#[derive(Debug)]
pub(crate) struct Resource {
    /// Path of the collection, or of the record if there is only one.
    pub(crate) name: String,
    /// Path of a record, or `None` if the records don't have their own paths.
    pub(crate) item: Option<String>,
    /// Whether there is exactly one record.
    pub(crate) single: bool,
    /// Name of the key property.
    pub(crate) key: Option<String>,
    /// Name of the path parameter with the key.
    pub(crate) parameter: Option<String>,
    pub(crate) key_schema: Value,
    /// Path parameters whose values keep their slashes.
    pub(crate) keep_slashes: BTreeSet<String>,
    /// Names of the properties by which a record is recognized in a response.
    pub(crate) fields: BTreeSet<String>,
    /// Properties that requests can set, by their names in requests and in responses.
    pub(crate) settable: BTreeSet<String>,
    pub(crate) rules: ResourceRules,
    /// Resources whose records belong to a record of this resource and are counted in one of its
    /// properties.
    pub(crate) counted: Vec<usize>,
    pub(crate) kind: OnceLock<KeyKind>,
}

impl Resource {
    pub(crate) fn kind(&self, document: &Document) -> &KeyKind {
        self.kind.get_or_init(|| {
            if self.has_number_key(document) {
                return KeyKind::Number;
            }
            let mark = (Prng::new(&self.name, 0).next() & 0xffff_ffff) as u32;
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

    fn has_number_key(&self, document: &Document) -> bool {
        let mut kinds = ["integer", "number"].into_iter();
        kinds.any(|kind| is_type(document, &self.key_schema, kind))
    }

    /// Returns the key in the body of a record, if there is one.
    pub(crate) fn key_in(&self, body: &Value) -> Option<String> {
        let value = body.get(self.key.as_ref()?)?;
        let key = plain_text(value);
        (value.is_string() || value.is_number())
            .then_some(key)
            .filter(|key| !key.is_empty())
    }

    pub(crate) fn has_unique(&self) -> bool {
        !(self.rules.unique.is_empty() && self.rules.unique_ignoring_case.is_empty())
    }

    /// Returns the unique properties of a record and their values.
    pub(crate) fn marks(&self, value: &Value) -> Vec<(String, String)> {
        let text = |name: &String| {
            let value = value.get(name).filter(|value| !value.is_null())?;
            Some(plain_text(value))
        };
        let exact = self.rules.unique.iter();
        let exact = exact.filter_map(|name| Some((name.clone(), text(name)?)));
        let folded = self.rules.unique_ignoring_case.iter();
        let folded = folded.filter_map(|name| Some((name.clone(), text(name)?.to_lowercase())));
        exact.chain(folded).collect()
    }

    /// Returns the last literal segment of the path in the singular, for example `family` for
    /// `families`.
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

    /// Returns the key of a seed record.
    pub(crate) fn key_of(&self, document: &Document, number: u64) -> String {
        let kind = self.kind(document);
        kind.write(number).unwrap_or_else(|| {
            let seed = Prng::new((&self.name, "key"), number);
            plain_text(&Sampler::new(document, seed).value(&self.key_schema))
        })
    }

    /// Returns the number of the seed record with the given key, if there is one. For keys that are
    /// generated from the schema, searches only the first 1,000 seed records.
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

    /// Converts a key to a value for a body.
    pub(crate) fn key_value(&self, document: &Document, key: &str) -> Value {
        let number = || serde_json::from_str(key).ok().filter(Value::is_number);
        let number = self.has_number_key(document).then(number).flatten();
        number.unwrap_or_else(|| json!(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_keys_convert_back_to_their_numbers() {
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

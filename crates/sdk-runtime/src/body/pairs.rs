//! The fields of a flat value as pairs of texts, for forms and parts.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Splits a JSON object into pairs; lists are repeated, nulls left out, and numbers kept digit for digit.
pub(super) fn pairs(json: &[u8]) -> Result<Vec<(String, String)>, String> {
    let fields: Fields<'_> =
        serde_json::from_slice(json).map_err(|_| "a form takes an object only".to_owned())?;
    let mut pairs = Vec::new();
    for (name, value) in fields.0 {
        let value = value.get();
        if value.starts_with('[') {
            let items: Vec<&RawValue> =
                serde_json::from_str(value).map_err(|error| error.to_string())?;
            for item in items {
                push(&mut pairs, &name, item.get())?;
            }
        } else {
            push(&mut pairs, &name, value)?;
        }
    }
    Ok(pairs)
}

fn push(pairs: &mut Vec<(String, String)>, name: &str, value: &str) -> Result<(), String> {
    match value.as_bytes().first() {
        Some(b'"') => {
            let text = serde_json::from_str(value).map_err(|error| error.to_string())?;
            pairs.push((name.to_owned(), text));
        }
        Some(b'{' | b'[') => {
            return Err(format!(
                "the field `{name}` is not flat and cannot be sent in a form"
            ));
        }
        _ if value == "null" => {}
        _ => pairs.push((name.to_owned(), value.to_owned())),
    }
    Ok(())
}

/// The fields of an object in their order.
pub(crate) struct Fields<'a>(pub(crate) Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

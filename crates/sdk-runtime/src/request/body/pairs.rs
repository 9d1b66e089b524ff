//! Fields of a value as name-value pairs, for forms and parts.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Value of a field.
pub(super) enum Field<'j> {
    Text(String),
    /// A nested value.
    Json(&'j RawValue),
}

/// Splits a JSON object into fields.
pub(super) fn fields(json: &[u8]) -> Result<Fields<'_>, String> {
    serde_json::from_slice(json).map_err(|_| "a form must be an object".to_owned())
}

/// Splits a JSON object into pairs.
///
/// A list becomes one pair per item, nulls are omitted, and numbers keep every digit.
pub(super) fn pairs(json: &[u8]) -> Result<Vec<(String, Field<'_>)>, String> {
    let mut pairs = Vec::new();
    for (name, value) in fields(json)?.0 {
        if value.get().starts_with('[') {
            let items: Vec<&RawValue> =
                serde_json::from_str(value.get()).map_err(|error| error.to_string())?;
            for item in items {
                push(&mut pairs, &name, item)?;
            }
        } else {
            push(&mut pairs, &name, value)?;
        }
    }
    Ok(pairs)
}

fn push<'j>(
    pairs: &mut Vec<(String, Field<'j>)>,
    name: &str,
    value: &'j RawValue,
) -> Result<(), String> {
    let field = match value.get().as_bytes().first() {
        Some(b'"') => {
            Field::Text(serde_json::from_str(value.get()).map_err(|error| error.to_string())?)
        }
        Some(b'{' | b'[') => Field::Json(value),
        _ if value.get() == "null" => return Ok(()),
        _ => Field::Text(value.get().to_owned()),
    };
    pairs.push((name.to_owned(), field));
    Ok(())
}

/// Fields of an object, in order.
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

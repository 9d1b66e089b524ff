//! Reads unions: a value that is one of several types, told apart by a property or by trying.

use serde::de::{DeserializeOwned, Error};
use serde_json::Value;

use crate::AnyJson;

/// The text of the property that tells the variants apart; a number is taken as its digits.
pub fn tag(value: &Value, property: &str) -> Option<String> {
    match value.get(property)? {
        Value::String(tag) => Some(tag.clone()),
        Value::Number(tag) => Some(tag.to_string()),
        Value::Bool(tag) => Some(tag.to_string()),
        _ => None,
    }
}

/// Decodes the variant that the tag names.
///
/// # Errors
///
/// When the value is not what the tag promises.
pub fn variant<T: DeserializeOwned, E: Error>(value: &AnyJson) -> Result<T, E> {
    value.read().map_err(E::custom)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_variant_keeps_its_numbers() {
        #[derive(serde::Deserialize)]
        struct Amount {
            exact: u128,
            any: AnyJson,
        }
        let json =
            r#"{"kind":"amount","exact":340282366920938463463374607431768211455,"any":1e30}"#;
        let value: AnyJson = serde_json::from_str(json).unwrap();
        let amount: Amount = variant::<_, serde_json::Error>(&value).unwrap();
        assert_eq!((amount.exact, &*amount.any.text()), (u128::MAX, "1e30"));
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
    }

    #[test]
    fn a_tag_is_text_or_a_number() {
        assert_eq!(tag(&json!({"kind": "a"}), "kind").as_deref(), Some("a"));
        assert_eq!(tag(&json!({"version": 2}), "version").as_deref(), Some("2"));
        assert_eq!(tag(&json!({"kind": null}), "kind"), None);
        assert_eq!(tag(&json!([1]), "kind"), None);
    }
}

//! Reads unions, whose variants are selected by a property or tried in turn.

use serde::de::{DeserializeOwned, Error};
use serde_json::Value;

use crate::json::strict::strictly;
use crate::value::any_json::AnyJson;

/// Returns the property that distinguishes the variants, as a string.
///
/// A number or a boolean is returned as its JSON text.
pub fn tag(value: &Value, property: &str) -> Option<String> {
    match value.get(property)? {
        Value::String(tag) => Some(tag.clone()),
        Value::Number(tag) => Some(tag.to_string()),
        Value::Bool(tag) => Some(tag.to_string()),
        _ => None,
    }
}

/// Decodes the variant that the tag selects.
///
/// # Errors
///
/// Returns an error if the value doesn't match the variant's type.
pub fn variant<T: DeserializeOwned, E: Error>(value: &AnyJson) -> Result<T, E> {
    value.read().map_err(E::custom)
}

/// Decodes a variant of an untagged union.
///
/// No conversions are made, so that a number doesn't select a string variant.
///
/// # Errors
///
/// Returns an error if the value doesn't match the type.
pub fn read<T: DeserializeOwned>(value: &AnyJson) -> Result<T, serde_json::Error> {
    strictly(|| value.read())
}

/// Decodes a number as a float. If digits would be lost, returns an error, so that the caller can
/// keep the value as JSON.
///
/// # Errors
///
/// Returns an error if the value isn't a number, or if a float can't represent it.
pub fn number<E: Error>(value: &AnyJson) -> Result<f64, E> {
    let number: f64 = variant(value)?;
    if digits(&value.text()) == digits(&format!("{number:e}")) {
        Ok(number)
    } else {
        Err(E::custom("a float cannot represent the number"))
    }
}

/// Returns the digits of a number without leading and trailing zeros, and the number of places from
/// the decimal point to the first digit.
fn digits(number: &str) -> (String, i64) {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{}{fraction}", whole.trim_start_matches('-'));
    let digits = all.trim_start_matches('0');
    if digits.is_empty() {
        return (String::new(), 0);
    }
    let power = exponent.trim_start_matches('+').parse().unwrap_or(0);
    let first = digits.len() as i64 - fraction.len() as i64;
    (digits.trim_end_matches('0').to_owned(), first + power)
}

/// Names of an object's properties, and the properties with only one possible value, each with that
/// value.
pub type Shape<'s> = (&'s [&'s str], &'s [(&'s str, &'s str)]);

/// Returns the order in which to try the variants of an untagged union.
///
/// Variants that declare more of the value's properties come first. Ties keep the order of the
/// OpenAPI document. Variants with a conflicting fixed value are omitted. A variant without
/// declared properties counts as declaring all properties of the value.
pub fn best_first(value: &Value, shapes: &[Shape<'_>]) -> Vec<usize> {
    let Value::Object(object) = value else {
        return (0..shapes.len()).collect();
    };
    let mut order: Vec<(usize, usize)> = shapes
        .iter()
        .enumerate()
        .filter(|(_, (_, fixed))| {
            fixed
                .iter()
                .all(|(name, only)| object.get(*name).is_none_or(|value| value == only))
        })
        .map(|(index, (names, _))| {
            let unnamed = object.keys().filter(|key| !names.contains(&key.as_str()));
            let unnamed = if names.is_empty() { 0 } else { unnamed.count() };
            (unnamed, index)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_in_a_variant_stay_exact() {
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
    fn a_number_becomes_a_float_only_if_no_digits_are_lost() {
        let read = |text| number::<serde_json::Error>(&AnyJson::from_text(text).unwrap()).ok();
        for text in ["1.10", "0", "-0.0", "1e3", "-250", "0.001e+2", "5e-324"] {
            assert_eq!(read(text), Some(text.parse().unwrap()), "{text}");
        }
        for text in [
            "123456789012345678901234567890",
            "0.12345678901234567891",
            "1e400",
            "true",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn variants_that_declare_more_of_the_properties_are_tried_first() {
        let shapes: [Shape<'_>; 4] = [
            (&["name"], &[]),
            (&["kind", "code"], &[("kind", "a")]),
            (&["kind", "code"], &[("kind", "b")]),
            (&[], &[]),
        ];
        let order = |value: Value| best_first(&value, &shapes);
        assert_eq!(order(json!({"name": 1})), [0, 3, 1, 2]);
        assert_eq!(order(json!({"kind": "b", "code": 1})), [2, 3, 0]);
        assert_eq!(order(json!({"kind": "b", "code": 1, "new": 2})), [3, 2, 0]);
        assert_eq!(order(json!("text")), [0, 1, 2, 3]);
    }

    #[test]
    fn a_tag_is_a_string_or_a_number() {
        assert_eq!(tag(&json!({"kind": "a"}), "kind").as_deref(), Some("a"));
        assert_eq!(tag(&json!({"version": 2}), "version").as_deref(), Some("2"));
        assert_eq!(tag(&json!({"kind": null}), "kind"), None);
        assert_eq!(tag(&json!([1]), "kind"), None);
    }
}

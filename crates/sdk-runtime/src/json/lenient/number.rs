//! Reader for numbers, which some vendors write as strings, or with a zero fraction.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, Visitor};

/// Reads a number.
///
/// A string that contains a number is read as that number. A blank string and null are read as
/// `None`.
///
/// # Errors
///
/// Returns an error if the value is anything else, or is out of the type's range.
pub fn number<'de, D, N>(deserializer: D) -> Result<Option<N>, D::Error>
where
    D: Deserializer<'de>,
    N: Deserialize<'de> + FromStr,
{
    deserializer.deserialize_any(Number(PhantomData))
}

/// Maximum number of characters of an invalid number that an error shows.
const MAX_SHOWN_CHARS: usize = 2000;

struct Number<N>(PhantomData<N>);

impl<'de, N: Deserialize<'de> + FromStr> Visitor<'de> for Number<N> {
    type Value = Option<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        N::deserialize(value.into_deserializer()).map(Some)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        N::deserialize(value.into_deserializer()).map(Some)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        // A vendor may write a whole number with a decimal point. `format!` omits it.
        match format!("{value}").parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => N::deserialize(value.into_deserializer()).map(Some),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let whole = text
            .split_once('.')
            .filter(|(_, rest)| rest.bytes().all(|digit| digit == b'0'));
        // Parsing a float also accepts `NaN`, and returns infinity for numbers beyond the range.
        let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
        let number = || text.parse().ok().or_else(|| whole?.0.parse().ok());
        let number = is_number.then(number).flatten();
        number.map(Some).ok_or_else(|| {
            // Truncated, because a string may be as long as the whole response.
            let start: String = text.chars().take(MAX_SHOWN_CHARS).collect();
            let more = if start.len() < text.len() { "…" } else { "" };
            E::custom(format!(
                "invalid value: the string {start:?}{more}, expected a number"
            ))
        })
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Thing {
        #[serde(default, deserialize_with = "number")]
        whole: Option<i64>,
        #[serde(default, deserialize_with = "number")]
        float: Option<f64>,
    }

    #[test]
    fn numbers_may_be_strings_and_integers_may_have_a_zero_fraction() {
        for (json, whole, float) in [
            (r#"{"whole":3600,"float":1.5}"#, Some(3600), Some(1.5)),
            (r#"{"whole":"3600","float":"1.5"}"#, Some(3600), Some(1.5)),
            (r#"{"whole":3600.0,"float":2}"#, Some(3600), Some(2.0)),
            (r#"{"whole":"12.00","float":" 7 "}"#, Some(12), Some(7.0)),
            (r#"{"whole":null,"float":""}"#, None, None),
            (r#"{}"#, None, None),
            (r#"{"whole":-9223372036854775808}"#, Some(i64::MIN), None),
        ] {
            let thing: Thing = serde_json::from_str(json).unwrap();
            assert_eq!((thing.whole, thing.float), (whole, float), "{json}");
        }
        for json in [
            r#"{"whole":"many"}"#,
            r#"{"whole":1.5}"#,
            r#"{"whole":[1]}"#,
            r#"{"whole":true}"#,
        ] {
            assert!(serde_json::from_str::<Thing>(json).is_err(), "{json}");
        }
    }
}

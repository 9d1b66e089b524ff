//! Any JSON value, with exact numbers.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};

use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

/// Any JSON value. Dereferences to [`serde_json::Value`].
///
/// Numbers that `Value` can't represent are also preserved, such as numbers beyond 64 bits or with
/// more digits than a float preserves. [`text`](Self::text) shows such a number,
/// [`read`](Self::read) decodes it, and it is sent back unchanged. The JSON text is kept in
/// addition to the value only if the value contains such a number.
///
/// Numbers are equal only if all their digits are equal: `1` and `1.0` differ. A value with a
/// number that `Value` can't represent equals only a value with the same JSON text.
///
/// Only serde's own buffers lose digits. In an untagged enum, or in a flattened map outside an
/// [`open_object!`](crate::open_object), a number that `Value` can't represent has already become a
/// float.
///
/// `serde_json`'s feature `arbitrary_precision` would preserve digits in `Value` itself, but it
/// affects all code in a program: it breaks untagged, flattened and internally tagged types that
/// contain numbers.
#[derive(Clone, Default)]
pub struct AnyJson {
    value: Value,
    /// JSON text, if the value can't represent it exactly.
    exact: Option<Box<RawValue>>,
}

impl AnyJson {
    /// The value null.
    pub const NULL: Self = Self {
        value: Value::Null,
        exact: None,
    };

    /// Returns the value.
    ///
    /// Numbers that [`Value`] can't represent are rounded. A number beyond the range of floats
    /// becomes 1e308 or -1e308.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Returns the owned value. Numbers that [`Value`] can't represent are rounded.
    pub fn into_value(self) -> Value {
        self.value
    }

    /// Returns the value as JSON text, with exact numbers.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.exact {
            Some(text) => Cow::Borrowed(text.get()),
            None => Cow::Owned(self.value.to_string()),
        }
    }

    /// Decodes the value, from its exact text if there is one.
    ///
    /// # Errors
    ///
    /// Returns an error if the value doesn't match the type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        match &self.exact {
            Some(text) => serde_json::from_str(text.get()),
            None => T::deserialize(&self.value),
        }
    }

    /// Parses JSON text and keeps numbers exact.
    ///
    /// # Errors
    ///
    /// Returns an error if the text isn't JSON.
    pub fn from_text(text: &str) -> Result<Self, serde_json::Error> {
        let exact = if is_exact(text) {
            None
        } else {
            Some(serde_json::from_str(text)?)
        };
        let value = match serde_json::from_str(text) {
            Err(_) if exact.is_some() => serde_json::from_str(&clamp_numbers(text))?,
            value => value?,
        };
        Ok(Self { value, exact })
    }
}

/// Returns whether every number in a JSON text is represented exactly in a `Value`.
///
/// Short numbers without an exponent and without a trailing zero are always exact, so only other
/// numbers are checked.
fn is_exact(text: &str) -> bool {
    numbers(text).all(|number| {
        let number = &text[number];
        let plain = number.len() < 16 && !number.contains(['e', 'E']) && !number.ends_with('0');
        plain
            || serde_json::from_str::<Number>(number).is_ok_and(|value| value.to_string() == number)
    })
}

/// Replaces every number beyond a float's range in a JSON text with 1e308 or -1e308.
fn clamp_numbers(text: &str) -> String {
    let mut within = String::new();
    let mut end = 0;
    for place in numbers(text) {
        within.push_str(&text[end..place.start]);
        end = place.end;
        let number = &text[place];
        within.push_str(match serde_json::from_str::<Number>(number) {
            Ok(_) => number,
            Err(_) if number.starts_with('-') => "-1e308",
            Err(_) => "1e308",
        });
    }
    within.push_str(&text[end..]);
    within
}

/// Returns the ranges of the numbers in a JSON text.
fn numbers(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let (mut at, mut quoted) = (0, false);
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' if quoted => at += 2,
                b'"' => {
                    quoted = !quoted;
                    at += 1;
                }
                b'-' | b'0'..=b'9' if !quoted => {
                    let start = at;
                    let is_part =
                        |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                    at += bytes[start..]
                        .iter()
                        .take_while(|byte| is_part(byte))
                        .count();
                    return Some(start..at);
                }
                _ => at += 1,
            }
        }
        None
    })
}

impl Deref for AnyJson {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.value
    }
}

impl From<Value> for AnyJson {
    fn from(value: Value) -> Self {
        Self { value, exact: None }
    }
}

macro_rules! from_plain {
    ($($plain:ty)*) => {$(
        impl From<$plain> for AnyJson {
            fn from(value: $plain) -> Self {
                Value::from(value).into()
            }
        }
    )*};
}
from_plain!(bool i32 i64 u32 u64 f64 &str String Vec<Value>);

impl From<AnyJson> for Value {
    fn from(any: AnyJson) -> Self {
        any.value
    }
}

impl PartialEq for AnyJson {
    fn eq(&self, other: &Self) -> bool {
        match (&self.exact, &other.exact) {
            (None, None) => self.value == other.value,
            (Some(own), Some(other)) => own.get() == other.get(),
            _ => false,
        }
    }
}

impl PartialEq<Value> for AnyJson {
    fn eq(&self, other: &Value) -> bool {
        self.exact.is_none() && self.value == *other
    }
}

impl fmt::Debug for AnyJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.exact {
            Some(text) => f.write_str(text.get()),
            None => fmt::Debug::fmt(&self.value, f),
        }
    }
}

impl fmt::Display for AnyJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl Serialize for AnyJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.exact {
            Some(text) => text.serialize(serializer),
            None => self.value.serialize(serializer),
        }
    }
}

/// Key under which `serde_json` passes the JSON text of a value.
///
/// `RawValue` itself can't be read after serde has buffered the input, as it does for flattened
/// fields. Therefore, the key is requested directly.
const RAW_VALUE_KEY: &str = "$serde_json::private::RawValue";

impl<'de> Deserialize<'de> for AnyJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW_VALUE_KEY, Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = AnyJson;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    /// Reads a value that comes from serde's buffer or another format, not from JSON text.
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<AnyJson, D::Error> {
        Value::deserialize(deserializer).map(AnyJson::from)
    }

    /// Reads a value from JSON text, which `serde_json` passes as a map with the text under one
    /// key.
    ///
    /// Also reads an ordinary map.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AnyJson, A::Error> {
        match map.next_key::<String>()? {
            Some(name) if name == RAW_VALUE_KEY => {
                let text: Box<str> = map.next_value()?;
                AnyJson::from_text(&text).map_err(A::Error::custom)
            }
            first => {
                let mut fields = serde_json::Map::new();
                let mut next = first;
                while let Some(name) = next {
                    fields.insert(name, map.next_value()?);
                    next = map.next_key()?;
                }
                Ok(Value::Object(fields).into())
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<AnyJson, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list).into())
    }

    fn visit_unit<E>(self) -> Result<AnyJson, E> {
        Ok(AnyJson::NULL)
    }

    fn visit_none<E>(self) -> Result<AnyJson, E> {
        Ok(AnyJson::NULL)
    }

    fn visit_bool<E>(self, value: bool) -> Result<AnyJson, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<AnyJson, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<AnyJson, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<AnyJson, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<AnyJson, E> {
        Ok(value.into())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use serde_json::json;

    #[derive(Debug, Serialize, Deserialize)]
    struct Thing {
        data: AnyJson,
        #[serde(default)]
        map: BTreeMap<String, AnyJson>,
        #[serde(flatten)]
        rest: BTreeMap<String, AnyJson>,
    }

    #[test]
    fn numbers_that_value_cannot_represent_round_trip_exactly() {
        for number in [
            "123456789012345678901234567890",
            "-9223372036854775809",
            "18446744073709551616",
            "0.1234567890123456789012345",
            "1.10000000000000000001",
            "12.50",
            "1E3",
            "1e400",
            "-1e400",
            "[1, {\"a\": 340282366920938463463374607431768211456}]",
        ] {
            let json = format!(r#"{{"data":{number},"map":{{"x":{number}}}}}"#);
            let thing: Thing = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&thing).unwrap(), json);
            assert_eq!(thing.data.text(), number);
        }
        let any = AnyJson::from_text("[-1e400, \"1e400\"]").unwrap();
        assert_eq!(*any, json!([-1e308, "1e400"]));
        let any = AnyJson::from_text("18446744073709551616").unwrap();
        assert_eq!(any.read::<u128>().unwrap(), 1 << 64);
    }

    #[test]
    fn ordinary_values_are_kept_without_their_json_text() {
        let json = r#"{"data":{"amount":"12.50","n":18446744073709551615,"f":1.5,"t":"12345678901234567890\"","z":100},"other":[1,null,true,"x"],"more":-7}"#;
        let thing: Thing = serde_json::from_str(json).unwrap();
        assert_eq!(thing.data["amount"].as_str(), Some("12.50"));
        assert!(thing.data.exact.is_none());
        assert_eq!(thing.rest["other"], json!([1, null, true, "x"]));
        assert_eq!(thing.rest["more"].as_i64(), Some(-7));
        let again: Thing = serde_json::from_value(serde_json::to_value(&thing).unwrap()).unwrap();
        assert_eq!(again.data, thing.data);
        assert_eq!(again.rest, thing.rest);
        assert!(
            serde_json::from_str::<Option<AnyJson>>("null")
                .unwrap()
                .is_none()
        );
    }
}

//! Numbers of any size, as decimal strings.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::any_json::AnyJson;

/// A number of any size, as a string.
///
/// Use it for amounts, fees and counters that JSON numbers would round.
///
/// You can create it from integers of up to 128 bits and from strings. It is sent as a JSON string,
/// and read from a string or from a number. Every digit is kept. [`to_u128`](Self::to_u128) and
/// [`parse`](Self::parse) convert it to a number:
///
/// ```
/// use sdk_runtime::BigNumber;
///
/// let amount = BigNumber::from(u128::MAX);
/// assert_eq!(amount.as_str(), "340282366920938463463374607431768211455");
/// assert_eq!(amount.to_u128(), Some(u128::MAX));
/// assert_eq!(BigNumber::from("52000").parse::<u64>(), Ok(52_000));
/// ```
///
/// Two numbers are equal if their strings are equal: `1` and `01` are different.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BigNumber(String);

impl BigNumber {
    /// Creates a number from a string, without validation.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the owned string.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Returns the number, if the string is a non-negative whole number of at most 128 bits.
    pub fn to_u128(&self) -> Option<u128> {
        self.0.parse().ok()
    }

    /// Parses the number as any type, such as a big integer from another crate.
    ///
    /// # Errors
    ///
    /// Returns an error if the string isn't a value of the type.
    pub fn parse<N: FromStr>(&self) -> Result<N, N::Err> {
        self.0.parse()
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for BigNumber {
            fn from(number: $integer) -> Self {
                Self(number.to_string())
            }
        }
    )*};
}
from_integers!(i32 i64 i128 u8 u16 u32 u64 u128 usize);

impl From<String> for BigNumber {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for BigNumber {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<&String> for BigNumber {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}

impl From<BigNumber> for String {
    fn from(number: BigNumber) -> Self {
        number.0
    }
}

impl FromStr for BigNumber {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

impl AsRef<str> for BigNumber {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for BigNumber {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for BigNumber {
    fn eq(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl PartialEq<&str> for BigNumber {
    fn eq(&self, text: &&str) -> bool {
        self.0 == *text
    }
}

impl fmt::Display for BigNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BigNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BigNumber({})", self.0)
    }
}

impl Serialize for BigNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for BigNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Only the JSON text of a number contains all of its digits.
        let any = AnyJson::deserialize(deserializer)?;
        match any.value() {
            serde_json::Value::String(text) => Ok(text.as_str().into()),
            serde_json::Value::Number(_) => Ok(Self(any.text().into_owned())),
            _ => Err(D::Error::custom(
                "invalid type: expected a number, or a string with a number",
            )),
        }
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for BigNumber {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "BigNumber".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "big-number-string" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_is_kept_from_strings_and_numbers() {
        // 2^256 - 1
        let digits =
            "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        for json in [digits.to_owned(), format!("\"{digits}\"")] {
            let number: BigNumber = serde_json::from_str(&json).unwrap();
            assert_eq!(number, digits);
            assert_eq!(
                serde_json::to_string(&number).unwrap(),
                format!("\"{digits}\"")
            );
            assert_eq!(number.to_u128(), None);
        }
        for odd in ["null", "true", "[1]", "{}"] {
            assert!(serde_json::from_str::<BigNumber>(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn integers_are_converted_to_their_digits() {
        assert_eq!(BigNumber::from(u128::MAX).to_u128(), Some(u128::MAX));
        assert_eq!(BigNumber::from(7), "7");
        assert_eq!(BigNumber::from(-7_i64).parse::<i64>(), Ok(-7));
    }
}

//! Lifetime of a token, in any format that vendors use.

use std::fmt;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A lifetime in seconds that may be missing, zero, negative, a string or a fraction.
///
/// Any value other than a positive number (or a string that contains one) means that the lifetime
/// is unknown: some vendors use 0 to mean "never". Using a token until it is rejected costs one
/// failed call. Treating the token as expired would cost an exchange for every call.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ExpiresIn(Option<Duration>);

impl ExpiresIn {
    /// An unknown lifetime.
    pub const UNKNOWN: Self = Self(None);

    /// Returns the lifetime, if known.
    pub fn lifetime(self) -> Option<Duration> {
        self.0
    }

    fn from_seconds(seconds: f64) -> Self {
        Self(
            Duration::try_from_secs_f64(seconds)
                .ok()
                .filter(|lifetime| !lifetime.is_zero()),
        )
    }
}

impl<T: Into<ExpiresIn>> From<Option<T>> for ExpiresIn {
    fn from(seconds: Option<T>) -> Self {
        seconds.map_or(Self::UNKNOWN, T::into)
    }
}

impl From<f64> for ExpiresIn {
    fn from(seconds: f64) -> Self {
        Self::from_seconds(seconds)
    }
}

impl From<Duration> for ExpiresIn {
    fn from(lifetime: Duration) -> Self {
        Self(Some(lifetime).filter(|lifetime| !lifetime.is_zero()))
    }
}

impl From<u64> for ExpiresIn {
    fn from(seconds: u64) -> Self {
        Self::from(Duration::from_secs(seconds))
    }
}

impl From<i64> for ExpiresIn {
    fn from(seconds: i64) -> Self {
        Self::from(u64::try_from(seconds).unwrap_or(0))
    }
}

impl From<i32> for ExpiresIn {
    fn from(seconds: i32) -> Self {
        Self::from(i64::from(seconds))
    }
}

impl From<u32> for ExpiresIn {
    fn from(seconds: u32) -> Self {
        Self::from(u64::from(seconds))
    }
}

impl From<&str> for ExpiresIn {
    fn from(seconds: &str) -> Self {
        seconds
            .trim()
            .parse()
            .map_or(Self::UNKNOWN, Self::from_seconds)
    }
}

impl From<String> for ExpiresIn {
    fn from(seconds: String) -> Self {
        Self::from(seconds.as_str())
    }
}

impl<'de> Deserialize<'de> for ExpiresIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seconds;

        impl<'de> Visitor<'de> for Seconds {
            type Value = ExpiresIn;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds")
            }

            fn visit_unit<E>(self) -> Result<ExpiresIn, E> {
                Ok(ExpiresIn::UNKNOWN)
            }

            fn visit_none<E>(self) -> Result<ExpiresIn, E> {
                Ok(ExpiresIn::UNKNOWN)
            }

            fn visit_some<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<ExpiresIn, D::Error> {
                deserializer.deserialize_any(self)
            }

            fn visit_u64<E>(self, seconds: u64) -> Result<ExpiresIn, E> {
                Ok(seconds.into())
            }

            fn visit_i64<E>(self, seconds: i64) -> Result<ExpiresIn, E> {
                Ok(seconds.into())
            }

            fn visit_f64<E>(self, seconds: f64) -> Result<ExpiresIn, E> {
                Ok(seconds.into())
            }

            fn visit_str<E>(self, seconds: &str) -> Result<ExpiresIn, E> {
                Ok(seconds.into())
            }

            fn visit_bool<E>(self, _: bool) -> Result<ExpiresIn, E> {
                Ok(ExpiresIn::UNKNOWN)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<ExpiresIn, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(ExpiresIn::UNKNOWN)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ExpiresIn, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(ExpiresIn::UNKNOWN)
            }
        }

        deserializer.deserialize_any(Seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Duration> {
        serde_json::from_str::<ExpiresIn>(json).unwrap().lifetime()
    }

    #[test]
    fn a_lifetime_is_read_from_a_number_or_a_string() {
        for hour in ["3600", "3600.0", r#""3600""#, r#"" 3600.0 ""#] {
            assert_eq!(read(hour), Some(Duration::from_secs(3600)), "{hour}");
        }
        assert_eq!(read("0.5"), Some(Duration::from_millis(500)));
    }

    #[test]
    fn an_invalid_or_non_positive_lifetime_counts_as_unknown() {
        for odd in [
            "null",
            "0",
            "-1",
            "-0.5",
            r#""""#,
            r#""never""#,
            r#""NaN""#,
            r#""inf""#,
            "1e300",
            "true",
            "[60]",
            r#"{"seconds":60}"#,
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}

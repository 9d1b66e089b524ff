//! Dates that preserve the vendor's string.

mod layout;
mod scan;

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A date, as a string and, if its format is recognized, as a date value.
///
/// The recognized formats are `2026-11-22`, `11-22-2026` (month first), and the formats of
/// [`DateTime`]. If the string contains a time, the time is ignored. Any other string is kept and
/// sent back unchanged.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    text: String,
}

/// A date and time, as a string and, if its format is recognized, as a time value.
///
/// These formats are recognized:
///
/// - RFC 3339, also with a space instead of the `T`, without seconds, without an offset, or with an
///   offset such as `+0100` or `+01`,
/// - the same with the month first, such as `11-22-2026 10:15:00`,
/// - a date without a time, which means midnight,
/// - Unix times in seconds, as a number or a string of 9 to 11 digits.
///
/// Any other string is kept and sent back unchanged.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime {
    text: String,
}

impl Date {
    /// Creates a date from a string, without validation.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// Returns the original string.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the date in the layout of an example.
    ///
    /// Returns the string unchanged if it or the example isn't recognized, or if only the example
    /// has an offset.
    pub fn in_layout(&self, example: &str) -> String {
        layout::in_layout(&self.text, example).unwrap_or_else(|| self.text.clone())
    }

    /// Returns the date, if the string is recognized.
    pub fn value(&self) -> Option<time::Date> {
        scan::moment(&self.text).map(|moment| moment.local.date())
    }
}

impl DateTime {
    /// Creates a time from a string, without validation.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// Returns the original string.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the time in the layout of an example, such as `2031-05-14 09:30:00`.
    ///
    /// Returns the string unchanged if it or the example isn't recognized, or if only the example
    /// has an offset.
    pub fn in_layout(&self, example: &str) -> String {
        layout::in_layout(&self.text, example).unwrap_or_else(|| self.text.clone())
    }

    /// Returns the time, if the string is recognized and its offset from UTC is known.
    pub fn value(&self) -> Option<time::OffsetDateTime> {
        let moment = scan::moment(&self.text)?;
        Some(moment.local.assume_offset(moment.offset?))
    }

    /// Returns the date and time as written, without the offset, if the string is recognized.
    ///
    /// For a Unix time, returns the date and time in UTC.
    pub fn local(&self) -> Option<time::PrimitiveDateTime> {
        scan::moment(&self.text).map(|moment| moment.local)
    }
}

impl From<time::Date> for Date {
    fn from(date: time::Date) -> Self {
        Self::new(format!(
            "{:04}-{:02}-{:02}",
            date.year(),
            u8::from(date.month()),
            date.day()
        ))
    }
}

impl From<time::OffsetDateTime> for DateTime {
    fn from(moment: time::OffsetDateTime) -> Self {
        let (hours, minutes, _) = moment.offset().as_hms();
        let offset = if hours == 0 && minutes == 0 {
            "Z".to_owned()
        } else {
            let sign = if hours < 0 || minutes < 0 { '-' } else { '+' };
            format!(
                "{sign}{:02}:{:02}",
                hours.unsigned_abs(),
                minutes.unsigned_abs()
            )
        };
        let nanoseconds = moment.nanosecond();
        let fraction = if nanoseconds == 0 {
            String::new()
        } else {
            format!(".{nanoseconds:09}")
                .trim_end_matches('0')
                .to_owned()
        };
        Self::new(format!(
            "{}T{:02}:{:02}:{:02}{fraction}{offset}",
            Date::from(moment.date()),
            moment.hour(),
            moment.minute(),
            moment.second(),
        ))
    }
}

/// Reads a string. A boolean or a number, such as a Unix time, is converted to a string.
struct Text;

impl Visitor<'_> for Text {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E>(self, text: String) -> Result<String, E> {
        Ok(text)
    }

    fn visit_u64<E>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }

    /// Some vendors send `false` instead of a date.
    fn visit_bool<E>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }
}

macro_rules! text_type {
    ($name:ident) => {
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Text).map(Self::new)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::new(text))
            }
        }
    };
}
text_type!(Date);
text_type!(DateTime);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn supported_date_time_formats_are_parsed() {
        let utc = DateTime::new("2026-11-22T10:15:30Z").value().unwrap();
        assert_eq!(utc.unix_timestamp(), 1_795_342_530);
        for same in [
            "2026-11-22T10:15:30+00:00",
            "2026-11-22T10:15:30.000Z",
            "2026-11-22T11:15:30+0100",
            "2026-11-22 10:15:30Z",
            "2026-11-22T09:45:30-00:30",
        ] {
            assert_eq!(DateTime::new(same).value(), Some(utc), "{same}");
        }
        let local = utc.date().with_hms(10, 15, 30).unwrap();
        for same in [
            "2026-11-22 10:15:30",
            "2026-11-22T10:15:30",
            "11-22-2026 10:15:30",
        ] {
            assert_eq!(DateTime::new(same).local(), Some(local), "{same}");
            assert_eq!(DateTime::new(same).value(), None, "{same}");
        }
        assert_eq!(
            DateTime::new("11-22-2026 10:15").local(),
            Some(utc.date().with_hms(10, 15, 0).unwrap())
        );
        assert_eq!(
            DateTime::new("2026-11-22").local(),
            Some(utc.date().midnight())
        );
    }

    #[test]
    fn unix_seconds_are_parsed_from_numbers_and_strings() {
        let noon = DateTime::new("2026-03-01T12:00:00Z");
        for seconds in [
            serde_json::json!(1_772_366_400),
            serde_json::json!("1772366400"),
        ] {
            let date: DateTime = serde_json::from_value(seconds).unwrap();
            assert_eq!(date.value(), noon.value());
            assert_eq!(date.local(), noon.local());
            assert_eq!(date.as_str(), "1772366400");
        }
        // Years, dates without separators, milliseconds and non-numeric strings aren't read as
        // seconds.
        for odd in [
            "2026",
            "20260301",
            "1772366400000",
            "-1772366400",
            "1772366400.5",
        ] {
            assert_eq!(DateTime::new(odd).value(), None, "{odd}");
        }
    }

    #[test]
    fn both_date_formats_are_parsed() {
        assert_eq!(
            Date::new("2026-11-22").value(),
            Date::new("11-22-2026").value()
        );
        assert_eq!(
            Date::from(Date::new("11-22-2026").value().unwrap()).as_str(),
            "2026-11-22"
        );
    }

    #[test]
    fn an_unrecognized_date_string_is_kept() {
        for odd in [
            "",
            "soon",
            "2026-13-40",
            "22-11-2026",
            "2026-11-22T25:00:00Z",
            "2026-11-22T10:15:30Zx",
            "2026-1-2",
            "２０２６-11-22",
        ] {
            let date: DateTime = serde_json::from_value(serde_json::json!(odd)).unwrap();
            assert_eq!(
                (date.value(), date.local(), date.as_str()),
                (None, None, odd)
            );
            assert_eq!(Date::new(odd).value(), None, "{odd}");
        }
    }

    #[test]
    fn a_time_is_formatted_as_rfc_3339() {
        let moment = DateTime::new("2026-11-22T10:15:30.250-05:30")
            .value()
            .unwrap();
        assert_eq!(
            DateTime::from(moment).as_str(),
            "2026-11-22T10:15:30.25-05:30"
        );
        assert_eq!(
            DateTime::from(time::OffsetDateTime::UNIX_EPOCH).as_str(),
            "1970-01-01T00:00:00Z"
        );
    }
}

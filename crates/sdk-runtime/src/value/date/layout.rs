//! Formats a date or time in the layout of an example.

use std::fmt::Write as _;

use time::OffsetDateTime;

use super::scan::{Moment, moment};

/// Returns the date or time in the layout of the example.
///
/// The layout consists of the order of year, month and day, the separator before the time, whether
/// there are seconds, and the format of the offset. An example may also be a Unix time in seconds.
///
/// Returns `None` if either string isn't recognized, or if only the example has an offset.
pub(super) fn in_layout(text: &str, example: &str) -> Option<String> {
    let Moment { local, offset } = moment(text)?;
    let wanted = moment(example)?;
    if example.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = local.assume_offset(offset?).unix_timestamp();
        return Some(seconds.to_string());
    }
    let (local, end) = match (wanted.offset, offset) {
        (None, _) => (local, String::new()),
        (Some(_), None) => return None,
        (Some(_), Some(offset)) => {
            let moment = local.assume_offset(offset);
            match example.ends_with(['Z', 'z']) {
                true => {
                    let utc = moment.to_offset(time::UtcOffset::UTC);
                    (
                        time::PrimitiveDateTime::new(utc.date(), utc.time()),
                        "Z".to_owned(),
                    )
                }
                false => (local, format_offset(moment, example)),
            }
        }
    };
    let (year, month, day) = (local.year(), u8::from(local.month()), local.day());
    let is_year_first = example.as_bytes().get(4) == Some(&b'-');
    let mut out = match is_year_first {
        true => format!("{year:04}-{month:02}-{day:02}"),
        false => format!("{month:02}-{day:02}-{year:04}"),
    };
    let Some(separator) = example.get(10..11) else {
        return Some(out);
    };
    let _ = write!(out, "{separator}{:02}:{:02}", local.hour(), local.minute());
    if example.as_bytes().get(16) == Some(&b':') {
        let _ = write!(out, ":{:02}", local.second());
    }
    out.push_str(&end);
    Some(out)
}

/// Returns the offset, with a colon if the example has one.
fn format_offset(moment: OffsetDateTime, example: &str) -> String {
    let (hours, minutes, _) = moment.offset().as_hms();
    let sign = if hours < 0 || minutes < 0 { '-' } else { '+' };
    let has_colon = example.as_bytes().iter().rev().nth(2) == Some(&b':');
    let colon = if has_colon { ":" } else { "" };
    format!(
        "{sign}{:02}{colon}{:02}",
        hours.unsigned_abs(),
        minutes.unsigned_abs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_formatted_like_the_example() {
        let cases = [
            ("2026-11-22T10:15:30+02:00", "2031-05-14", "2026-11-22"),
            ("2026-11-22T10:15:30+02:00", "05-14-2031", "11-22-2026"),
            (
                "2026-11-22T10:15:30+02:00",
                "2031-05-14 09:30:00",
                "2026-11-22 10:15:30",
            ),
            (
                "2026-11-22T10:15:30+02:00",
                "05-14-2031 09:30",
                "11-22-2026 10:15",
            ),
            (
                "2026-11-22T10:15:30+02:00",
                "2031-05-14T09:30:00Z",
                "2026-11-22T08:15:30Z",
            ),
            (
                "2026-11-22T10:15:30Z",
                "2031-05-14T09:30:00+0200",
                "2026-11-22T10:15:30+0000",
            ),
            (
                "2026-11-22T10:15:30-0330",
                "2031-05-14T09:30:00+02:00",
                "2026-11-22T10:15:30-03:30",
            ),
            ("11-22-2026", "2031-05-14 09:30:00", "2026-11-22 00:00:00"),
            ("2026-11-22T00:00:07+02:00", "1935567000", "1795298407"),
        ];
        for (text, example, wanted) in cases {
            assert_eq!(
                in_layout(text, example).as_deref(),
                Some(wanted),
                "{text} as {example}"
            );
        }
    }

    #[test]
    fn unrecognized_input_or_a_missing_offset_yields_none() {
        assert_eq!(in_layout("soon", "2031-05-14"), None);
        assert_eq!(in_layout("2026-11-22", "2031-05-14T09:30:00Z"), None);
        assert_eq!(in_layout("2026-11-22", "a date"), None);
        assert_eq!(in_layout("2026-11-22", "1935567000"), None);
    }
}

//! Parses the date and time formats that vendors use.

use time::{Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// A date and time as written, and the offset if there is one.
pub(super) struct Moment {
    pub(super) local: PrimitiveDateTime,
    pub(super) offset: Option<UtcOffset>,
}

pub(super) fn moment(text: &str) -> Option<Moment> {
    if !text.is_ascii() {
        return None;
    }
    if let Some(moment) = unix_seconds(text) {
        return Some(moment);
    }
    let (date, rest) = text.split_at_checked(10)?;
    let date = day(date)?;
    if rest.is_empty() {
        return Some(Moment {
            local: date.midnight(),
            offset: None,
        });
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, offset) = match rest.find(['Z', 'z', '+', '-']) {
        Some(at) => (rest.get(..at)?, Some(utc_offset(rest.get(at..)?)?)),
        None => (rest, None),
    };
    Some(Moment {
        local: PrimitiveDateTime::new(date, time_of_day(clock)?),
        offset,
    })
}

/// Parses a Unix time of 9 to 11 digits, that is, from 1973 on.
///
/// A year or a date without separators doesn't match.
fn unix_seconds(text: &str) -> Option<Moment> {
    if !(9..=11).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let utc = OffsetDateTime::from_unix_timestamp(text.parse().ok()?).ok()?;
    Some(Moment {
        local: PrimitiveDateTime::new(utc.date(), utc.time()),
        offset: Some(UtcOffset::UTC),
    })
}

fn day(text: &str) -> Option<time::Date> {
    let parts: Vec<&str> = text.split('-').collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (*year, *month, *day),
        [month, day, year] if year.len() == 4 => (*year, *month, *day),
        _ => return None,
    };
    let month = Month::try_from(u8::try_from(number(month)?).ok()?).ok()?;
    time::Date::from_calendar_date(
        i32::try_from(number(year)?).ok()?,
        month,
        u8::try_from(number(day)?).ok()?,
    )
    .ok()
}

fn time_of_day(text: &str) -> Option<Time> {
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let parts: Vec<u32> = whole.split(':').map(two_digits).collect::<Option<_>>()?;
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] if fraction.is_none() => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    let nanoseconds = match fraction {
        None => 0,
        Some(digits) if (1..=9).contains(&digits.len()) => {
            number(digits)? * 10_u32.pow(9 - u32::try_from(digits.len()).ok()?)
        }
        Some(_) => return None,
    };
    Time::from_hms_nano(
        u8::try_from(hour).ok()?,
        u8::try_from(minute).ok()?,
        u8::try_from(second).ok()?,
        nanoseconds,
    )
    .ok()
}

fn utc_offset(text: &str) -> Option<UtcOffset> {
    if text.eq_ignore_ascii_case("z") {
        return Some(UtcOffset::UTC);
    }
    let (sign, digits) = text.split_at_checked(1)?;
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 => digits.split_at_checked(2)?,
        5 => digits.split_once(':')?,
        _ => return None,
    };
    let sign = if sign == "-" { -1 } else { 1 };
    let (hours, minutes) = (
        i8::try_from(two_digits(hours)?).ok()?,
        i8::try_from(two_digits(minutes)?).ok()?,
    );
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
}

fn two_digits(text: &str) -> Option<u32> {
    if text.len() == 2 { number(text) } else { None }
}

fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

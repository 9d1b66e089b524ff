//! Delay that the vendor requests in the headers of its response.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use time::{Date, Month, OffsetDateTime, Time};

use crate::table::vendor::{Vendor, WaitHeader, WaitUnit};

/// Headers that give the reset time of a quota as a number.
const RESET_HEADERS: [&str; 2] = ["x-rate-limit-reset", "x-ratelimit-reset"];

/// Values below this bound are delays in seconds. All others are Unix times, because as delays they
/// would exceed 30 years.
const MIN_UNIX_SECONDS: u64 = 1_000_000_000;
/// Unix times at or above this bound are in milliseconds, and others in seconds.
const MIN_UNIX_MILLISECONDS: u64 = 100_000_000_000;

/// Maximum delay that is accepted from a header: more than a century.
const MAX_DELAY: Duration = Duration::from_secs(u32::MAX as u64);

/// Delay before the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Specified in a header.
    Asked(Duration),
    /// Not specified. The rate limit allows requests again after this window.
    Window(Duration),
}

impl Wait {
    pub(crate) fn duration(self) -> Duration {
        match self {
            Self::Asked(wait) | Self::Window(wait) => wait,
        }
    }
}

/// Returns the delay from the headers of a response.
///
/// For a 429 without such headers, returns the window of the vendor's rate limit, if there is one.
pub(crate) fn wait(
    vendor: &Vendor,
    status: StatusCode,
    headers: &HeaderMap,
    now: impl Fn() -> SystemTime,
) -> Option<Wait> {
    let window = || {
        let limits = vendor.limits?;
        let window = Duration::from_secs(limits.per_seconds.into());
        (status == StatusCode::TOO_MANY_REQUESTS).then_some(Wait::Window(window))
    };
    requested_delay(vendor.wait, status, headers, now)
        .map(Wait::Asked)
        .or_else(window)
}

/// Returns the delay from the headers. A time in the past is a delay of zero.
fn requested_delay(
    own: Option<WaitHeader>,
    status: StatusCode,
    headers: &HeaderMap,
    now: impl Fn() -> SystemTime,
) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let until = |moment: SystemTime| {
        let wait = moment.duration_since(now()).unwrap_or_default();
        wait.min(MAX_DELAY)
    };
    let after = text(RETRY_AFTER.as_str()).and_then(|text| match seconds(text) {
        Some(wait) => Some(wait),
        None => http_date(text, &now).map(until),
    });
    let after = after.or_else(|| {
        let own = own?;
        let told = text(own.header)?;
        match own.unit {
            WaitUnit::Seconds => seconds(told),
            WaitUnit::Milliseconds => Some(seconds(told)? / 1000),
            WaitUnit::Unix => SystemTime::UNIX_EPOCH
                .checked_add(seconds(told)?)
                .map(until),
        }
    });
    if after.is_some() || status != StatusCode::TOO_MANY_REQUESTS {
        return after;
    }
    let number: u64 = RESET_HEADERS
        .iter()
        .find_map(|name| text(name))?
        .parse()
        .ok()?;
    match number {
        0..MIN_UNIX_SECONDS => Some(Duration::from_secs(number)),
        MIN_UNIX_SECONDS..MIN_UNIX_MILLISECONDS => {
            Some(until(SystemTime::UNIX_EPOCH + Duration::from_secs(number)))
        }
        // The clock can't represent every number.
        _ => SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_millis(number))
            .map(until),
    }
}

/// Parses a number of seconds, possibly with a fraction, and caps it at the maximum.
fn seconds(text: &str) -> Option<Duration> {
    match Duration::try_from_secs_f64(text.parse().ok()?) {
        Ok(wait) => Some(wait.min(MAX_DELAY)),
        Err(_) if text.starts_with(|first: char| first.is_ascii_digit()) => Some(MAX_DELAY),
        Err(_) => None,
    }
}

/// Parses a time in one of the three formats of RFC 9110, section 5.6.7.
///
/// The `httpdate` crate isn't used, because it would exceed the limit on a vendor crate's
/// dependencies, and because it rejects leap seconds and wrong weekdays.
fn http_date(text: &str, now: impl Fn() -> SystemTime) -> Option<SystemTime> {
    let parts: Vec<&str> = text.split_ascii_whitespace().collect();
    match *parts {
        // Sun, 06 Nov 1994 08:49:37 GMT
        [weekday, day, month, year, clock, "GMT"] if weekday.ends_with(',') => {
            moment(day, month, year.parse().ok()?, clock)
        }
        // Sunday, 06-Nov-94 08:49:37 GMT
        [weekday, date, clock, "GMT"] if weekday.ends_with(',') => {
            let mut date = date.splitn(3, '-');
            let (day, month, year) = (date.next()?, date.next()?, date.next()?);
            let in_century: i32 = year.parse().ok().filter(|_| year.len() == 2)?;
            let this_year = OffsetDateTime::from(now()).year();
            let year = this_year - this_year % 100 + in_century;
            // A year more than fifty years ahead belongs to the previous century.
            let past = if year > this_year + 50 { 100 } else { 0 };
            moment(day, month, year - past, clock)
        }
        // Sun Nov  6 08:49:37 1994
        [_, month, day, clock, year] => moment(day, month, year.parse().ok()?, clock),
        _ => None,
    }
}

fn moment(day: &str, month: &str, year: i32, clock: &str) -> Option<SystemTime> {
    let mut clock = clock.splitn(3, ':').map(str::parse::<u8>);
    let mut next = || clock.next()?.ok();
    // A leap second is treated as the second before it.
    let time = Time::from_hms(next()?, next()?, next()?.min(59)).ok()?;
    let date = Date::from_calendar_date(year, self::month(month)?, day.parse().ok()?).ok()?;
    let seconds = date.with_time(time).assume_utc().unix_timestamp();
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds.try_into().ok()?))
}

fn month(name: &str) -> Option<Month> {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let index = NAMES.iter().position(|known| *known == name)?;
    Month::try_from(u8::try_from(index).ok()? + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_305_600;

    fn hint(status: u16, name: &'static str, value: &str) -> Option<f64> {
        let headers =
            HeaderMap::from_iter([(http::HeaderName::from_static(name), value.parse().unwrap())]);
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        requested_delay(
            None,
            StatusCode::from_u16(status).unwrap(),
            &headers,
            || now,
        )
        .map(|wait| wait.as_secs_f64())
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        for (value, wait) in [
            ("7", Some(7.0)),
            (" 0 ", Some(0.0)),
            ("1.5", Some(1.5)),
            ("Sun, 22 Nov 2026 00:00:09 GMT", Some(9.0)),
            ("Sun, 22 Nov 2026 00:00:60 GMT", Some(59.0)),
            ("Sat, 21 Nov 2026 23:59:59 GMT", Some(0.0)),
            ("Sunday, 22-Nov-26 00:00:09 GMT", Some(9.0)),
            ("Sunday, 22-Nov-77 00:00:09 GMT", Some(0.0)),
            ("Sunday, 22-Nov-94 00:00:09 GMT", Some(0.0)),
            ("Sun Nov 22 00:00:09 2026", Some(9.0)),
            ("Tue Dec  1 00:00:00 2026", Some(777_600.0)),
            ("Sun, 22 Nov 2026 00:00:09 PST", None),
            ("Sun, 22 Nov 2026 00:00:09 GMT x", None),
            ("Sun, 32 Nov 2026 00:00:09 GMT", None),
            ("Sun, 22 Nev 2026 00:00:09 GMT", None),
            ("Sun, 22 Nov 2026 25:00:09 GMT", None),
            ("Sun 22 Nov 2026 00:00:09 GMT", None),
            ("Sunday, 22-Nov-2026 00:00:09 GMT", None),
            ("Sunday, 22-Nov 00:00:09 GMT", None),
            ("Sunday 22-Nov-26 00:00:09 GMT", None),
            ("Sun Nov 22 00:00 2026", None),
            ("4294967296", Some(4_294_967_295.0)),
            ("99999999999999999999999", Some(4_294_967_295.0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(4_294_967_295.0)),
            ("-1", None),
            ("soon", None),
            ("inf", None),
        ] {
            assert_eq!(hint(429, "retry-after", value), wait, "{value}");
            assert_eq!(hint(503, "retry-after", value), wait, "{value}");
        }
    }

    #[test]
    fn a_quota_reset_header_counts_only_after_a_429() {
        for name in RESET_HEADERS {
            for (value, wait) in [
                ("1795305607", Some(7.0)),
                ("1795305607500", Some(7.5)),
                ("1795305599", Some(0.0)),
                ("30", Some(30.0)),
                ("999999999", Some(999_999_999.0)),
                ("1000000000", Some(0.0)),
                ("99999999999", Some(4_294_967_295.0)),
                ("99999999999999999", Some(4_294_967_295.0)),
                ("100000000000", Some(0.0)),
                ("", None),
                ("soon", None),
            ] {
                assert_eq!(hint(429, name, value), wait, "{name}: {value}");
                assert_eq!(hint(503, name, value), None);
            }
        }
    }

    #[test]
    fn retry_after_takes_precedence_over_the_quota_reset() {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", "2".parse().unwrap());
        headers.insert("x-rate-limit-reset", "9".parse().unwrap());
        let hint = requested_delay(None, StatusCode::TOO_MANY_REQUESTS, &headers, || {
            SystemTime::UNIX_EPOCH
        });
        assert_eq!(hint, Some(Duration::from_secs(2)));
    }

    #[test]
    fn the_vendors_own_header_is_read_in_its_own_unit() {
        let hint = |unit, value: &str, others: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            headers.insert("x-wait", value.parse().unwrap());
            for (name, value) in others {
                headers.insert(*name, value.parse().unwrap());
            }
            let own = Some(WaitHeader {
                header: "X-Wait",
                unit,
            });
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
            [
                StatusCode::TOO_MANY_REQUESTS,
                StatusCode::SERVICE_UNAVAILABLE,
            ]
            .map(|status| {
                requested_delay(own, status, &headers, || now).map(|wait| wait.as_secs_f64())
            })
        };
        assert_eq!(hint(WaitUnit::Milliseconds, "1500", &[]), [Some(1.5); 2]);
        assert_eq!(hint(WaitUnit::Seconds, "1500", &[]), [Some(1500.0); 2]);
        assert_eq!(hint(WaitUnit::Unix, "1795305609", &[]), [Some(9.0); 2]);
        assert_eq!(hint(WaitUnit::Unix, "7", &[]), [Some(0.0); 2]);
        let both = [("retry-after", "2"), ("x-ratelimit-reset", "30")];
        assert_eq!(hint(WaitUnit::Seconds, "9", &both), [Some(2.0); 2]);
        assert_eq!(hint(WaitUnit::Seconds, "9", &both[1..]), [Some(9.0); 2]);
        let unreadable = hint(WaitUnit::Milliseconds, "soon", &both[1..]);
        assert_eq!(unreadable, [Some(30.0), None]);
    }
}

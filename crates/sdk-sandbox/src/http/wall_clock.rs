//! Wall clock for times in headers, records and webhooks. Delays and lifetimes use tokio's clock,
//! which tests can pause.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Returns the current Unix time in seconds.
pub(crate) fn unix_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

/// Returns the current time plus a duration as an HTTP date.
pub(crate) fn http_date_after(time: Duration) -> String {
    httpdate::fmt_http_date(SystemTime::now() + time)
}

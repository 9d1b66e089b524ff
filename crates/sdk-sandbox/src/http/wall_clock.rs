//! The wall clock, for times in headers. All waits use tokio's clock, which a test can pause.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The seconds since 1970, as headers tell times to wait for.
pub(crate) fn unix_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

/// The date of HTTP, a while from now.
pub(crate) fn date_in(time: Duration) -> String {
    httpdate::fmt_http_date(SystemTime::now() + time)
}

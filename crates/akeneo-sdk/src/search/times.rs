//! Typed times of a criterion, and the layouts that operations expect.

use sdk_runtime::time::{Duration, OffsetDateTime, UtcOffset};
use sdk_runtime::{Date, DateTime};
use serde_json::{Value, json};

use super::ServerZone;

/// The layout of times that an operation expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeLayout {
    /// `YYYY-MM-DD hh:mm:ss` without a zone, in the time zone of the server: products, product models and published
    /// products.
    ServerTime,
    /// ISO 8601 in UTC, such as `2026-01-31T12:00:00Z`: all other resources.
    Iso8601,
}

impl TimeLayout {
    pub(super) const ALL: [Self; 2] = [Self::ServerTime, Self::Iso8601];

    fn text(self, moment: OffsetDateTime, zone: &ServerZone) -> String {
        let offset = match self {
            Self::ServerTime => zone.offset_at(moment),
            Self::Iso8601 => UtcOffset::UTC,
        };
        // The conversion fails only near the earliest or latest time that `OffsetDateTime` can
        // represent. In that case, the time is written with its own offset.
        let local = moment.checked_to_offset(offset).unwrap_or(moment);
        match self {
            Self::ServerTime => {
                let (hour, minute, second) = local.to_hms();
                let day = Date::from(local.date());
                format!("{} {hour:02}:{minute:02}:{second:02}", day.as_str())
            }
            Self::Iso8601 => DateTime::from(local).as_str().to_owned(),
        }
    }
}

/// The time, or the range of times, that a criterion compares with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Times {
    One(OffsetDateTime),
    Range(OffsetDateTime, OffsetDateTime),
}

impl Times {
    pub(super) fn json(self, layout: TimeLayout, zone: &ServerZone) -> Value {
        match self {
            Self::One(moment) => layout.text(moment, zone).into(),
            Self::Range(from, to) => json!([layout.text(from, zone), layout.text(to, zone)]),
        }
    }
}

/// Returns the last whole second at or before a time. The PIM stores whole seconds and rejects fractions.
pub(super) fn floor(moment: OffsetDateTime) -> OffsetDateTime {
    moment - Duration::nanoseconds(moment.nanosecond().into())
}

/// Returns the first whole second at or after a time.
///
/// Within the last second of the year 9999, returns the start of that second.
pub(super) fn ceil(moment: OffsetDateTime) -> OffsetDateTime {
    let full = floor(moment);
    if full == moment {
        return full;
    }
    full.checked_add(Duration::SECOND).unwrap_or(full)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch_plus(milliseconds: i64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(milliseconds)
    }

    #[test]
    fn fractional_seconds_are_rounded_down_by_floor_and_up_by_ceil() {
        assert_eq!(floor(epoch_plus(1_500)), epoch_plus(1_000));
        assert_eq!(ceil(epoch_plus(1_500)), epoch_plus(2_000));
        assert_eq!(floor(epoch_plus(-500)), epoch_plus(-1_000));
        assert_eq!(ceil(epoch_plus(-500)), epoch_plus(0));
        assert_eq!(ceil(epoch_plus(2_000)), epoch_plus(2_000));
    }

    #[test]
    fn the_latest_time_is_written_without_panicking() {
        let last = sdk_runtime::time::PrimitiveDateTime::MAX.assume_utc();
        let east = ServerZone::from(UtcOffset::from_hms(14, 0, 0).unwrap());
        let one = Times::One(ceil(last)).json(TimeLayout::ServerTime, &east);
        assert_eq!(one, "9999-12-31 23:59:59");
    }
}

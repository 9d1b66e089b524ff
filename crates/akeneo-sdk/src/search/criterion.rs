//! One criterion: a property or an attribute, an operator, and a value to compare with.

use sdk_runtime::Date;
use sdk_runtime::time::OffsetDateTime;
use serde::Serialize;
use serde_json::{Map, Value};

use super::times::{Times, ceil, floor};
use super::{ServerZone, TimeLayout};

/// Starts a criterion for a property (by name) or an attribute (by code).
pub fn by(name: impl Into<String>) -> By {
    By(name.into())
}

/// A criterion whose operator is not set yet.
#[derive(Clone, Debug)]
#[must_use]
pub struct By(String);

/// One criterion of a [`Search`](super::Search).
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Criterion {
    name: String,
    keys: Map<String, Value>,
    /// Content of the key `value`, if it consists of typed times.
    times: Option<Times>,
}

macro_rules! with_value {
    ($($(#[doc = $doc:literal])+ $method:ident $operator:literal;)*) => {$(
        $(#[doc = $doc])+
        pub fn $method(self, value: impl Serialize) -> Criterion {
            self.operator($operator, value)
        }
    )*};
}

macro_rules! with_list {
    ($($(#[doc = $doc:literal])+ $method:ident $operator:literal;)*) => {$(
        $(#[doc = $doc])+
        pub fn $method<T: Serialize>(self, values: impl IntoIterator<Item = T>) -> Criterion {
            self.operator($operator, values.into_iter().collect::<Vec<_>>())
        }
    )*};
}

macro_rules! without_value {
    ($($(#[doc = $doc:literal])+ $method:ident $operator:literal;)*) => {$(
        $(#[doc = $doc])+
        pub fn $method(self) -> Criterion {
            self.bare($operator)
        }
    )*};
}

impl By {
    with_value! {
        /// `=`. For times, use [`at`](Self::at).
        equals "=";
        /// `!=`. For times, use [`not_at`](Self::not_at).
        differs_from "!=";
        /// `<`. For times, use [`before`](Self::before).
        below "<";
        /// `<=`.
        at_most "<=";
        /// `>`. For times, use [`after`](Self::after).
        above ">";
        /// `>=`.
        at_least ">=";
        /// `STARTS WITH`.
        starts_with "STARTS WITH";
        /// `CONTAINS`.
        contains "CONTAINS";
        /// `DOES NOT CONTAIN`.
        does_not_contain "DOES NOT CONTAIN";
        /// `GREATER THAN ON ALL LOCALES`, for `completeness` with [`in_locales`](Criterion::in_locales).
        above_on_all_locales "GREATER THAN ON ALL LOCALES";
        /// `GREATER OR EQUALS THAN ON ALL LOCALES`, for `completeness` with [`in_locales`](Criterion::in_locales).
        at_least_on_all_locales "GREATER OR EQUALS THAN ON ALL LOCALES";
        /// `LOWER THAN ON ALL LOCALES`, for `completeness` with [`in_locales`](Criterion::in_locales).
        below_on_all_locales "LOWER THAN ON ALL LOCALES";
        /// `LOWER OR EQUALS THAN ON ALL LOCALES`, for `completeness` with [`in_locales`](Criterion::in_locales).
        at_most_on_all_locales "LOWER OR EQUALS THAN ON ALL LOCALES";
    }

    with_list! {
        /// `IN`. A list can contain at most 100 identifiers, or 800 values in a search with POST.
        is_in "IN";
        /// `NOT IN`.
        is_not_in "NOT IN";
        /// `IN CHILDREN`: in one of the categories or in one of their descendants.
        is_in_children "IN CHILDREN";
        /// `NOT IN CHILDREN`: not in any of the categories or their descendants.
        is_not_in_children "NOT IN CHILDREN";
        /// `IN OR UNCLASSIFIED`: in one of the categories, or in no category.
        is_in_or_unclassified "IN OR UNCLASSIFIED";
    }

    without_value! {
        /// `EMPTY`.
        is_empty "EMPTY";
        /// `NOT EMPTY`.
        is_not_empty "NOT EMPTY";
        /// `UNCLASSIFIED`: in no category.
        is_unclassified "UNCLASSIFIED";
        /// `ALL COMPLETE`, for the `completeness` of product models.
        all_complete "ALL COMPLETE";
        /// `ALL INCOMPLETE`, for the `completeness` of product models.
        all_incomplete "ALL INCOMPLETE";
        /// `AT LEAST COMPLETE`, for the `completeness` of product models.
        at_least_one_complete "AT LEAST COMPLETE";
        /// `AT LEAST INCOMPLETE`, for the `completeness` of product models.
        at_least_one_incomplete "AT LEAST INCOMPLETE";
    }

    /// `>`: after a time, for `created` and `updated`.
    ///
    /// Accepts a [`SystemTime`](std::time::SystemTime) or an [`OffsetDateTime`], such as the
    /// [`value`](crate::DateTime::value) of a time in a response. The layout depends on the operation. Products,
    /// product models and published products expect `YYYY-MM-DD hh:mm:ss` without a zone, in the time zone of the
    /// server. That time zone is UTC unless
    /// [`Search::in_server_zone`](super::Search::in_server_zone) sets another. All other resources
    /// expect ISO 8601. The PIM compares whole seconds, so a fraction of a second is rounded down.
    ///
    /// For date attributes, use [`after_day`](Self::after_day).
    pub fn after(self, moment: impl Into<OffsetDateTime>) -> Criterion {
        self.times(">", Times::One(floor(moment.into())))
    }

    /// `<`: before a time, for `created` and `updated`. The layout and the time zone are the same as for
    /// [`after`](Self::after).
    ///
    /// A fraction of a second is rounded up.
    pub fn before(self, moment: impl Into<OffsetDateTime>) -> Criterion {
        self.times("<", Times::One(ceil(moment.into())))
    }

    /// `=`, for `created` and `updated`. The layout and the time zone are the same as for [`after`](Self::after).
    ///
    /// The vendor's page *Filters* describes the operator as "during the given day". A fraction of
    /// a second is rounded down.
    pub fn at(self, moment: impl Into<OffsetDateTime>) -> Criterion {
        self.times("=", Times::One(floor(moment.into())))
    }

    /// `!=`, for `created` and `updated`: the opposite of [`at`](Self::at).
    pub fn not_at(self, moment: impl Into<OffsetDateTime>) -> Criterion {
        self.times("!=", Times::One(floor(moment.into())))
    }

    /// `BETWEEN` two times, for `created` and `updated`. The layout and the time zone are the same as for
    /// [`after`](Self::after).
    ///
    /// Fractions of a second are rounded inward: up for `from`, down for `to`.
    pub fn between(
        self,
        from: impl Into<OffsetDateTime>,
        to: impl Into<OffsetDateTime>,
    ) -> Criterion {
        let range = Times::Range(ceil(from.into()), floor(to.into()));
        self.times("BETWEEN", range)
    }

    /// `NOT BETWEEN` two times: the opposite of [`between`](Self::between).
    pub fn not_between(
        self,
        from: impl Into<OffsetDateTime>,
        to: impl Into<OffsetDateTime>,
    ) -> Criterion {
        let range = Times::Range(ceil(from.into()), floor(to.into()));
        self.times("NOT BETWEEN", range)
    }

    /// `SINCE LAST N DAYS`, for `created` and `updated`.
    pub fn since_last_days(self, days: u32) -> Criterion {
        self.operator("SINCE LAST N DAYS", days)
    }

    /// `>`: after a day, for date attributes. The day is written as `YYYY-MM-DD`.
    pub fn after_day(self, day: impl Into<Date>) -> Criterion {
        self.operator(">", written(day))
    }

    /// `<`: before a day, for date attributes. The day is written as `YYYY-MM-DD`.
    pub fn before_day(self, day: impl Into<Date>) -> Criterion {
        self.operator("<", written(day))
    }

    /// `BETWEEN` two days, for date attributes. The days are written as `YYYY-MM-DD`.
    pub fn between_days(self, from: impl Into<Date>, to: impl Into<Date>) -> Criterion {
        self.operator("BETWEEN", (written(from), written(to)))
    }

    /// `NOT BETWEEN` two days, for date attributes. The days are written as `YYYY-MM-DD`.
    pub fn not_between_days(self, from: impl Into<Date>, to: impl Into<Date>) -> Criterion {
        self.operator("NOT BETWEEN", (written(from), written(to)))
    }

    /// Uses any operator that compares with a value. A time that is passed as a string is sent unmodified.
    ///
    /// A value that JSON can't represent, such as a map whose keys are not strings, is sent as
    /// null.
    pub fn operator(self, operator: impl Into<String>, value: impl Serialize) -> Criterion {
        let value = serde_json::to_value(value).unwrap_or_default();
        self.bare(operator).with("value", value)
    }

    /// Uses any operator without a value.
    pub fn bare(self, operator: impl Into<String>) -> Criterion {
        let criterion = Criterion {
            name: self.0,
            keys: Map::new(),
            times: None,
        };
        criterion.with("operator", operator.into())
    }

    fn times(self, operator: &str, times: Times) -> Criterion {
        let mut criterion = self.bare(operator);
        criterion.times = Some(times);
        criterion
    }
}

impl Criterion {
    /// Compares the values in this locale.
    pub fn in_locale(self, code: impl Into<String>) -> Self {
        self.with("locale", code.into())
    }

    /// Compares the values in these locales, for operators that accept several.
    pub fn in_locales<T: Into<String>>(self, codes: impl IntoIterator<Item = T>) -> Self {
        let codes = codes.into_iter().map(|code| Value::String(code.into()));
        self.with("locales", codes.collect::<Vec<_>>())
    }

    /// Compares the values in this channel. Use this in searches for products and product models.
    pub fn in_scope(self, code: impl Into<String>) -> Self {
        self.with("scope", code.into())
    }

    /// Compares the values in this channel. Use this in searches for records and assets.
    pub fn in_channel(self, code: impl Into<String>) -> Self {
        self.with("channel", code.into())
    }

    /// Sets a key of the criterion's JSON. Use this for keys that have no method of their own.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        let key = key.into();
        if key == "value" {
            self.times = None;
        }
        self.keys.insert(key, value.into());
        self
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn json(&self, layout: TimeLayout, zone: &ServerZone) -> Value {
        let mut keys = self.keys.clone();
        if let Some(times) = self.times {
            keys.insert("value".to_owned(), times.json(layout, zone));
        }
        Value::Object(keys)
    }
}

/// Formats the day as `YYYY-MM-DD`. A string that is not a date remains unchanged.
fn written(day: impl Into<Date>) -> Date {
    let day = day.into();
    day.value().map_or(day, Date::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sdk_runtime::time;
    use serde_json::json;

    #[test]
    fn dates_are_written_without_a_time_in_every_layout() {
        let day = time::Date::from_calendar_date(2026, time::Month::March, 1).unwrap();
        let criteria = [
            by("release").after_day(day),
            by("release").between_days(day, Date::new("03-02-2026")),
        ];
        for layout in TimeLayout::ALL {
            let [after, between] = [0, 1].map(|place: usize| {
                let json = criteria[place].json(layout, &ServerZone::UTC);
                json["value"].clone()
            });
            assert_eq!(after, "2026-03-01");
            assert_eq!(between, json!(["2026-03-01", "2026-03-02"]));
        }
    }

    #[test]
    fn fractional_seconds_are_rounded_so_that_no_match_is_lost() {
        let moment = OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(10_500);
        let value = |criterion: Criterion| {
            let json = criterion.json(TimeLayout::ServerTime, &ServerZone::UTC);
            json["value"].clone()
        };
        assert_eq!(value(by("updated").after(moment)), "1970-01-01 00:00:10");
        assert_eq!(value(by("updated").before(moment)), "1970-01-01 00:00:11");
        assert_eq!(
            value(by("updated").between(moment, moment + time::Duration::SECOND)),
            json!(["1970-01-01 00:00:11", "1970-01-01 00:00:11"])
        );
    }

    #[test]
    fn a_value_set_later_replaces_the_time() {
        let criterion = by("updated")
            .after(std::time::SystemTime::UNIX_EPOCH)
            .with("value", "2026-01-01 00:00:00");
        let json = criterion.json(TimeLayout::Iso8601, &ServerZone::UTC);
        assert_eq!(
            json,
            json!({"operator": ">", "value": "2026-01-01 00:00:00"})
        );
    }
}

//! The search grammar: typed criteria for the list operations that have a `search` parameter.
//!
//! ```no_run
//! use std::time::{Duration, SystemTime};
//!
//! use akeneo_sdk::search::{Search, by};
//!
//! # async fn run(client: akeneo_sdk::Client) -> Result<(), akeneo_sdk::Error> {
//! let an_hour_ago = SystemTime::now() - Duration::from_secs(3600);
//! let search = Search::new()
//!     .and(by("family").is_in(["lamps", "sofas"]))
//!     .and(by("enabled").equals(true))
//!     .and(by("updated").after(an_hour_ago))
//!     .and(by("name").contains("arc").in_locale("en_US").in_scope("print"))
//!     .and(by("completeness").at_least(90).in_scope("print"))
//!     .and(by("stock").operator("NEW OPERATOR", 5)); // an operator without a method
//! let page = client.list_products().matching(&search).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Pass a search to [`Request::matching`](crate::Request::matching). The description of each list
//! operation lists the properties that you can search by, and their operators. All criteria in a
//! [`Search`] must match. For assets in SaaS editions, [`all_of`] and [`any_of`] build nested
//! logical expressions.
//!
//! # Times
//!
//! [`By::after`], [`By::before`], [`By::between`] and similar methods accept a typed time. Its layout depends on the
//! operation:
//!
//! | operations | layout | time zone |
//! |---|---|---|
//! | products, product models, published products | `YYYY-MM-DD hh:mm:ss` | the server's time zone: UTC unless [`Search::in_server_zone`] sets another one |
//! | families, attributes, attribute groups, categories, records, assets | ISO 8601, such as `2026-01-31T12:00:00Z` | UTC |
//!
//! Source: the vendor's page *Filters*. [`Search`] does not implement [`Serialize`](serde::Serialize), because its JSON
//! depends on the operation. The generated setter `search` therefore accepts any JSON except a [`Search`]:
//!
//! ```compile_fail,E0277
//! use akeneo_sdk::search::{Search, by};
//!
//! # fn run(client: akeneo_sdk::Client) {
//! let search = Search::new().and(by("updated").after(std::time::SystemTime::now()));
//! client.list_families().search(&search); // use `.matching(&search)` instead
//! # }
//! ```

mod criterion;
#[cfg(feature = "assets")]
mod expression;
mod operation;
mod server_zone;
mod times;

use std::collections::BTreeMap;

use serde_json::Value;

pub use criterion::{By, Criterion, by};
#[cfg(feature = "assets")]
pub use expression::{Expression, all_of, any_of};
pub use operation::SearchOperation;
pub use sdk_runtime::time;
pub use server_zone::ServerZone;
pub use times::TimeLayout;

/// Criteria by property name or attribute code, all of which must match.
///
/// Pass it to a list operation with [`Request::matching`](crate::Request::matching).
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Search {
    by_name: BTreeMap<String, Criteria>,
    zone: ServerZone,
}

/// The criteria for one property or attribute.
#[derive(Clone, Debug, Default)]
struct Criteria {
    all: Vec<Part>,
    /// Whether the criterion, if there is only one, is written as an object instead of a list.
    is_single: bool,
}

#[derive(Clone, Debug)]
enum Part {
    Typed(Criterion),
    Json(Value),
}

impl Search {
    /// Creates a search without criteria, which matches everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a criterion. All criteria for one property must match.
    pub fn and(self, criterion: Criterion) -> Self {
        let name = criterion.name().to_owned();
        self.with(name, [Part::Typed(criterion)], false)
    }

    /// Adds a criterion that is written as an object instead of a list.
    ///
    /// Records and assets require an object for `complete` and for attributes. If the search has several criteria for
    /// the property, they are written as a list.
    pub fn and_single(self, criterion: Criterion) -> Self {
        let name = criterion.name().to_owned();
        self.with(name, [Part::Typed(criterion)], true)
    }

    /// Adds raw JSON for a property: an object for one criterion, or an array of criteria.
    ///
    /// Each criterion is sent unmodified, so write times in the layout of the operation.
    pub fn json(self, name: impl Into<String>, criteria: Value) -> Self {
        match criteria {
            Value::Array(all) => self.with(name.into(), all.into_iter().map(Part::Json), false),
            one => self.with(name.into(), [Part::Json(one)], true),
        }
    }

    /// Sets the time zone of the PIM server, which is `date.timezone` in its PHP configuration.
    ///
    /// Defaults to UTC, the time zone of SaaS servers.
    ///
    /// Searches for products, product models and published products use times in this zone.
    ///
    /// ```
    /// use akeneo_sdk::search::{Search, ServerZone, time::UtcOffset};
    ///
    /// let fixed = Search::new().in_server_zone(UtcOffset::from_hms(2, 0, 0).unwrap_or(UtcOffset::UTC));
    /// let varying = Search::new().in_server_zone(ServerZone::varying(|moment| {
    ///     // Look up the offset in a time zone database, such as the one in `chrono-tz`.
    ///     # let _ = moment;
    ///     UtcOffset::UTC
    /// }));
    /// ```
    pub fn in_server_zone(mut self, zone: impl Into<ServerZone>) -> Self {
        self.zone = zone.into();
        self
    }

    /// Returns whether the search has no criteria.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Returns the JSON of the search for one operation.
    ///
    /// Use it for calls by operation id and for raw requests.
    ///
    /// ```
    /// use akeneo_sdk::families::ListFamilies;
    /// use akeneo_sdk::products::ListProducts;
    /// use akeneo_sdk::search::{Search, by, time::OffsetDateTime};
    ///
    /// let search = Search::new().and(by("updated").after(OffsetDateTime::UNIX_EPOCH));
    /// let value = |json: serde_json::Value| json["updated"][0]["value"].clone();
    /// assert_eq!(value(search.json_for::<ListProducts>()), "1970-01-01 00:00:00");
    /// assert_eq!(value(search.json_for::<ListFamilies>()), "1970-01-01T00:00:00Z");
    /// ```
    pub fn json_for<Op: SearchOperation>(&self) -> Value {
        self.json_in(Op::TIMES)
    }

    fn json_in(&self, layout: TimeLayout) -> Value {
        let json_of = |part: &Part| match part {
            Part::Typed(criterion) => criterion.json(layout, &self.zone),
            Part::Json(json) => json.clone(),
        };
        let by_name = self.by_name.iter().map(|(name, criteria)| {
            let json = match criteria.all.as_slice() {
                [one] if criteria.is_single => json_of(one),
                all => all.iter().map(json_of).collect(),
            };
            (name.clone(), json)
        });
        Value::Object(by_name.collect())
    }

    fn with(
        mut self,
        name: String,
        parts: impl IntoIterator<Item = Part>,
        is_single: bool,
    ) -> Self {
        let criteria = self.by_name.entry(name).or_default();
        criteria.all.extend(parts);
        criteria.is_single |= is_single;
        self
    }
}

/// Searches are equal if they produce the same JSON for every operation.
impl PartialEq for Search {
    fn eq(&self, other: &Self) -> bool {
        TimeLayout::ALL
            .iter()
            .all(|layout| self.json_in(*layout) == other.json_in(*layout))
    }
}

impl FromIterator<Criterion> for Search {
    fn from_iter<I: IntoIterator<Item = Criterion>>(criteria: I) -> Self {
        criteria.into_iter().fold(Self::new(), Self::and)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use time::{Date, Month, OffsetDateTime, UtcOffset};

    fn json_of(search: &Search) -> Value {
        search.json_in(TimeLayout::ServerTime)
    }

    /// Noon on July 1, 2026, in UTC.
    fn noon() -> OffsetDateTime {
        let day = Date::from_calendar_date(2026, Month::July, 1).unwrap();
        day.with_hms(12, 0, 0).unwrap().assume_utc()
    }

    #[test]
    fn criteria_for_the_same_property_form_one_list() {
        let search = Search::new()
            .and(by("price").above(json!({"amount": 5, "currency": "EUR"})))
            .and(by("stock").above(1))
            .and(by("stock").below(9));
        assert_eq!(
            json_of(&search),
            json!({
                "price": [{"operator": ">", "value": {"amount": 5, "currency": "EUR"}}],
                "stock": [{"operator": ">", "value": 1}, {"operator": "<", "value": 9}],
            })
        );
    }

    #[test]
    fn times_are_written_in_the_requested_layout() {
        let search = Search::new()
            .and(by("created").between(noon(), noon()))
            .and(by("updated").after(noon()).in_scope("print"));
        assert_eq!(
            search.json_in(TimeLayout::ServerTime),
            json!({
                "created": [{"operator": "BETWEEN", "value": ["2026-07-01 12:00:00", "2026-07-01 12:00:00"]}],
                "updated": [{"operator": ">", "value": "2026-07-01 12:00:00", "scope": "print"}],
            })
        );
        assert_eq!(
            search.json_in(TimeLayout::Iso8601),
            json!({
                "created": [{"operator": "BETWEEN", "value": ["2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"]}],
                "updated": [{"operator": ">", "value": "2026-07-01T12:00:00Z", "scope": "print"}],
            })
        );
    }

    #[test]
    fn the_server_zone_shifts_only_times_without_a_zone() {
        let summer = UtcOffset::from_hms(2, 0, 0).unwrap();
        let winter = UtcOffset::from_hms(1, 0, 0).unwrap();
        let zone = ServerZone::varying(move |moment| {
            let is_summer = moment.month() == Month::July;
            if is_summer { summer } else { winter }
        });
        let january = noon().replace_month(Month::January).unwrap();
        let search = Search::new()
            .and(by("updated").between(january, noon()))
            .in_server_zone(zone);
        let value = |layout| search.json_in(layout)["updated"][0]["value"].clone();
        assert_eq!(
            value(TimeLayout::ServerTime),
            json!(["2026-01-01 13:00:00", "2026-07-01 14:00:00"])
        );
        assert_eq!(
            value(TimeLayout::Iso8601),
            json!(["2026-01-01T12:00:00Z", "2026-07-01T12:00:00Z"])
        );
        let fixed = Search::new()
            .and(by("updated").before(noon().to_offset(winter)))
            .in_server_zone(summer);
        assert_eq!(
            json_of(&fixed)["updated"][0]["value"],
            "2026-07-01 14:00:00"
        );
    }

    #[test]
    fn raw_json_extends_typed_criteria_and_a_single_criterion_is_an_object() {
        let search = Search::new()
            .and(by("code").is_in(["a"]))
            .json("code", json!([{"operator": "X"}]))
            .and_single(
                by("complete")
                    .equals(true)
                    .in_channel("print")
                    .in_locales(["en_US"]),
            );
        assert_eq!(
            json_of(&search),
            json!({
                "code": [{"operator": "IN", "value": ["a"]}, {"operator": "X"}],
                "complete": {"operator": "=", "value": true, "channel": "print", "locales": ["en_US"]},
            })
        );
    }

    #[test]
    fn all_criteria_with_the_same_name_are_kept() {
        let [a, b] = ["a", "b"].map(|text| by("name").equals(text));
        let [a_json, b_json] = ["a", "b"].map(|text| json!({"operator": "=", "value": text}));
        let searches = [
            Search::new().and(a.clone()).and_single(b.clone()),
            Search::new().and_single(a.clone()).and(b.clone()),
            Search::new().and_single(a.clone()).and_single(b.clone()),
            Search::new().and(a.clone()).json("name", b_json.clone()),
            Search::new()
                .json("name", a_json.clone())
                .json("name", b_json.clone()),
            Search::new().json("name", a_json.clone()).and_single(b),
        ];
        for search in searches {
            assert_eq!(json_of(&search), json!({"name": [a_json, b_json]}));
        }
    }

    #[test]
    fn searches_are_equal_only_if_their_json_is_equal_in_every_layout() {
        let typed = Search::from_iter([by("updated").after(noon())]);
        assert_eq!(typed, typed.clone());
        let text = Search::new().and(by("updated").above("2026-07-01 12:00:00"));
        assert_ne!(
            typed, text,
            "searches that are equal only for products must differ"
        );
        assert_ne!(
            typed,
            typed
                .clone()
                .in_server_zone(UtcOffset::from_hms(1, 0, 0).unwrap())
        );
        assert!(Search::new().is_empty() && !typed.is_empty());
        assert_eq!(json_of(&Search::new()), json!({}));
    }
}

//! The search grammar: criteria that list operations take as `search`.
//!
//! ```
//! use akeneo_sdk::search::{Search, by};
//!
//! let search = Search::new()
//!     .and(by("family").is_in(["lamps", "sofas"]))
//!     .and(by("enabled").equals(true))
//!     .and(by("updated").since_last_days(7))
//!     .and(by("name").contains("arc").in_locale("en_US").in_scope("print"))
//!     .and(by("completeness").at_least(90).in_scope("print"))
//!     .and(by("stock").operator("NEW OPERATOR", 5)); // what this crate has no method for
//! # async fn run(client: &akeneo_sdk::Client, search: &Search) {
//! let products = client.list_products().search(search).items();
//! # }
//! # assert_eq!(search.to_string().matches("operator").count(), 6);
//! ```
//!
//! A search is [`Serialize`], so that the setters `search` take it. They take any other JSON as well, and
//! [`Search::json`] takes criteria as JSON among typed ones. Which operators a property or a type of attribute has
//! stands at the operation. All criteria have to hold; asset families on SaaS know [`all_of`] and [`any_of`] besides.

mod criterion;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

pub use criterion::{By, Criterion, by};

/// Criteria by the name of a property or the code of an attribute, all of which have to hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    criteria: BTreeMap<String, Vec<Value>>,
    /// Criteria that the API wants as an object, not as a list.
    single: BTreeMap<String, Value>,
}

impl Search {
    /// A search that everything fits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a criterion; several for one property all have to hold.
    #[must_use]
    pub fn and(mut self, criterion: Criterion) -> Self {
        let (name, json) = criterion.into_parts();
        self.criteria.entry(name).or_default().push(json);
        self
    }

    /// Adds a criterion as a lone object, as `complete` and attributes of records and assets want it.
    #[must_use]
    pub fn and_single(mut self, criterion: Criterion) -> Self {
        let (name, json) = criterion.into_parts();
        self.single.insert(name, json);
        self
    }

    /// Adds what a property is searched for, as JSON: one criterion, or a list of them.
    #[must_use]
    pub fn json(mut self, name: impl Into<String>, criteria: Value) -> Self {
        match criteria {
            Value::Array(all) => self.criteria.entry(name.into()).or_default().extend(all),
            one => {
                self.single.insert(name.into(), one);
            }
        }
        self
    }

    /// Whether there are no criteria.
    pub fn is_empty(&self) -> bool {
        self.criteria.is_empty() && self.single.is_empty()
    }
}

impl Serialize for Search {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let single = self
            .single
            .iter()
            .map(|(name, one)| (name, vec![one], true));
        let lists = self
            .criteria
            .iter()
            .filter(|(name, _)| !self.single.contains_key(*name))
            .map(|(name, all)| (name, all.iter().collect(), false));
        serializer.collect_map(single.chain(lists).map(|(name, all, is_single)| {
            let json = match (is_single, all.as_slice()) {
                (true, [one]) => Json::One(one),
                _ => Json::All(all),
            };
            (name, json)
        }))
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Json<'a> {
    One(&'a Value),
    All(Vec<&'a Value>),
}

/// The JSON, as [`search_products`](crate::Client) takes it in its body.
impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl FromIterator<Criterion> for Search {
    fn from_iter<I: IntoIterator<Item = Criterion>>(criteria: I) -> Self {
        criteria.into_iter().fold(Self::new(), Self::and)
    }
}

/// The logical form of the search for assets, on SaaS: all of these have to hold.
pub fn all_of(parts: impl IntoIterator<Item = Value>) -> Value {
    serde_json::json!({ "and": parts.into_iter().collect::<Vec<_>>() })
}

/// The logical form of the search for assets, on SaaS: one of these has to hold.
///
/// The parts are criteria by [`Criterion::into_json`], or further forms.
pub fn any_of(parts: impl IntoIterator<Item = Value>) -> Value {
    serde_json::json!({ "or": parts.into_iter().collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn json_of(search: &Search) -> Value {
        serde_json::to_value(search).unwrap()
    }

    #[test]
    fn criteria_of_one_property_stand_in_one_list() {
        let search = Search::new()
            .and(by("price").above(json!({"amount": 5, "currency": "EUR"})))
            .and(by("updated").after("2026-01-01 00:00:00"))
            .and(by("updated").before("2026-02-01 00:00:00"));
        assert_eq!(
            json_of(&search),
            json!({
                "price": [{"operator": ">", "value": {"amount": 5, "currency": "EUR"}}],
                "updated": [
                    {"operator": ">", "value": "2026-01-01 00:00:00"},
                    {"operator": "<", "value": "2026-02-01 00:00:00"},
                ],
            })
        );
    }

    #[test]
    fn json_stands_among_typed_criteria_and_a_lone_object_stays_one() {
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
    fn the_logical_form_nests() {
        let one = by("code").is_in(["a"]).into_json();
        assert_eq!(
            any_of([one.clone(), all_of([one])]),
            json!({"or": [
                {"code": {"operator": "IN", "value": ["a"]}},
                {"and": [{"code": {"operator": "IN", "value": ["a"]}}]},
            ]})
        );
        assert!(Search::new().is_empty());
        assert_eq!(Search::new().to_string(), "{}");
    }
}

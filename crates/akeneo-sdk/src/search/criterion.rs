//! One criterion: a property or an attribute, an operator, and what to compare with.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// Begins a criterion by the name of a property or the code of an attribute.
pub fn by(name: impl Into<String>) -> By {
    By(name.into())
}

/// A property or attribute that waits for its operator.
#[derive(Clone, Debug)]
#[must_use]
pub struct By(String);

/// One criterion of a [`Search`](super::Search).
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Criterion {
    name: String,
    json: Map<String, Value>,
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
        /// `=`.
        equals "=";
        /// `!=`.
        differs_from "!=";
        /// `<`.
        below "<";
        /// `<=`.
        at_most "<=";
        /// `>`.
        above ">";
        /// `>=`.
        at_least ">=";
        /// `<`, said of a date.
        before "<";
        /// `>`, said of a date.
        after ">";
        /// `STARTS WITH`.
        starts_with "STARTS WITH";
        /// `CONTAINS`.
        contains "CONTAINS";
        /// `DOES NOT CONTAIN`.
        does_not_contain "DOES NOT CONTAIN";
        /// `SINCE LAST N DAYS`.
        since_last_days "SINCE LAST N DAYS";
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
        /// `IN`. A list holds at most 100 identifiers, and 800 values in the search by POST.
        is_in "IN";
        /// `NOT IN`.
        is_not_in "NOT IN";
        /// `IN CHILDREN`: in a category or below it.
        is_in_children "IN CHILDREN";
        /// `NOT IN CHILDREN`: neither in a category nor below it.
        is_not_in_children "NOT IN CHILDREN";
        /// `IN OR UNCLASSIFIED`: in a category or in none.
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

    /// `BETWEEN` two dates, both included.
    pub fn between(self, from: impl Serialize, to: impl Serialize) -> Criterion {
        self.operator("BETWEEN", (from, to))
    }

    /// `NOT BETWEEN` two dates.
    pub fn not_between(self, from: impl Serialize, to: impl Serialize) -> Criterion {
        self.operator("NOT BETWEEN", (from, to))
    }

    /// Any operator, with what to compare with.
    ///
    /// A value that JSON cannot hold, such as a map whose keys are no texts, is sent as null.
    pub fn operator(self, operator: impl Into<String>, value: impl Serialize) -> Criterion {
        let value = serde_json::to_value(value).unwrap_or_default();
        self.bare(operator).with("value", value)
    }

    /// Any operator that compares with nothing.
    pub fn bare(self, operator: impl Into<String>) -> Criterion {
        let criterion = Criterion {
            name: self.0,
            json: Map::new(),
        };
        criterion.with("operator", operator.into())
    }
}

impl Criterion {
    /// Means the values in this locale.
    pub fn in_locale(self, code: impl Into<String>) -> Self {
        self.with("locale", code.into())
    }

    /// Means these locales, where an operator takes several.
    pub fn in_locales<T: Into<String>>(self, codes: impl IntoIterator<Item = T>) -> Self {
        let codes = codes.into_iter().map(|code| Value::String(code.into()));
        self.with("locales", codes.collect::<Vec<_>>())
    }

    /// Means the values of this channel, which is called `scope` where products are searched.
    pub fn in_scope(self, code: impl Into<String>) -> Self {
        self.with("scope", code.into())
    }

    /// Means the values of this channel, which is called `channel` where records and assets are searched.
    pub fn in_channel(self, code: impl Into<String>) -> Self {
        self.with("channel", code.into())
    }

    /// Adds any other key.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.json.insert(key.into(), value.into());
        self
    }

    /// The criterion with its name as the only key, as the logical form of the search for assets has it.
    pub fn into_json(self) -> Value {
        let (name, json) = self.into_parts();
        json!({ name: json })
    }

    pub(super) fn into_parts(self) -> (String, Value) {
        (self.name, Value::Object(self.json))
    }
}

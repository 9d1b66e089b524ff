//! Logical expressions for searching assets in SaaS editions.

use serde_json::{Map, Value, json};

use super::{Criterion, ServerZone, TimeLayout};

/// A logical expression for searching assets in SaaS editions.
///
/// An expression is one criterion, or several expressions that are combined with [`all_of`] or
/// [`any_of`].
///
/// Pass it to [`Request::matching_expression`](crate::Request::matching_expression). The vendor
/// requires [`all_of`] or [`any_of`] at the root.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression(Form);

#[derive(Clone, Debug, PartialEq)]
enum Form {
    One(Criterion),
    Logic(&'static str, Vec<Expression>),
}

/// Creates an expression that matches if all its parts match.
pub fn all_of<T: Into<Expression>>(parts: impl IntoIterator<Item = T>) -> Expression {
    logic("and", parts)
}

/// Creates an expression that matches if at least one of its parts matches.
pub fn any_of<T: Into<Expression>>(parts: impl IntoIterator<Item = T>) -> Expression {
    logic("or", parts)
}

fn logic<T: Into<Expression>>(key: &'static str, parts: impl IntoIterator<Item = T>) -> Expression {
    Expression(Form::Logic(key, parts.into_iter().map(T::into).collect()))
}

impl From<Criterion> for Expression {
    fn from(criterion: Criterion) -> Self {
        Self(Form::One(criterion))
    }
}

impl Expression {
    pub(super) fn json(&self) -> Value {
        match &self.0 {
            Form::Logic(key, parts) => {
                let parts: Vec<_> = parts.iter().map(Self::json).collect();
                json!({ *key: parts })
            }
            Form::One(criterion) => {
                let mut json = criterion.json(TimeLayout::Iso8601, &ServerZone::UTC);
                if criterion.name() == "complete" {
                    move_to_context(&mut json);
                }
                json!({ criterion.name(): json })
            }
        }
    }
}

/// Moves the channel and the locales of `complete` to `context`, where logical expressions require them (the vendor's
/// page *Filter assets with logical operators*).
fn move_to_context(criterion: &mut Value) {
    let Value::Object(keys) = criterion else {
        return;
    };
    let context: Map<_, _> = ["channel", "locales"]
        .into_iter()
        .filter_map(|key| keys.remove_entry(key))
        .collect();
    if !context.is_empty() {
        keys.insert("context".to_owned(), Value::Object(context));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::by;
    use sdk_runtime::time::OffsetDateTime;

    #[test]
    fn expressions_nest_and_write_times_in_iso_8601() {
        let one = by("code").is_in(["a"]);
        let recent = by("updated").after(OffsetDateTime::UNIX_EPOCH);
        assert_eq!(
            any_of([one.clone().into(), all_of([one, recent])]).json(),
            json!({"or": [
                {"code": {"operator": "IN", "value": ["a"]}},
                {"and": [
                    {"code": {"operator": "IN", "value": ["a"]}},
                    {"updated": {"operator": ">", "value": "1970-01-01T00:00:00Z"}},
                ]},
            ]})
        );
    }

    #[test]
    fn the_complete_criterion_puts_channel_and_locales_in_its_context() {
        let complete = by("complete")
            .equals(true)
            .in_channel("print")
            .in_locales(["en_US"]);
        let label = by("label").contains("a").in_channel("print");
        assert_eq!(
            all_of([complete, label]).json(),
            json!({"and": [
                {"complete": {"operator": "=", "value": true,
                    "context": {"channel": "print", "locales": ["en_US"]}}},
                {"label": {"operator": "CONTAINS", "value": "a", "channel": "print"}},
            ]})
        );
    }
}

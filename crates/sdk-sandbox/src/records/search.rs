//! Searches for records by their properties and by their values per locale and channel.

use serde_json::Value;

use crate::json::plain_text::plain_text;
use crate::openapi::date_layout::sort_key;

/// Condition that a record must meet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Search {
    All(Vec<Search>),
    Any(Vec<Search>),
    One(Criterion),
}

/// One condition on one property.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Criterion {
    pub(crate) place: Operand,
    pub(crate) operator: Operator,
    pub(crate) value: Value,
}

/// Value that a criterion examines.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Property(String),
    /// The `data` of the entries under a name. A locale selects the entries for this locale and the
    /// entries without a locale. The same applies to a channel, which is called `scope` here.
    Entries {
        /// Property of the record that maps names to lists of entries.
        values: String,
        name: String,
        locale: Option<String>,
        scope: Option<String>,
    },
}

/// Operator that compares a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Between,
    NotBetween,
    Contains,
    DoesNotContain,
    StartsWith,
    Empty,
    NotEmpty,
}

impl Operator {
    /// Parses an operator such as `NOT IN`. Returns `None` if the sandbox can't evaluate the
    /// operator.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Some(match text.replace('_', " ").as_str() {
            "=" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "IN" => Self::In,
            "NOT IN" => Self::NotIn,
            "BETWEEN" => Self::Between,
            "NOT BETWEEN" => Self::NotBetween,
            "CONTAINS" => Self::Contains,
            "DOES NOT CONTAIN" => Self::DoesNotContain,
            "STARTS WITH" => Self::StartsWith,
            "EMPTY" => Self::Empty,
            "NOT EMPTY" => Self::NotEmpty,
            _ => return None,
        })
    }

    /// Returns the operator that this operator negates, if any.
    fn negated_operator(self) -> Option<Self> {
        Some(match self {
            Self::NotEqual => Self::Equal,
            Self::NotIn => Self::In,
            Self::NotBetween => Self::Between,
            Self::DoesNotContain => Self::Contains,
            Self::NotEmpty => Self::Empty,
            _ => return None,
        })
    }

    /// Returns whether a value is valid for the operator.
    pub(crate) fn takes(self, value: &Value) -> bool {
        match self {
            Self::In | Self::NotIn => value.is_array(),
            Self::Between | Self::NotBetween => value.as_array().is_some_and(|v| v.len() == 2),
            Self::Empty | Self::NotEmpty => true,
            Self::Equal | Self::NotEqual => !value.is_null() && !value.is_object(),
            _ => value.is_string() || value.is_number() || value.is_object(),
        }
    }
}

impl Search {
    pub(crate) fn holds(&self, record: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(record)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(record)),
            Self::One(criterion) => criterion.holds(record),
        }
    }
}

impl Criterion {
    fn holds(&self, record: &Value) -> bool {
        let found = self.place.values(record);
        let is_empty = found.iter().all(|value| is_empty(value));
        match self.operator {
            Operator::Empty => is_empty,
            Operator::NotEmpty => !is_empty,
            operator => match operator.negated_operator() {
                // A record without data in the entries doesn't match a negated criterion.
                Some(_) if is_empty && matches!(self.place, Operand::Entries { .. }) => false,
                Some(negated_operator) => !found
                    .iter()
                    .any(|value| fits(value, negated_operator, &self.value)),
                None => found.iter().any(|value| fits(value, operator, &self.value)),
            },
        }
    }
}

impl Operand {
    /// Returns the values of the record that the criterion examines. A list is expanded to its
    /// items.
    fn values<'r>(&self, record: &'r Value) -> Vec<&'r Value> {
        let items = |value: &'r Value| match value {
            Value::Array(items) => items.iter().collect(),
            value => vec![value],
        };
        match self {
            Self::Property(name) => record.get(name).map(items).unwrap_or_default(),
            Self::Entries {
                values,
                name,
                locale,
                scope,
            } => {
                let entries = record.get(values).and_then(|values| values.get(name));
                let entries = entries.and_then(Value::as_array).into_iter().flatten();
                let has = |entry: &Value, names: &[&str], wanted: &Option<String>| {
                    let own = names.iter().find_map(|name| entry.get(*name)?.as_str());
                    wanted.as_deref().zip(own).is_none_or(|(w, own)| w == own)
                };
                entries
                    .filter(|e| has(e, &["locale"], locale) && has(e, &["scope", "channel"], scope))
                    .filter_map(|entry| entry.get("data"))
                    .flat_map(items)
                    .collect()
            }
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn fits(value: &Value, operator: Operator, wanted: &Value) -> bool {
    let text = || plain_text(amount(value)).to_lowercase();
    let sought = || plain_text(amount(wanted)).to_lowercase();
    let order = |wanted: &Value| compare(value, wanted);
    match operator {
        Operator::Equal => order(wanted).is_some_and(|order| order.is_eq()),
        Operator::Less => order(wanted).is_some_and(|order| order.is_lt()),
        Operator::LessOrEqual => order(wanted).is_some_and(|order| order.is_le()),
        Operator::Greater => order(wanted).is_some_and(|order| order.is_gt()),
        Operator::GreaterOrEqual => order(wanted).is_some_and(|order| order.is_ge()),
        Operator::In => {
            let mut wanted = wanted.as_array().into_iter().flatten();
            wanted.any(|wanted| plain_text(wanted) == plain_text(value))
        }
        Operator::Between => match wanted.as_array().map(Vec::as_slice) {
            Some([least, most]) => {
                order(least).is_some_and(|order| order.is_ge())
                    && order(most).is_some_and(|order| order.is_le())
            }
            _ => false,
        },
        Operator::Contains => value.is_string() && text().contains(&sought()),
        Operator::StartsWith => value.is_string() && text().starts_with(&sought()),
        _ => false,
    }
}

/// Returns the amount of a measurement such as `{"amount": 3, "unit": "METER"}`, or any other value
/// unchanged.
fn amount(value: &Value) -> &Value {
    value.get("amount").unwrap_or(value)
}

/// Compares numbers and numeric strings as numbers, times as times, and all other values as
/// case-insensitive strings. Returns `None` if one of the values is null or NaN.
fn compare(value: &Value, wanted: &Value) -> Option<std::cmp::Ordering> {
    let (value, wanted) = (amount(value), amount(wanted));
    if value.is_null() || wanted.is_null() {
        return None;
    }
    let number = |value: &Value| match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse::<f64>().ok(),
        _ => None,
    };
    if let (Some(left), Some(right)) = (number(value), number(wanted)) {
        return left.partial_cmp(&right);
    }
    let (left, right) = (plain_text(value), plain_text(wanted));
    if let (Some(left), Some(right)) = (sort_key(&left, None), sort_key(&right, Some(&left))) {
        return Some(left.cmp(&right));
    }
    Some(left.to_lowercase().cmp(&right.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::prng::Prng;
    use serde_json::json;

    const WORDS: [&str; 5] = ["", "lamp", "Lampshade", "table", "2026-03-04 10:00:00"];

    /// Independent implementation of a criterion, which a test compares with [`Criterion`].
    fn naive_match(
        record: &Value,
        place: &str,
        locale: Option<&str>,
        sign: &str,
        wanted: &Value,
    ) -> bool {
        let mut there: Vec<Value> = Vec::new();
        let own = record.get(place).cloned();
        let is_value = own.is_none() && record["values"].get(place).is_some();
        for entry in record["values"][place].as_array().unwrap_or(&Vec::new()) {
            let other =
                entry["locale"].is_string() && locale.is_some() && entry["locale"] != json!(locale);
            if !other {
                there.push(entry["data"].clone());
            }
        }
        match own {
            Some(Value::Array(items)) => there.extend(items),
            Some(value) => there.push(value),
            None => {}
        }
        let low = |v: &Value| {
            v.as_str()
                .map(str::to_lowercase)
                .unwrap_or_else(|| v.to_string())
        };
        let some: Vec<String> = there
            .iter()
            .filter(|v| !v.is_null() && **v != json!(""))
            .map(low)
            .collect();
        let number = |text: &str| text.parse::<i64>().ok();
        let less = |a: &str, b: &str| match (number(a), number(b)) {
            (Some(a), Some(b)) => a < b,
            _ => a < b,
        };
        let all = || there.iter().filter(|v| !v.is_null()).map(low);
        let any = |test: &dyn Fn(&str) -> bool| all().any(|text| test(&text));
        let w = low(wanted);
        let list: Vec<String> = wanted.as_array().into_iter().flatten().map(low).collect();
        let exact = |v: &Value| wanted.as_array().unwrap().contains(v);
        let text = |test: &dyn Fn(&str) -> bool| {
            there
                .iter()
                .filter(|v| v.is_string())
                .any(|v| test(&low(v)))
        };
        let (positive, denies) = match sign.strip_prefix('!') {
            Some(rest) => (rest, true),
            None => match sign {
                "NOT IN" => ("IN", true),
                "NOT BETWEEN" => ("BETWEEN", true),
                "DOES NOT CONTAIN" => ("CONTAINS", true),
                "NOT EMPTY" => return !some.is_empty(),
                "EMPTY" => return some.is_empty(),
                other => (other, false),
            },
        };
        let found = match positive {
            "=" => any(&|text| text == w),
            "<" => any(&|text| less(text, &w)),
            ">" => any(&|text| less(&w, text)),
            "<=" => any(&|text| !less(&w, text)),
            ">=" => any(&|text| !less(text, &w)),
            "IN" => there.iter().any(exact),
            "BETWEEN" => any(&|text| !less(text, &list[0]) && !less(&list[1], text)),
            "CONTAINS" => text(&|text| text.contains(&w)),
            "STARTS WITH" => text(&|text| text.starts_with(&w)),
            other => unreachable!("{other}"),
        };
        if !denies {
            return found;
        }
        let is_entry = is_value || record.get(place).is_none();
        !(found || is_entry && some.is_empty())
    }

    #[test]
    fn random_searches_agree_with_a_naive_evaluator() {
        let signs = [
            "=",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
            "IN",
            "NOT IN",
            "BETWEEN",
            "NOT BETWEEN",
            "CONTAINS",
            "DOES NOT CONTAIN",
            "STARTS WITH",
            "EMPTY",
            "NOT EMPTY",
        ];
        let mut seed = Prng::new("searches", 1);
        let (mut held, mut failed) = (0, 0);
        for turn in 0..500 {
            let mut word = || json!(WORDS[seed.below(WORDS.len())]);
            let (a, b, c) = (word(), word(), word());
            let (d, e) = (word(), word());
            let entry = |locale: Value, data: &Value| json!({ "locale": locale, "scope": null, "data": data });
            let record = json!({
                "code": a, "count": seed.below(5), "tags": [b, c], "gone": null,
                "values": { "title": [entry(json!("de"), &d), entry(json!("fr"), &e)], "size": [entry(Value::Null, &json!(seed.below(5)))] },
            });
            let place = ["code", "count", "tags", "gone", "title", "size"][seed.below(6)];
            let sign = signs[seed.below(signs.len())];
            let locale = [None, Some("de"), Some("it")][seed.below(3)];
            let is_number = ["count", "size"].contains(&place);
            let mut operand = || match is_number {
                true => json!(seed.below(5)),
                false => json!(WORDS[seed.below(WORDS.len())]),
            };
            let wanted = match sign {
                "IN" | "NOT IN" | "BETWEEN" | "NOT BETWEEN" => json!([operand(), operand()]),
                _ => operand(),
            };
            let operand = if ["title", "size"].contains(&place) {
                Operand::Entries {
                    values: "values".to_owned(),
                    name: place.to_owned(),
                    locale: locale.map(str::to_owned),
                    scope: None,
                }
            } else {
                Operand::Property(place.to_owned())
            };
            let criterion = Criterion {
                place: operand,
                operator: Operator::read(sign).unwrap(),
                value: wanted.clone(),
            };
            let holds = Search::All(vec![Search::One(criterion)]).holds(&record);
            let simply = naive_match(&record, place, locale, sign, &wanted);
            assert_eq!(
                holds, simply,
                "{turn}: {place} {locale:?} {sign} {wanted} in {record}"
            );
            held += usize::from(holds);
            failed += usize::from(!holds);
        }
        assert!(held > 100 && failed > 100, "{held} {failed}");
    }

    #[test]
    fn times_in_different_layouts_and_measurements_are_compared_by_value() {
        let is =
            |value: &str, operator, wanted: &str| fits(&json!(value), operator, &json!(wanted));
        assert!(is(
            "2026-03-04T10:00:00+00:00",
            Operator::Greater,
            "2026-03-04 09:59:59"
        ));
        assert!(is("12-31-2025", Operator::Less, "2026-01-01"));
        let metric = json!({ "amount": "12.5", "unit": "METER" });
        assert!(fits(
            &metric,
            Operator::Greater,
            &json!({ "amount": 9, "unit": "METER" })
        ));
    }
}

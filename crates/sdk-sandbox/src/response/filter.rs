//! Parameters that filter a list, and parameters that restrict the values of its records.

use serde_json::{Map, Value, json};

use crate::http::parameter_value::value_of;
use crate::http::refusal::Refusal;
use crate::json::letters::letters;
use crate::json::plain_text::plain_text;
use crate::openapi::parameter::Parameter;
use crate::openapi::property::properties;
use crate::openapi::schema::FieldViolation;
use crate::records::listing::MAX_SEARCHED_RECORDS;
use crate::records::search::{Criterion, Operand, Operator, Search};
use crate::resources::record_location::RecordLocation;
use crate::resources::resource::Resource;
use crate::response::call_context::CallContext;
use crate::rules::error_kind::ErrorKind;
use crate::rules::filter_rules::SearchRules;
use crate::rules::role::Role;

/// Header that lists the parts of a filter that the sandbox doesn't evaluate.
pub(crate) const NOT_EVALUATED_HEADER: &str = "X-Sandbox-Not-Evaluated";
/// Maximum nesting depth of `and` and `or`.
const MAX_DEPTH: usize = 8;

/// Filter of a call that lists records.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    pub(crate) search: Option<Search>,
    /// Valid parts of the filter that the sandbox ignores.
    pub(crate) not_evaluated: Vec<String>,
}

/// Reads the filter of a call. The filter is empty if the call doesn't list records.
pub(crate) fn filter(call: &CallContext<'_>) -> Result<Filter, Refusal> {
    let part = call.part().filter(|part| part.role == Role::List);
    let Some((part, node)) = part.and_then(|part| Some((part, part.node.as_ref()?))) else {
        return Ok(Filter::default());
    };
    let resource = call.lookup.resource(part.resource);
    let mut found = Filter::default();
    let mut parts = Vec::new();
    for (name, value) in sent(call)
        .into_iter()
        .chain(default_filters(call, resource))
    {
        if is_paging_parameter(call, &name)
            || restricting_parameters(call).any(|known| *known == name)
        {
            continue;
        }
        let rules = &call.vendor.profile.search;
        if rules.parameter.as_ref() == Some(&name) {
            parts.push(read_search(call, node, &value, MAX_DEPTH, &mut found)?);
        } else if let Some(criterion) = criterion(call, resource, node, &name, &value) {
            parts.extend(criterion.map(Search::One));
        } else if resource.rules.asked.values().all(|known| *known != name)
            && ![&rules.locale, &rules.scope].contains(&&Some(name.clone()))
        {
            found.not_evaluated.push(name);
        }
    }
    if !parts.is_empty() && call.lookup.listing(part).total > MAX_SEARCHED_RECORDS {
        let told = format!("records after the first {MAX_SEARCHED_RECORDS}");
        found.not_evaluated.push(told);
    }
    found.search = (!parts.is_empty()).then_some(Search::All(parts));
    Ok(found)
}

/// Returns the declared query parameters that the call contains, and the properties of its body.
fn sent(call: &CallContext<'_>) -> Vec<(String, Value)> {
    let given = |parameter: &Parameter| {
        let mut query = call.request.query.iter();
        query.any(|(name, _)| *name == parameter.name)
    };
    let parameters = call.operation.parameters.iter().filter(|p| given(p));
    let query = parameters.filter_map(|parameter| {
        let value = value_of(parameter, call.request, call.path)?;
        Some((parameter.name.clone(), value))
    });
    let body = call.payload.value.as_ref().and_then(Value::as_object);
    let body = body.into_iter().flatten();
    query
        .chain(body.map(|(name, value)| (name.clone(), value.clone())))
        .collect()
}

/// Returns the default filters of parameters that were not sent.
fn default_filters(call: &CallContext<'_>, resource: &Resource) -> Vec<(String, Value)> {
    let sent = sent(call);
    let rules = resource.rules.filters.iter();
    let default_filters = rules.filter(|(name, _)| sent.iter().all(|(known, _)| known != *name));
    default_filters
        .filter_map(|(name, rules)| Some((name.clone(), rules.default.clone()?)))
        .collect()
}

/// Returns whether a parameter controls the paging.
fn is_paging_parameter(call: &CallContext<'_>, name: &str) -> bool {
    let rules = &call.vendor.profile.paging;
    let counts = rules.count.as_deref() == Some(name);
    call.operation
        .paging
        .as_ref()
        .is_some_and(|paging| counts || paging.has_parameter(name))
}

/// Returns the criterion of a parameter, from the profile or from a property of the same name.
/// Returns `None` if the parameter can't be evaluated, and `Some(None)` if the value doesn't
/// filter.
fn criterion(
    call: &CallContext<'_>,
    resource: &Resource,
    node: &RecordLocation,
    name: &str,
    value: &Value,
) -> Option<Option<Criterion>> {
    let rules = &call.vendor.profile;
    let named = resource.rules.filters.get(name).or(rules.filters.get(name));
    let (property, operator, value) = match named {
        Some(rules) => {
            let meant = rules.means.get(&plain_text(value)).unwrap_or(value);
            if meant.is_null() {
                return Some(None);
            }
            let operator = Operator::read(&rules.operator)?;
            (rules.property.clone(), operator, meant.clone())
        }
        None => {
            let known = properties(call.document(), &node.schema);
            let same = known
                .iter()
                .find(|(known, _)| letters(known) == letters(name));
            ((*same?.0).to_owned(), Operator::Equal, value.clone())
        }
    };
    // If the value is a list, at least one of its items must match.
    let operator = match operator {
        Operator::Equal if value.is_array() => Operator::In,
        operator => operator,
    };
    Some(Some(Criterion {
        place: Operand::Property(property),
        operator,
        value,
    }))
}

/// Reads an object with criteria by property. The keys `and` and `or` contain lists of objects in
/// the same format.
fn read_search(
    call: &CallContext<'_>,
    node: &RecordLocation,
    text: &Value,
    deep: usize,
    found: &mut Filter,
) -> Result<Search, Refusal> {
    let wrong = |message: &str| search_error(call, message.to_owned());
    let parsed = match text {
        Value::String(text) => serde_json::from_str(text).map_err(|_| wrong("is not JSON"))?,
        other => other.clone(),
    };
    let Value::Object(criteria) = parsed else {
        return Err(wrong("is not an object with criteria"));
    };
    let mut parts = Vec::new();
    for (name, wanted) in &criteria {
        if let ("and" | "or", Value::Array(items)) = (name.as_str(), wanted) {
            let deep = deep
                .checked_sub(1)
                .ok_or_else(|| wrong("is nested too deeply"))?;
            let items: Result<Vec<Search>, Refusal> = items
                .iter()
                .map(|item| read_search(call, node, item, deep, found))
                .collect();
            parts.push(if name == "and" {
                Search::All(items?)
            } else {
                Search::Any(items?)
            });
            continue;
        }
        let list = match wanted {
            Value::Array(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        for one in list {
            parts.extend(read_criterion(call, node, name, one, found)?.map(Search::One));
        }
    }
    Ok(Search::All(parts))
}

fn read_criterion(
    call: &CallContext<'_>,
    node: &RecordLocation,
    name: &str,
    wanted: &Value,
    found: &mut Filter,
) -> Result<Option<Criterion>, Refusal> {
    let rules = &call.vendor.profile.search;
    let known = properties(call.document(), &node.schema);
    let own = known.iter().find(|(known, _)| *known == name);
    // The same name can be a property of one resource but only a filter for another.
    if own.is_none() && rules.not_evaluated.iter().any(|known| known == name) {
        found.not_evaluated.push(name.to_owned());
        return Ok(None);
    }
    let text = |key: &str| wanted.get(key).and_then(Value::as_str).map(str::to_owned);
    let Some(sign) = text("operator") else {
        return Err(search_error(call, format!("has no operator for {name}")));
    };
    if rules.operators_not_evaluated.contains(&sign) {
        found.not_evaluated.push(format!("{name} {sign}"));
        return Ok(None);
    }
    let value = wanted.get("value").cloned().unwrap_or(Value::Null);
    let is_plain = own.is_some() && rules.values.as_deref() != Some(name);
    let place = if is_plain {
        Operand::Property(name.to_owned())
    } else if let Some(values) = rules.values.as_ref().filter(|_| is_described(call, name)) {
        let default = |parameter: &Option<String>| {
            let parameter = parameter.as_ref()?;
            let sent = sent(call).into_iter().find(|(name, _)| name == parameter)?;
            Some(plain_text(&sent.1))
        };
        Operand::Entries {
            values: values.clone(),
            name: name.to_owned(),
            locale: text("locale").or_else(|| default(&rules.locale)),
            scope: text("scope")
                .or_else(|| text("channel"))
                .or_else(|| default(&rules.scope)),
        }
    } else {
        return Err(search_error(
            call,
            format!("filters by {name}, which does not exist"),
        ));
    };
    let operator = Operator::read(&sign);
    let is_list = own.is_some_and(|(_, schema)| call.is_array(schema));
    let fits = operator.filter(|operator| {
        let of_list = [
            Operator::In,
            Operator::NotIn,
            Operator::Empty,
            Operator::NotEmpty,
        ];
        operator.takes(&value) && (!is_list || of_list.contains(operator))
    });
    let Some(operator) = fits else {
        let told = format!("cannot filter {name} with the operator {sign} and this value");
        return Err(search_error(call, told));
    };
    Ok(Some(Criterion {
        place,
        operator,
        value,
    }))
}

/// Returns whether a record describes the values with the given name. Returns `true` if the profile
/// doesn't set `described_by`.
fn is_described(call: &CallContext<'_>, name: &str) -> bool {
    let rules = &call.vendor.profile.search;
    let mut all = call.vendor.resources.all.iter();
    let named = |resource: &Resource| Some(&resource.name) == rules.described_by.as_ref();
    let Some(index) = all.position(named) else {
        return true;
    };
    let place = crate::state::store::Place {
        scope: Vec::new(),
        key: name.to_owned(),
    };
    call.lookup.exists(index, &place)
}

fn search_error(call: &CallContext<'_>, message: String) -> Refusal {
    let field = call.vendor.profile.search.parameter.clone();
    let field = field.unwrap_or_default();
    Refusal::of_fields(
        ErrorKind::Parameter,
        vec![FieldViolation { field, message }],
    )
}

fn restricting_parameters<'c>(call: &CallContext<'c>) -> impl Iterator<Item = &'c String> {
    let rules = &call.vendor.profile.search;
    let restricting_parameters = rules.cut_names.iter().chain(&rules.cut_locales);
    restricting_parameters.chain(&rules.cut_scope)
}

/// Removes from a record the values that the call doesn't request.
pub(crate) fn remove_unrequested_values(call: &CallContext<'_>, record: &mut Map<String, Value>) {
    let rules: &SearchRules = &call.vendor.profile.search;
    let values = rules.values.as_ref().and_then(|name| record.get_mut(name));
    let Some(Value::Object(values)) = values else {
        return;
    };
    let sent = sent(call);
    let list = |parameters: &[String]| -> Option<Vec<String>> {
        let (_, value) = sent.iter().find(|(name, _)| parameters.contains(name))?;
        let texts = match value {
            Value::Array(items) => items.iter().map(plain_text).collect(),
            value => plain_text(value).split(',').map(str::to_owned).collect(),
        };
        Some(texts)
    };
    if let Some(names) = list(&rules.cut_names) {
        values.retain(|name, _| names.contains(name));
    }
    for (parameters, marks) in [
        (&rules.cut_locales, &["locale"][..]),
        (&rules.cut_scope, &["scope", "channel"]),
    ] {
        let Some(wanted) = list(parameters) else {
            continue;
        };
        let stays = |entry: &Value| {
            let own = marks.iter().find_map(|mark| entry.get(*mark)?.as_str());
            own.is_none_or(|own| wanted.iter().any(|wanted| wanted == own))
        };
        for entries in values.values_mut().filter_map(Value::as_array_mut) {
            entries.retain(stays);
        }
        values.retain(|_, entries| entries != &json!([]));
    }
}

//! Rules: everything that an exchange refers to exists, namely the token operation, its parameters
//! and properties, and the fields in templates. An exchange without `custom` sends everything that
//! its token operation requires.

use crate::spec::credential_template::{Piece, REFRESH_TOKEN, pieces};
use crate::spec::kind::Kind as NodeKind;
use crate::spec::lint::credentials::kind::{Found, Kind, text};
use crate::spec::lint::index::resolved::Resolved;
use crate::spec::lint::index::{Node, Spec, list};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Keys that specify where in a request the fields are sent.
pub(super) const PLACES: [&str; 5] = ["basic", "body", "headers", "query", "path"];

pub(super) fn check(spec: &Spec<'_>, kind: &Kind<'_>, found: &mut Found) {
    let pointer = below(&kind.pointer, "schemes");
    for (name, value) in members(kind.value.get("schemes")) {
        check_templates(spec, &below(&pointer, name), value, &kind.names(), found);
    }
    let Some(exchange) = kind.exchange() else {
        return;
    };
    let pointer = below(&kind.pointer, "exchange");
    let id = text(exchange, "operation");
    let operation = spec
        .of(NodeKind::Operation)
        .find(|node| node.text("operationId") == Some(id));
    let Some(operation) = operation.filter(|node| node.flag("x-sdk-token")) else {
        let what = format!("`{id}` is not an operation that issues tokens");
        let to_do = "use the id of an operation with `x-sdk-token: true`";
        let at = below(&pointer, "operation");
        found.push(spec.finding(&at, Rule::CredentialExchange, what, to_do));
        return;
    };
    let is_custom = exchange.get("custom") == Some(&Value::Bool(true));
    let has_grant = is_custom || PLACES.iter().any(|place| exchange.get(place).is_some());
    let refresh = exchange.get("refresh");
    if has_grant {
        request(
            spec,
            &pointer,
            exchange,
            &kind.names(),
            operation,
            is_custom,
            found,
        );
    }
    let starts_with = refresh.map(|refresh| text(refresh, "starts_with"));
    if let Some(refresh) = refresh {
        let at = below(&pointer, "refresh");
        let mut names = kind.names();
        names.insert(REFRESH_TOKEN);
        request(spec, &at, refresh, &names, operation, false, found);
        if let Some(field) = starts_with.filter(|field| !field.is_empty())
            && !kind.names().contains(field)
        {
            let what = format!("`{}` has no field `{field}`", kind.name());
            let to_do = "use the name of the field with the refresh token";
            let at = below(&at, "starts_with");
            found.push(spec.finding(&at, Rule::CredentialExchange, what, to_do));
        }
        let is_alone = !has_grant;
        if is_alone && text(refresh, "used_up").is_empty() {
            let what = "the refresh token is the only grant, but there is no error message for a used-up refresh token";
            let to_do = "add the error message as `used_up`";
            found.push(spec.finding(&at, Rule::CredentialExchange, what, to_do));
        }
    }
    if !has_grant && starts_with.is_none_or(str::is_empty) {
        let what = format!("the exchange of `{}` sends nothing", kind.name());
        let to_do = "add `basic`, `body`, `headers`, `query` or `path` to describe how the fields are sent, or set `starts_with` to the name of the field that contains the refresh token";
        found.push(spec.finding(&pointer, Rule::CredentialExchange, what, to_do));
    }
}

/// Checks the description of one request to the token operation.
fn request(
    spec: &Spec<'_>,
    pointer: &str,
    travel: &Value,
    names: &BTreeSet<&str>,
    operation: &Node<'_>,
    is_custom: bool,
    found: &mut Found,
) {
    for place in PLACES {
        let pointer = below(pointer, place);
        match travel.get(place) {
            Some(Value::Object(values)) => {
                for (name, value) in values {
                    check_templates(spec, &below(&pointer, name), value, names, found);
                }
            }
            Some(value) => check_templates(spec, &pointer, value, names, found),
            None => {}
        }
    }
    let label = spec.label(&operation.pointer);
    let contents = spec.body(operation).map(|body| spec.contents(&body));
    let schemas: Vec<Resolved<'_>> = contents
        .into_iter()
        .flatten()
        .filter_map(|(_, content)| {
            let (pointer, object) = spec.child(&content.pointer, content.object, "schema")?;
            Some(Resolved { pointer, object })
        })
        .collect();
    let body = below(pointer, "body");
    for (name, value) in members(travel.get("body")) {
        let at = below(&body, name);
        let mut declared = schemas
            .iter()
            .flat_map(|schema| properties(spec, schema, name));
        let Some(property) = declared.next() else {
            let what = format!("the body of {label} has no property `{name}`");
            let to_do = "add the property to its schema, or use another property";
            found.push(spec.finding(&at, Rule::CredentialExchange, what, to_do));
            continue;
        };
        let known: Vec<&str> = std::iter::once(property)
            .chain(declared)
            .flat_map(|property| list(property.object, "enum"))
            .filter_map(Value::as_str)
            .collect();
        let constant = value.as_str().filter(|text| !text.contains('{'));
        if let Some(constant) = constant.filter(|text| !known.is_empty() && !known.contains(text)) {
            let what = format!("`{constant}` is not a value of `{name}`");
            let to_do = format!("use one of: {}", known.join(", "));
            found.push(spec.finding(&at, Rule::CredentialExchange, what, to_do));
        }
    }
    if is_custom {
        return;
    }
    let sent = |name: &str| members(travel.get("body")).any(|(known, _)| known == name);
    let parts = schemas
        .into_iter()
        .take(1)
        .flat_map(|schema| spec.parts(schema, false));
    for part in parts {
        for name in list(part.object, "required")
            .iter()
            .filter_map(Value::as_str)
        {
            if !sent(name) {
                let what = format!("{label} requires `{name}` in its body");
                let to_do = "add it to `body`, as a constant or as a string with a field";
                found.push(spec.finding(pointer, Rule::CredentialExchange, what, to_do));
            }
        }
    }
    for (_, parameter) in spec.parameters(operation) {
        let (place, name) = (parameter.text("in"), parameter.text("name"));
        let key = if place == "header" { "headers" } else { place };
        let is_sent = members(travel.get(key)).any(|(known, _)| known.eq_ignore_ascii_case(name));
        let is_required = parameter.object.get("required") == Some(&Value::Bool(true));
        if is_required && !is_sent {
            let what = format!("{label} requires the parameter `{name}`");
            let to_do = format!("add it to `{key}`, as a constant or as a string with a field");
            found.push(spec.finding(pointer, Rule::CredentialExchange, what, to_do));
        }
    }
    for (name, _) in members(travel.get("path")) {
        let is_known = spec
            .parameters(operation)
            .iter()
            .any(|(_, parameter)| parameter.text("in") == "path" && parameter.text("name") == name);
        if !is_known {
            let what = format!("{label} has no path parameter `{name}`");
            let at = below(&below(pointer, "path"), name);
            found.push(spec.finding(
                &at,
                Rule::CredentialExchange,
                what,
                "use a parameter of its path",
            ));
        }
    }
}

/// Returns the schemas of a property in every alternative of a body.
fn properties<'d>(spec: &Spec<'d>, schema: &Resolved<'d>, name: &str) -> Vec<Resolved<'d>> {
    let parts = spec.parts(schema.clone(), true);
    let property = |part: Resolved<'d>| {
        let properties = part.object.get("properties")?.as_object()?;
        let (pointer, object) =
            spec.child(&below(&part.pointer, "properties"), properties, name)?;
        Some(Resolved { pointer, object })
    };
    parts.into_iter().filter_map(property).collect()
}

/// Checks that all templates in a value refer to existing fields.
fn check_templates(
    spec: &Spec<'_>,
    pointer: &str,
    value: &Value,
    names: &BTreeSet<&str>,
    found: &mut Found,
) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_templates(
                    spec,
                    &below(pointer, &index.to_string()),
                    item,
                    names,
                    found,
                );
            }
        }
        Value::String(text) => {
            let Some(pieces) = pieces(text) else {
                let what = format!("`{text}` has unmatched or empty braces");
                let to_do = "write the name of a field in braces, such as '{client_id}'";
                found.push(spec.finding(pointer, Rule::CredentialExchange, what, to_do));
                return;
            };
            for piece in pieces {
                if let Piece::Field(name) = piece
                    && !names.contains(name)
                {
                    let what = format!("`{name}` is not a field");
                    let known: Vec<&str> = names.iter().copied().collect();
                    let to_do = format!("add the field, or use one of: {}", known.join(", "));
                    found.push(spec.finding(pointer, Rule::CredentialExchange, what, to_do));
                }
            }
        }
        _ => {}
    }
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let object = value.and_then(Value::as_object);
    let object: Option<&Map<String, Value>> = object;
    let members = object.into_iter().flatten();
    members.map(|(name, value)| (name.as_str(), value))
}

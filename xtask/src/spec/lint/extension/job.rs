//! Rules: all operations, parameters and response properties that `x-sdk-wait` refers to exist,
//! jobs are not bulk operations, and operations that start jobs are not treated as safe to retry.

use crate::spec::kind::Kind;
use crate::spec::lint::index::{Node, Spec};
use serde_json::{Map, Value};

/// Problems, each with advice.
type Missing = Vec<(String, String)>;

pub(super) fn names(spec: &Spec<'_>, node: &Node<'_>, rule: &Map<String, Value>) -> Missing {
    let mut missing = Missing::new();
    if node.object.contains_key("x-sdk-bulk") {
        let what = format!(
            "{} is a bulk operation, which cannot be a job",
            spec.label(&node.pointer)
        );
        missing.push((what, "remove `x-sdk-wait` or `x-sdk-bulk`".to_owned()));
    }
    if rule.contains_key("poll") {
        start(spec, node, rule, &mut missing);
    } else {
        read(spec, node, rule, &mut missing);
    }
    missing
}

fn read(spec: &Spec<'_>, node: &Node<'_>, rule: &Map<String, Value>, missing: &mut Missing) {
    for key in ["state", "reason", "count"] {
        if let Some(pointer) = rule.get(key).and_then(Value::as_str) {
            check_value_in_response(spec, node, pointer, key, missing);
        }
    }
}

fn start(spec: &Spec<'_>, node: &Node<'_>, rule: &Map<String, Value>, missing: &mut Missing) {
    let label = spec.label(&node.pointer);
    let repeat = node.object.get("x-sdk-repeat");
    let is_safe = match repeat.and_then(Value::as_str) {
        Some(word) => word == "safe",
        None => repeat.is_none() && !["post", "patch"].contains(&node.key),
    };
    if is_safe {
        let what = format!("{label} starts a job but may be retried");
        missing.push((what, "write `x-sdk-repeat: never`".to_owned()));
    }
    for name in rule
        .get("fixed")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys)
    {
        if !has_parameter(spec, node, name) {
            let what = format!("{label} has no parameter `{name}`");
            missing.push((what, "declare it, or correct `fixed`".to_owned()));
        }
    }
    for key in ["poll", "result"] {
        if let Some(follow_up) = rule.get(key) {
            check_follow_up(spec, node, key, follow_up, missing);
        }
    }
}

fn check_follow_up(
    spec: &Spec<'_>,
    node: &Node<'_>,
    key: &str,
    follow_up: &Value,
    missing: &mut Missing,
) {
    let id = follow_up.get("operation").and_then(Value::as_str);
    let mut operations = spec.of(Kind::Operation);
    let Some(target) = operations.find(|known| known.text("operationId") == id) else {
        let what = format!("there is no operation `{}`", id.unwrap_or_default());
        missing.push((what, format!("correct `operation` of `{key}`")));
        return;
    };
    let label = spec.label(&target.pointer);
    let reads_job = target
        .object
        .get("x-sdk-wait")
        .and_then(|rule| rule.get("state"));
    if key == "poll" && reads_job.is_none() {
        let what = format!("{label} does not define how to read its job");
        missing.push((what, "add `x-sdk-wait` with `state` to it".to_owned()));
    }
    let none = Map::new();
    let arguments = follow_up.get("arguments").and_then(Value::as_object);
    let arguments = arguments.unwrap_or(&none);
    for (name, pointer) in arguments {
        if !has_parameter(spec, target, name) {
            let what = format!("{label} has no parameter `{name}`");
            missing.push((what, format!("correct `arguments` of `{key}`")));
        }
        if let Some(pointer) = pointer.as_str() {
            check_value_in_response(spec, node, pointer, "arguments", missing);
        }
    }
    for (_, parameter) in spec.parameters(target) {
        let name = parameter.text("name");
        let is_required = parameter.object.get("required") == Some(&Value::Bool(true));
        let schema = spec.child(&parameter.pointer, parameter.object, "schema");
        let is_preset = schema.is_some_and(|(_, schema)| {
            let only = schema.get("enum").and_then(Value::as_array);
            schema.contains_key("default") || only.is_some_and(|values| values.len() == 1)
        });
        let is_path = parameter.text("in") == "path";
        let is_carried = is_path
            && spec
                .parameters(node)
                .iter()
                .any(|(_, own)| own.text("in") == "path" && own.text("name") == name);
        if is_required && !is_preset && !is_carried && !arguments.contains_key(name) {
            let what = format!("the parameter `{name}` of {label} has no value");
            missing.push((what, format!("add it to `arguments` of `{key}`")));
        }
    }
}

fn has_parameter(spec: &Spec<'_>, node: &Node<'_>, name: &str) -> bool {
    let parameters = spec.parameters(node);
    parameters
        .iter()
        .any(|(_, parameter)| parameter.text("name") == name)
}

fn check_value_in_response(
    spec: &Spec<'_>,
    node: &Node<'_>,
    pointer: &str,
    key: &str,
    missing: &mut Missing,
) {
    let label = spec.label(&node.pointer);
    // `*` represents every item of a list.
    let at = pointer.replace("/*", "/0");
    match spec.success_schema(node) {
        Some(answer) if spec.has_value_at(answer.clone(), &at) => {}
        Some(_) => {
            let what = format!("the response of {label} has no value at `{pointer}`");
            let to_do = format!("correct `{key}`, a JSON pointer into the response");
            missing.push((what, to_do));
        }
        None => {
            let what = format!("{label} has no JSON response that could contain `{key}`");
            missing.push((what, "add a JSON schema to its success response".to_owned()));
        }
    }
}

//! Rules: responses have valid statuses, every operation has a success response, and errors extend
//! the vendor's error base.

use crate::media_type::is_json;
use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::lint::index::resolved::{
    Resolved, is_error, is_success, is_success_or_not_modified,
};
use crate::spec::lint::index::{Node, Spec};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::Value;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    let base = error_base(spec, &mut found);
    for node in spec.of(Kind::Operation) {
        let answers = spec.answers(node);
        statuses(spec, node, &mut found);
        success(spec, base.as_deref(), node, &answers, &mut found);
        if let Some(base) = &base {
            let is_only = is_only_default(spec, base, node, &answers);
            let errors = answers
                .iter()
                .filter(|(status, _)| is_error(status) && !(is_only && *status == "default"));
            for (status, answer) in errors {
                error(spec, base, status, answer, &mut found);
            }
        }
    }
    spec.findings.extend(found);
}

fn statuses(spec: &Spec<'_>, node: &Node<'_>, found: &mut Vec<Finding>) {
    let pointer = below(&node.pointer, "responses");
    for (status, _) in node
        .members("responses")
        .filter(|(status, _)| !status.starts_with("x-"))
    {
        let is_range = matches!(status, "1XX" | "2XX" | "3XX" | "4XX" | "5XX" | "default");
        let is_code = status
            .parse()
            .is_ok_and(|code: u16| (100..600).contains(&code));
        if !(is_range || is_code && status.len() == 3) {
            let what = format!(
                "{} has a response with the invalid status `{status}`",
                spec.label(&node.pointer)
            );
            let to_do = "write a status from 100 to 599, a range such as 4XX, or default";
            found.push(spec.finding(&below(&pointer, status), Rule::Status, what, to_do));
        }
    }
}

/// Returns the decoded type of a success response: a JSON schema, or bytes.
fn success_type(
    spec: &Spec<'_>,
    media: &str,
    content: &Resolved<'_>,
    found: &mut Vec<Finding>,
) -> String {
    if !is_json(media) {
        return "bytes".to_owned();
    }
    match content.object.get("schema") {
        Some(schema) => type_name(schema),
        None => {
            let what = format!("{} has no schema", spec.label(&content.pointer));
            let to_do = "add the schema of the JSON, or `schema: {}` for any JSON";
            found.push(spec.finding(&content.pointer, Rule::AnswerSchema, what, to_do));
            "any JSON".to_owned()
        }
    }
}

fn type_name(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    if let Some(items) = schema.get("items") {
        return format!("list of {}", type_name(items));
    }
    let word = |key| schema.get(key).and_then(Value::as_str);
    match (word("type"), word("format")) {
        (Some(kind), Some(format)) => format!("{kind} ({format})"),
        (Some(kind), None) => kind.to_owned(),
        _ => "any JSON".to_owned(),
    }
}

/// Returns whether `default` is the success response. This is the case if no success status is
/// documented, and `default` is not the vendor's error.
fn is_only_default(
    spec: &Spec<'_>,
    base: &str,
    node: &Node<'_>,
    answers: &[(&str, Resolved<'_>)],
) -> bool {
    let mut statuses = node.members("responses").map(|(status, _)| status);
    if statuses.any(is_success_or_not_modified) {
        return false;
    }
    let default = answers.iter().find(|(status, _)| *status == "default");
    default.is_some_and(|(_, answer)| {
        !spec.contents(answer).iter().any(|(_, content)| {
            let schema = spec.child(&content.pointer, content.object, "schema");
            let parts =
                schema.map(|(pointer, object)| spec.parts(Resolved { pointer, object }, false));
            parts.into_iter().flatten().any(|part| part.pointer == base)
        })
    })
}

fn success(
    spec: &Spec<'_>,
    base: Option<&str>,
    node: &Node<'_>,
    answers: &[(&str, Resolved<'_>)],
    found: &mut Vec<Finding>,
) {
    let label = spec.label(&node.pointer);
    let successes: Vec<_> = answers
        .iter()
        .filter(|(status, _)| is_success(status))
        .collect();
    // Another rule reports unresolved `$ref`s.
    if successes.is_empty()
        && !node
            .members("responses")
            .any(|(status, _)| is_success_or_not_modified(status))
        && !base.is_some_and(|base| is_only_default(spec, base, node, answers))
    {
        let what = format!("{label} has no success response");
        let to_do = "document its 2xx response, with a schema or without a body";
        found.push(spec.finding(&node.pointer, Rule::MissingSuccess, what, to_do));
    }
    let reads_one_type = ["x-sdk-pagination", "x-sdk-bulk", "x-sdk-wait"]
        .into_iter()
        .find(|key| node.object.contains_key(*key));
    let mut first: Option<(String, &str)> = None;
    for (status, answer) in successes {
        let mut contents: Vec<(&str, String)> = Vec::new();
        for (media, content) in spec.contents(answer) {
            contents.push((media, success_type(spec, media, &content, found)));
        }
        // JSON takes precedence over other media types.
        contents.sort_by_key(|(media, _)| !is_json(media));
        let Some((media, kind)) = contents.into_iter().next() else {
            continue;
        };
        match (&first, reads_one_type) {
            (None, _) => first = Some((kind, status)),
            (Some((known, known_status)), Some(key)) if *known != kind => {
                let what = format!(
                    "{label} returns {known} ({known_status}) and {kind} ({status}, {media}), and has `{key}`"
                );
                let to_do = "use the same schema for all 2xx responses, or split the operation";
                let pointer = below(&below(&node.pointer, "responses"), status);
                found.push(spec.finding(&pointer, Rule::TwoSuccessTypes, what, to_do));
            }
            _ => {}
        }
    }
}

/// Returns the pointer of the error base.
fn error_base(spec: &Spec<'_>, found: &mut Vec<Finding>) -> Option<String> {
    let bases: Vec<_> = spec
        .named_schemas()
        .filter(|node| node.object.contains_key("x-sdk-error"))
        .collect();
    let Some((base, others)) = bases.split_first() else {
        let what = "no schema is the error base";
        let to_do = "mark the schema of the vendor's error bodies with x-sdk-error";
        found.push(spec.finding("/components/schemas", Rule::ErrorBase, what, to_do));
        return None;
    };
    for other in others {
        let what = format!(
            "`{}` is a second error base besides `{}`",
            other.key, base.key
        );
        let to_do = format!("extend `{}` with allOf instead", base.key);
        let pointer = below(&other.pointer, "x-sdk-error");
        found.push(spec.finding(&pointer, Rule::ErrorBase, what, to_do));
    }
    Some(base.pointer.clone())
}

/// Returns whether a schema is a list, a scalar or a union.
fn is_other_than_object(schema: &serde_json::Map<String, Value>) -> bool {
    let kind = schema.get("type").and_then(Value::as_str);
    let is_union = ["oneOf", "anyOf"]
        .iter()
        .any(|key| schema.contains_key(*key));
    is_union || kind.is_some_and(|kind| kind != "object")
}

fn error(
    spec: &Spec<'_>,
    base: &str,
    status: &str,
    answer: &Resolved<'_>,
    found: &mut Vec<Finding>,
) {
    let base_name = base.rsplit('/').next().unwrap_or(base);
    for (media, content) in spec.contents(answer) {
        if !is_json(media) {
            continue;
        }
        let schema = content.object.get("schema");
        let resolved =
            schema.and_then(|schema| spec.resolve(&below(&content.pointer, "schema"), schema));
        let (name, extends) = match (schema, resolved) {
            // Errors that aren't objects are kept as received, because they don't share fields with
            // the base.
            (_, Some((_, object))) if is_other_than_object(object) => continue,
            (Some(schema), Some((pointer, object))) => {
                let parts = spec.parts(Resolved { pointer, object }, false);
                let is_named = schema.get("$ref").is_some();
                (
                    type_name(schema),
                    is_named && parts.iter().any(|part| part.pointer == base),
                )
            }
            // Another rule reports unresolved `$ref`s.
            (Some(_), None) => continue,
            (None, _) => ("missing".to_owned(), false),
        };
        if !extends {
            let what = format!(
                "the {status} response does not extend `{base_name}`: its schema is {name}"
            );
            let to_do =
                format!("use `{base_name}`, or a schema that extends it with allOf and $ref");
            found.push(spec.finding(&content.pointer, Rule::ErrorSchema, what, to_do));
        }
    }
}

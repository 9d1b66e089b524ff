//! Emits rustdoc for operations, types and properties from the text in the merged document.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use serde_json::Value;

use crate::emit::docs_text::{attributes, code, line, prose};
use crate::model::{
    Answer, Api, Operation, Parameter, elements, flag, kind_words, last_pointer_segment, text,
};
use crate::progenitor::{Qualify, RustApi};

/// Formats text as one line for a table cell.
fn cell(text: &str) -> String {
    line(text).replace('|', "\\|")
}

/// Formats a name or a value as code for a table cell.
fn code_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

pub(crate) fn of_type(
    api: &Api<'_>,
    rust_api: &RustApi,
    name: &str,
    schema: Option<&Value>,
) -> TokenStream {
    let description = schema
        .map(|schema| text(schema, "description"))
        .unwrap_or_default();
    attributes(&match (description, name) {
        ("", crate::progenitor::API_ERROR) => {
            "Body of an error response, with the fields of all error bodies. Read it with `Error::vendor`.".to_owned()
        }
        ("", _) => of_parameter_type(api, rust_api, name),
        (description, _) => prose(description),
    })
}

/// Returns the documentation of a parameter's type: the parameter's description and operation.
fn of_parameter_type(api: &Api<'_>, rust_api: &RustApi, name: &str) -> String {
    let found = rust_api.parameter_of(name).and_then(|(operation, ident)| {
        let operation = api.operations.get(operation)?;
        let mut parameters = operation.parameters.iter();
        let parameter = parameters.find(|parameter| parameter.ident == ident)?;
        Some((operation, parameter))
    });
    match found {
        Some((operation, parameter)) => {
            let method = match operation.internal {
                // The type always exists, but the method requires the feature `internal`.
                true => format!("`{}`", operation.id),
                false => {
                    let method = crate::name::field(operation.id);
                    format!("[`{}`](crate::Client::{method})", operation.id)
                }
            };
            // The description explains the values, so it comes first.
            format!(
                "{}\n\nValues of the parameter {} of {method}.",
                prose(parameter.description),
                code(parameter.name),
            )
        }
        None => format!("Values of `{name}`."),
    }
}

pub(crate) fn of_property(
    api: &Api<'_>,
    wire: Option<&str>,
    property: Option<&Value>,
) -> TokenStream {
    let Some(wire) = wire else {
        return attributes("Properties unknown to this version of the SDK, as received.");
    };
    let Some(property) = property else {
        return attributes(&format!("{}.", code(wire)));
    };
    let target = api.resolve_schema(property);
    let own = text(property, "description");
    let mut markdown = match (own, text(target, "description")) {
        ("", "") => format!("{}.", code(wire)),
        ("", inherited) => prose(inherited),
        (own, _) => prose(own),
    };
    let limits = limits(property, target);
    if !limits.is_empty() {
        let _ = write!(markdown, "\n\n{limits}");
    }
    attributes(&markdown)
}

/// Returns the parts of a schema that the Rust type doesn't express, such as the default, the
/// bounds and the pattern.
fn limits(schema: &Value, target: &Value) -> String {
    let mut notes = Vec::new();
    let find = |key: &str| schema.get(key).or_else(|| target.get(key));
    let json = |value: &Value| code(&value.to_string());
    if let Some(value) = find("default") {
        notes.push(format!("Default: {}.", json(value)));
    }
    let bound = |key: &str| find(key).map(json);
    notes.extend(range(bound("minimum"), bound("maximum"), ""));
    let count = |key: &str| find(key).map(Value::to_string);
    notes.extend(range(count("minLength"), count("maxLength"), " character"));
    notes.extend(range(count("minItems"), count("maxItems"), " item"));
    if let Some(pattern) = find("pattern").and_then(Value::as_str) {
        notes.push(format!("Pattern: {}.", code(pattern)));
    }
    if let [only] = elements(target, "enum") {
        notes.push(format!("Always {}.", json(only)));
    }
    if flag(schema, "readOnly") || flag(target, "readOnly") {
        notes.push("Read-only.".to_owned());
    }
    if flag(schema, "deprecated") {
        notes.push("Deprecated.".to_owned());
    }
    notes.join(" ")
}

/// Returns a sentence about the bounds of a value, of its length, or of its number of items.
fn range(least: Option<String>, most: Option<String>, unit: &str) -> Option<String> {
    let counted = |number: &str| match (unit, number) {
        ("", _) | (_, "1") => format!("{number}{unit}"),
        _ => format!("{number}{unit}s"),
    };
    Some(match (least, most) {
        (None, None) => return None,
        (Some(least), Some(most)) if least == most => format!("Exactly {}.", counted(&least)),
        (Some(least), Some(most)) => format!("{least} to {}.", counted(&most)),
        (Some(least), None) => format!("At least {}.", counted(&least)),
        (None, Some(most)) => format!("At most {}.", counted(&most)),
    })
}

/// Returns the documentation of an operation.
pub(crate) fn of_operation(
    rust_api: &RustApi,
    qualify: &Qualify,
    operation: &Operation<'_>,
    example: &str,
) -> TokenStream {
    let mut page = prose(operation.summary);
    // After a fence, a period would become part of the code.
    let ends_in_code = page
        .lines()
        .last()
        .is_some_and(|line| line.starts_with("```"));
    if !ends_in_code && !page.ends_with(['.', '!', '?']) {
        page.push('.');
    }
    if !operation.description.is_empty() {
        let _ = write!(page, "\n\n{}", prose(operation.description));
    }
    let _ = write!(
        page,
        "\n\n{}, operation `{}`",
        code(&format!(
            "{} {}",
            operation.method.to_uppercase(),
            operation.path
        )),
        operation.id
    );
    if let Some(upstream) = operation.upstream_id {
        let _ = write!(page, " (the vendor's operation id: {})", code(upstream));
    }
    page.push_str(".\n\n");
    let security: Vec<String> = operation.security.iter().map(|s| s.words()).collect();
    let _ = writeln!(
        page,
        "Security: {}.",
        if security.is_empty() {
            "none".to_owned()
        } else {
            security.join(", or ")
        }
    );
    if let Some(server) = &operation.server {
        let credentials = match server.takes_credentials {
            true => "The request contains the client's credentials.",
            false => {
                "The request contains the client's credentials only if the server has the same origin as the base URL."
            }
        };
        let _ = writeln!(
            page,
            "\nServer: {} instead of the base URL. {credentials} If you set a base URL, the client sends the request \
             to the path of this server at that URL. To use another server, call `.operation_server(..)` on the \
             builder.",
            code(server.url),
        );
    }
    if let Some(effect) = operation.effect {
        let is_safe = match operation.repeat {
            Some(rule) => rule == "safe",
            None => !["post", "patch"].contains(&operation.method),
        };
        let repeat = match operation.repeat {
            Some(Value::Object(_)) => "with the same idempotency key",
            _ if is_safe => "after every transient failure",
            _ => "only if it is certain that the vendor did not process it",
        };
        let _ = writeln!(
            page,
            "\nEffect: {effect}. The client retries the request {repeat}."
        );
    }
    page.push_str(&job(operation));
    parameters(&mut page, operation);
    body(&mut page, rust_api, qualify, operation);
    answers(&mut page, rust_api, qualify, operation);
    let _ = write!(page, "\n# Example\n\n```no_run\n{example}```\n");
    attributes(&page)
}

/// Returns the documentation on waiting for a job.
fn job(operation: &Operation<'_>) -> String {
    if let Some(rule) = operation.starts_job() {
        let poll = text(&rule["poll"], "operation");
        let mut words = format!(
            "\nStarts a job. `.run()` starts the job, polls it with [`{poll}`](crate::Client::{poll}) until it finishes"
        );
        match rule.get("result").map(|result| text(result, "operation")) {
            Some(result) => {
                let _ = write!(
                    words,
                    ", and returns the response of [`{result}`](crate::Client::{result})."
                );
            }
            None => words.push_str(", and returns the last response."),
        }
        let _ = writeln!(
            words,
            " If the request that starts the job receives no response, find the job as follows: {}.",
            text(rule, "find")
        );
        return words;
    }
    let Some(rule) = operation.reads_job() else {
        return String::new();
    };
    let states = |key: &str| {
        let states = elements(rule, key).iter().filter_map(Value::as_str);
        states
            .map(|state| format!("`{state}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut words =
        "\nReads the state of a job. `.wait()` polls until the job finishes. ".to_owned();
    match states("done") {
        done if done.is_empty() => {
            let _ = write!(words, "Pending states: {}", states("pending"));
        }
        done => {
            let _ = write!(words, "Final states: {done}");
        }
    }
    match states("failed") {
        failed if failed.is_empty() => {}
        failed => {
            let _ = write!(words, ". Error states: {failed}");
        }
    }
    let number = |key: &str| rule.get(key).and_then(Value::as_u64).unwrap_or(1);
    let _ = writeln!(
        words,
        ". The delay between polls grows from {} s to {} s. By default, the wait times out after {} s.",
        number("first_delay"),
        number("longest_delay"),
        number("deadline")
    );
    words
}

fn parameters(page: &mut String, operation: &Operation<'_>) {
    if operation.parameters.is_empty() {
        return;
    }
    // rustdoc doesn't have link syntax for a method in one of several impl blocks, so the link uses
    // the block's anchor on the page.
    let request = match operation.bulk {
        Some(_) => "BulkRequest",
        None => "Request",
    };
    let setters = format!(
        "struct.{request}.html#impl-{request}%3C'_,+{}%3E",
        operation.marker()
    );
    page.push_str("\n# Parameters\n\n| name | location | type | required | default | description |\n|---|---|---|---|---|---|\n");
    for parameter in &operation.parameters {
        let name = code_cell(parameter.name);
        let name = match parameter.has_setter() {
            true => format!("[{name}]({setters})"),
            false => name,
        };
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {} | {} |",
            parameter.place.word(),
            cell(&parameter_kind(parameter)),
            if parameter.required { "yes" } else { "no" },
            parameter
                .preset()
                .map(|v| code_cell(&v.to_string()))
                .unwrap_or_default(),
            cell(parameter.description),
        );
    }
}

/// Returns the type of a parameter, with all values if it is an enum.
pub(crate) fn parameter_kind(parameter: &Parameter<'_>) -> String {
    let mut kind = kind_words(parameter.schema);
    if parameter.json {
        kind = "JSON".to_owned();
    }
    if parameter.style == "deepObject" {
        kind.push_str(", as `name[key]` pairs");
    }
    let values: Vec<String> = elements(parameter.schema, "enum")
        .iter()
        .map(|v| code(&v.as_str().map_or_else(|| v.to_string(), str::to_owned)))
        .collect();
    if !values.is_empty() {
        kind = format!("{kind}: {}", values.join(", "));
    }
    kind
}

fn body(page: &mut String, rust_api: &RustApi, qualify: &Qualify, operation: &Operation<'_>) {
    let Some(body) = &operation.body else {
        return;
    };
    let _ = writeln!(
        page,
        "\n# Body\n\nThe body is {}. Media types:\n",
        if body.required {
            "required"
        } else {
            "optional"
        }
    );
    for media in &body.media {
        let _ = writeln!(
            page,
            "- {}: {}",
            code(media.name),
            media
                .schema
                .map(|s| type_link(rust_api, qualify, s))
                .unwrap_or_default()
        );
    }
    if !body.description.is_empty() {
        let _ = writeln!(page, "\n{}", prose(body.description));
    }
}

fn answers(page: &mut String, rust_api: &RustApi, qualify: &Qualify, operation: &Operation<'_>) {
    if operation.responses_by_status().is_some() {
        let name = operation.response_enum_name();
        let _ = writeln!(
            page,
            "\nThe type of the response depends on the status: see [`{name}`]."
        );
    }
    page.push_str(
        "\n# Responses\n\n| status | content | type | headers | description |\n|---|---|---|---|---|\n",
    );
    for answer in &operation.answers {
        let content: Vec<String> = answer.media.iter().map(|m| code_cell(m.name)).collect();
        let headers: Vec<String> = answer.headers.iter().map(|h| code_cell(h.name)).collect();
        let kind = answer_schema(answer).map(|schema| {
            if answer.is_error() {
                format!(
                    "{} (as {})",
                    kind_words(schema),
                    link(qualify, crate::progenitor::API_ERROR)
                )
            } else {
                type_link(rust_api, qualify, schema)
            }
        });
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            answer.status,
            content.join(", "),
            kind.unwrap_or_default(),
            headers.join(", "),
            cell(answer.description),
        );
    }
    error_codes(page, operation);
}

fn error_codes(page: &mut String, operation: &Operation<'_>) {
    if operation.error_codes.is_empty() {
        return;
    }
    page.push_str("\n# Error codes\n\n");
    for row in operation.error_codes {
        let (status, number) = (&row["status"], &row["code"]);
        let text = number
            .as_str()
            .map_or_else(|| number.to_string(), str::to_owned);
        let _ = write!(page, "- status `{status}`, code {}", code(&text));
        if let Some(kind) = row.get("type").and_then(Value::as_str) {
            let _ = write!(page, ", type {}", code(kind));
        }
        if let Some(meaning) = row.get("description").and_then(Value::as_str) {
            let _ = write!(page, ": {}", line(meaning));
        }
        page.push('\n');
    }
}

pub(crate) fn answer_schema<'d>(answer: &Answer<'d>) -> Option<&'d Value> {
    answer.media.iter().find_map(|media| media.schema)
}

fn link(qualify: &Qualify, name: &str) -> String {
    format!("[`{name}`]({})", qualify.link(name))
}

/// Returns the type of a schema in words, with a link if the type exists in Rust.
fn type_link(rust_api: &RustApi, qualify: &Qualify, schema: &Value) -> String {
    if let Some(items) = schema.get("items")
        && text(schema, "type") == "array"
    {
        return format!("array of {}", type_link(rust_api, qualify, items));
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = crate::name::type_name(&last_pointer_segment(reference));
        if rust_api.types.contains_key(&name) {
            return link(qualify, &name);
        }
    }
    cell(&kind_words(schema))
}

//! Responses: ensures valid status codes, a success response, and at most one JSON type per status.

use super::component_schemas::Schemas;
use super::media_types;
use crate::command::import::draft::{Draft, Notes, component};
use crate::command::import::visit::{operations, resolve};
use crate::media_type::{MediaType, is_json};
use crate::spec::lint::index::resolved::is_success;
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value, json};

const TOPIC: &str = "responses";

/// Converts all responses to the house style.
pub(in crate::command::import) fn sound(draft: &mut Draft) -> Result<()> {
    let schemas = Schemas::of(&draft.document);
    let notes = &mut draft.notes;
    if let Some(Value::Object(shared)) = draft.document.pointer_mut("/components/responses") {
        for (name, answer) in shared {
            one(answer, &component("responses", name), notes, &schemas);
        }
    }
    if let Some(Value::Object(shared)) = draft.document.pointer_mut("/components/headers") {
        shared.values_mut().for_each(header);
    }
    let shared = draft
        .document
        .pointer("/components/responses")
        .cloned()
        .unwrap_or_default();
    let root = json!({"components": {"responses": shared}});
    operations(&mut draft.document, |pointer, _, method, operation| {
        let at = below(pointer, "responses");
        let responses = match operation.remove("responses") {
            Some(Value::Object(responses)) => responses,
            _ => Map::new(),
        };
        let mut answers = statuses(responses, &at, notes);
        for (status, answer) in &mut answers {
            let pointer = below(&at, status);
            if answer.get("$ref").is_none() {
                one(answer, &pointer, notes, &schemas);
            }
            let is_empty = matches!(status.as_str(), "204" | "205" | "304")
                || method == "head" && is_success(status);
            if is_empty {
                remove_content(&root, answer);
            }
        }
        success(&root, &mut answers, &at, notes);
        operation.insert("responses".to_owned(), Value::Object(answers));
    });
    Ok(())
}

/// Returns the responses with valid statuses, sorted by status.
fn statuses(responses: Map<String, Value>, at: &str, notes: &mut Notes) -> Map<String, Value> {
    let mut answers: Vec<(String, Value)> = Vec::new();
    for (key, answer) in responses {
        let pointer = below(at, &key);
        if key.starts_with("x-") {
            notes.loss("extensions", &pointer, format!("`{key}`"));
            continue;
        }
        let Some(status) = status(&key) else {
            notes.loss(
                TOPIC,
                &pointer,
                format!("`{key}` is not a status code: the response is omitted"),
            );
            continue;
        };
        if status != key {
            notes.change(
                TOPIC,
                &pointer,
                format!("the status `{key}` is written as `{status}`"),
            );
            notes.moved(&below(at, &status), &pointer);
        }
        match answers.iter().any(|(known, _)| *known == status) {
            true => notes.loss(
                TOPIC,
                &pointer,
                format!("`{key}` is omitted: another response has the same status"),
            ),
            false => answers.push((
                status,
                if answer.is_object() {
                    answer
                } else {
                    json!({})
                },
            )),
        }
    }
    answers.sort_by(|(one, _), (other, _)| one.cmp(other));
    answers.into_iter().collect()
}

fn status(key: &str) -> Option<String> {
    let key = key.trim();
    if key.eq_ignore_ascii_case("default") {
        return Some("default".to_owned());
    }
    let head: String = key
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let upper = head.to_ascii_uppercase();
    let is_range = matches!(upper.as_str(), "1XX" | "2XX" | "3XX" | "4XX" | "5XX");
    let is_code = upper.len() == 3
        && upper
            .parse()
            .is_ok_and(|code: u16| (100..600).contains(&code));
    (is_range || is_code).then_some(upper)
}

/// Makes a single response valid.
fn one(answer: &mut Value, at: &str, notes: &mut Notes, schemas: &Schemas) {
    let Some(answer) = answer.as_object_mut() else {
        *answer = json!({"description": ""});
        return;
    };
    if let Some(links) = answer.remove("links")
        && links.as_object().is_some_and(|links| !links.is_empty())
    {
        notes.loss(
            "unsupported keys",
            &below(at, "links"),
            "`links` of a response",
        );
    }
    if let Some(Value::Object(headers)) = answer.get_mut("headers") {
        // OpenAPI ignores this header in favor of the media types.
        headers.retain(|name, _| !name.eq_ignore_ascii_case("content-type"));
        headers
            .values_mut()
            .filter(|h| h.get("$ref").is_none())
            .for_each(header);
    }
    let Some(content) = answer.remove("content") else {
        return;
    };
    let Value::Object(content) = content else {
        return;
    };
    let pointer = below(at, "content");
    let mut content = media_types::content(content, &pointer, notes, schemas);
    for entry in content.values_mut().filter_map(Value::as_object_mut) {
        // `encoding` applies to requests only.
        entry.remove("encoding");
    }
    let json: Vec<String> = content
        .keys()
        .filter(|media| is_json(media))
        .cloned()
        .collect();
    let kept = match json.iter().find(|media| {
        MediaType::of(media) == MediaType::Json && media.starts_with("application/json")
    }) {
        Some(plain) => Some(plain.clone()),
        None => json.first().cloned(),
    };
    if let Some(kept) = kept {
        content.retain(|media, _| {
            let stays = !is_json(media) || *media == kept;
            if !stays {
                let text = format!("`{media}` is omitted: the response is read as `{kept}`");
                notes.loss("media types", &below(&pointer, media), text);
            }
            stays
        });
    }
    if !content.is_empty() {
        answer.insert("content".to_owned(), Value::Object(content));
    }
}

/// Ensures that a response header has a schema, and removes keys that the crate doesn't use.
fn header(header: &mut Value) {
    let Some(header) = header.as_object_mut() else {
        *header = json!({"schema": {"type": "string"}});
        return;
    };
    for key in [
        "content",
        "style",
        "explode",
        "name",
        "in",
        "allowEmptyValue",
        "allowReserved",
    ] {
        header.remove(key);
    }
    if header
        .get("schema")
        .is_none_or(|schema| !schema.is_object())
    {
        // OpenAPI 2.0 headers contain the keys of their schema directly.
        let mut schema = Map::new();
        for key in ["type", "format", "items", "enum"] {
            schema.extend(header.remove(key).map(|value| (key.to_owned(), value)));
        }
        if schema.is_empty() {
            schema.insert("type".to_owned(), json!("string"));
        }
        header.insert("schema".to_owned(), Value::Object(schema));
    }
}

/// Removes the content of a response that can't have a body.
fn remove_content(root: &Value, answer: &mut Value) {
    if resolve(root, answer).is_some_and(|answer| answer.get("content").is_some()) {
        let mut own = resolve(root, answer).cloned().unwrap_or_default();
        if let Some(own) = own.as_object_mut() {
            own.remove("content");
        }
        *answer = own;
    }
}

/// Ensures that there is a success response. If the only response is `default` and does not read
/// like an error, uses it. Otherwise, adds a response without a body.
fn success(root: &Value, answers: &mut Map<String, Value>, at: &str, notes: &mut Notes) {
    if answers.keys().any(|status| is_success(status)) {
        return;
    }
    let default = answers
        .get("default")
        .and_then(|answer| resolve(root, answer));
    let is_only = answers.len() == 1;
    let found = default
        .filter(|answer| is_only && !is_likely_error(answer))
        .cloned();
    let (status, answer) = match found {
        Some(answer) => {
            answers.remove("default");
            notes.change(
                TOPIC,
                at,
                "the only response, `default`, is used as the success response",
            );
            notes.moved(&below(at, "2XX"), &below(at, "default"));
            ("2XX", answer)
        }
        None => {
            let text = "an operation has no success response: the crate assumes one without a body; describe it under `responses` if it has a body";
            notes.question(TOPIC, at, text);
            ("2XX", json!({"description": "Success."}))
        }
    };
    // Success responses come before errors.
    let rest = std::mem::take(answers);
    answers.insert(status.to_owned(), answer);
    answers.extend(rest);
}

/// Returns whether a `default` response describes an error, judging by its description and the name
/// of its schema.
fn is_likely_error(answer: &Value) -> bool {
    let text = answer
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let content = answer.get("content").and_then(Value::as_object);
    let schemas = content.into_iter().flat_map(|content| content.values());
    let references = schemas.filter_map(|media| media.pointer("/schema/$ref")?.as_str());
    references.chain([text]).any(|text| {
        let lower = text.to_ascii_lowercase();
        [
            "error",
            "fail",
            "fault",
            "problem",
            "exception",
            "invalid",
            "unexpected",
        ]
        .iter()
        .any(|word| lower.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    fn answers(responses: &str) -> (Value, String) {
        let text = format!(
            "paths:\n  /a:\n    get:\n      responses: {responses}\ncomponents:\n  schemas: {{A: {{type: object}}, B: {{type: object}}, Error: {{type: object}}}}\n"
        );
        let mut draft = Draft::new("acme", Source::parse("a.yaml", text.as_bytes()).unwrap());
        sound(&mut draft).unwrap();
        let answers = draft.document["paths"]["/a"]["get"]["responses"].clone();
        (answers, draft.notes.report.markdown("", ""))
    }

    fn json_content(schema: &str) -> String {
        format!(
            "{{content: {{application/json: {{schema: {{$ref: '#/components/schemas/{schema}'}}}}}}}}"
        )
    }

    #[test]
    fn a_lone_default_response_is_the_success_response_unless_it_looks_like_an_error() {
        let (found, _) = answers(&format!("{{default: {}}}", json_content("A")));
        assert!(
            found["2XX"]["content"].is_object() && found.get("default").is_none(),
            "{found}"
        );
        let (found, report) = answers(&format!("{{default: {}}}", json_content("Error")));
        assert_eq!(found["2XX"], json!({"description": "Success."}));
        assert!(found["default"].is_object());
        assert!(report.contains("## Questions (1)"), "{report}");
    }

    #[test]
    fn statuses_are_normalized_and_a_204_response_loses_its_body() {
        let (found, report) = answers(&format!(
            "{{'2xx': {{}}, '404 Not Found': {{}}, oops: {{}}, '204': {}, x-y: 1}}",
            json_content("A")
        ));
        let keys: Vec<_> = found.as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["204", "2XX", "404"]);
        assert!(found["204"].get("content").is_none());
        assert!(report.contains("`oops` is not a status code"), "{report}");
    }

    #[test]
    fn a_response_keeps_one_json_media_type_and_other_formats() {
        let (found, report) = answers(
            "{'200': {content: {text/csv: {}, application/vnd.a+json: {}, application/json: {}}}}",
        );
        assert_eq!(
            found["200"]["content"],
            json!({"application/json": {"schema": {}}, "text/csv": {}})
        );
        assert!(
            report.contains(
                "`application/vnd.a+json` is omitted: the response is read as `application/json`"
            ),
            "{report}"
        );
    }
}

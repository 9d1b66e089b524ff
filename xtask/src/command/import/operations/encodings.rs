//! Encodings of form fields: keeps what the client supports, and finds files that only their
//! encoding describes.

use super::component_schemas::Schemas;
use crate::command::import::draft::{Draft, Notes, component};
use crate::command::import::visit::operations;
use crate::media_type::{FIELD_STYLES, MediaType, essence, is_json};
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value, json};

const TOPIC: &str = "media types";
/// Keys that restrict a string, and have no meaning for a file.
const STRING_KEYS: [&str; 7] = [
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "enum",
    "default",
    "example",
];

/// Removes the parts of encodings that the client does not support, and reports them.
///
/// A string, or a field without a type, whose part has the media type of a file becomes a file.
/// This runs after the passes that change the kind of a schema, because lint compares both.
pub(in crate::command::import) fn supported(draft: &mut Draft) -> Result<()> {
    let schemas = Schemas::of(&draft.document);
    let notes = &mut draft.notes;
    if let Some(Value::Object(shared)) = draft.document.pointer_mut("/components/requestBodies") {
        for (name, body) in shared {
            of_body(body, &component("requestBodies", name), notes, &schemas);
        }
    }
    operations(&mut draft.document, |pointer, _, _, operation| {
        if let Some(body) = operation.get_mut("requestBody") {
            of_body(body, &below(pointer, "requestBody"), notes, &schemas);
        }
    });
    Ok(())
}

fn of_body(body: &mut Value, at: &str, notes: &mut Notes, schemas: &Schemas) {
    let Some(Value::Object(content)) = body.get_mut("content") else {
        return;
    };
    for (media, entry) in content {
        if let Value::Object(entry) = entry
            && MediaType::of(media).has_fields()
        {
            let is_multipart = MediaType::of(media) == MediaType::Multipart;
            let at = below(&below(at, "content"), media);
            of_form(entry, is_multipart, &at, notes, schemas);
        }
    }
}

fn of_form(
    entry: &mut Map<String, Value>,
    is_multipart: bool,
    at: &str,
    notes: &mut Notes,
    schemas: &Schemas,
) {
    let at = below(at, "encoding");
    let encodings = match entry.remove("encoding") {
        Some(Value::Object(encodings)) => encodings,
        Some(_) => return notes.loss(TOPIC, &at, "`encoding` is omitted: it is not an object"),
        None => return,
    };
    let schema = entry.get("schema").unwrap_or(&Value::Null);
    let fields = schemas.fields(schema);
    let own = schemas.resolved(schema).and_then(|s| s.get("properties"));
    let is_own = |name: &str| own.is_some_and(|own| own.get(name).is_some());
    let mut files = Vec::new();
    let mut kept = Map::new();
    for (name, encoding) in encodings {
        let pointer = below(&at, &name);
        let mut lose = |what: String| notes.loss(TOPIC, &pointer, what);
        let Value::Object(mut encoding) = encoding else {
            lose(format!(
                "the encoding of `{name}` is omitted: it is not an object"
            ));
            continue;
        };
        let Some(field) = fields.get(name.as_str()) else {
            lose(format!(
                "the encoding of `{name}` is omitted: there is no such field"
            ));
            continue;
        };
        if encoding.remove("headers").is_some() {
            lose(format!(
                "the headers of the part `{name}` are omitted: they are not sent"
            ));
        }
        let style = encoding.get("style").cloned();
        let is_known = |style: &Value| style.as_str().is_some_and(|s| FIELD_STYLES.contains(&s));
        if let Some(style) = style.filter(|style| is_multipart || !is_known(style)) {
            encoding.remove("style");
            encoding.remove("explode");
            lose(format!(
                "the style {style} of the field `{name}` is omitted"
            ));
        }
        let given = encoding.get("contentType").and_then(Value::as_str);
        if let Some(given) = given.map(str::to_owned)
            && !encoding.contains_key("style")
        {
            if is_multipart && is_own(&name) && is_file_type(&given) && can_be_file(field) {
                let text = format!("the field `{name}` is a file: its media type is `{given}`");
                notes.change(TOPIC, &pointer, text);
                files.push(name.clone());
            } else if !schemas.is_sent_as(field, &given) {
                encoding.remove("contentType");
                lose(format!(
                    "the media type `{given}` of the field `{name}` is omitted: objects are sent as JSON, and other values as text"
                ));
            }
        }
        if !encoding.is_empty() {
            kept.insert(name, Value::Object(encoding));
        }
    }
    if !files.is_empty() {
        // Other bodies may use the same component, so the fields change in a copy.
        let mut schema = schemas.resolved(schema).cloned().unwrap_or_default();
        for name in files {
            if let Some(Value::Object(field)) = schema["properties"].get_mut(&name) {
                make_file(field);
            }
        }
        entry.insert("schema".to_owned(), schema);
    }
    if !kept.is_empty() {
        entry.insert("encoding".to_owned(), Value::Object(kept));
    }
}

/// Returns whether all of the media types, which are separated by commas, are types of files.
fn is_file_type(given: &str) -> bool {
    given.split(',').map(essence).all(|media| {
        let is_text = media.starts_with("text/") || media.contains("xml");
        let is_form = media.starts_with("multipart/") || media.ends_with("x-www-form-urlencoded");
        media.contains('/') && media != "*/*" && !is_json(&media) && !is_text && !is_form
    })
}

/// Returns whether a field, or an item of a list, is a string or has no type. A reference, a
/// composition and a Base64 string stay as they are.
fn can_be_file(field: &Value) -> bool {
    let field = field.get("items").unwrap_or(field);
    let is_composed = [
        "$ref",
        "allOf",
        "oneOf",
        "anyOf",
        "properties",
        "additionalProperties",
    ]
    .iter()
    .any(|key| field.get(*key).is_some());
    let kind = field.get("type").and_then(Value::as_str);
    let format = field.get("format").and_then(Value::as_str);
    !is_composed
        && matches!(kind, None | Some("string"))
        && !matches!(format, Some("binary" | "byte"))
}

fn make_file(field: &mut Map<String, Value>) {
    let field = match field.get_mut("items") {
        Some(Value::Object(items)) => items,
        _ => field,
    };
    for key in STRING_KEYS {
        field.remove(key);
    }
    field.insert("type".to_owned(), json!("string"));
    field.insert("format".to_owned(), json!("binary"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    fn converted(entry: Value) -> (Value, String) {
        let source = Source::parse("f.yaml", b"openapi: 3.1.0\n").unwrap();
        let mut draft = Draft::new("acme", source);
        let Value::Object(mut entry) = entry else {
            panic!("not an object")
        };
        let schemas = Schemas::of(&json!({}));
        of_form(&mut entry, true, "", &mut draft.notes, &schemas);
        (Value::Object(entry), draft.notes.report.markdown("", ""))
    }

    #[test]
    fn unsupported_parts_of_encodings_are_reported_and_omitted() {
        let (entry, report) = converted(json!({
            "schema": {"type": "object", "properties": {
                "file": {"type": "string", "format": "binary"},
                "meta": {"type": "object"},
                "note": {"type": "string"},
                "tags": {"type": "array", "items": {"type": "string"}}
            }},
            "encoding": {
                "file": {"contentType": "image/png", "headers": {"X-Part": {}}},
                "meta": {"contentType": "application/xml"},
                "note": {"contentType": "text/plain; charset=utf-8"},
                "tags": {"style": "matrix"},
                "gone": {"contentType": "text/plain"},
                "nothing": null
            }
        }));
        assert_eq!(
            entry["encoding"],
            json!({
                "file": {"contentType": "image/png"},
                "note": {"contentType": "text/plain; charset=utf-8"}
            })
        );
        for reported in [
            "the headers of the part `file`",
            "the media type `application/xml` of the field `meta`",
            "the style \"matrix\" of the field `tags`",
            "the encoding of `gone` is omitted: there is no such field",
            "the encoding of `nothing` is omitted: it is not an object",
        ] {
            assert!(report.contains(reported), "{reported}: {report}");
        }
    }

    #[test]
    fn fields_with_the_media_type_of_a_file_become_files() {
        let (entry, report) = converted(json!({
            "schema": {"type": "object", "properties": {
                "scan": {"type": "string", "description": "A scan."},
                "files[]": {"type": "array", "items": {}},
                "data": {"type": "object"}
            }},
            "encoding": {
                "scan": {"contentType": "image/png, image/jpeg"},
                "files[]": {"contentType": "application/octet-stream"},
                "data": {"contentType": "application/json"}
            }
        }));
        let properties = &entry["schema"]["properties"];
        assert_eq!(
            properties["scan"],
            json!({"type": "string", "format": "binary", "description": "A scan."})
        );
        assert_eq!(properties["files[]"]["items"]["format"], "binary");
        assert_eq!(properties["data"], json!({"type": "object"}));
        assert!(report.contains("the field `scan` is a file"), "{report}");
    }
}

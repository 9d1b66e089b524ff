//! Encodings of form fields: keeps what the client supports, and finds files that only their
//! encoding describes.

use crate::command::import::draft::Notes;
use crate::command::import::operations::component_schemas::Schemas;
use crate::media_type::{essence, is_json};
use crate::spec::pointer::below;
use serde_json::{Map, Value, json};

const TOPIC: &str = "media types";
const STYLES: [&str; 4] = ["form", "spaceDelimited", "pipeDelimited", "deepObject"];

/// Removes the parts of a form's encodings that the client does not support, and reports them.
///
/// A string, or a field without a type, whose encoding has the media type of a file becomes a file.
pub(super) fn supported(
    entry: &mut Map<String, Value>,
    at: &str,
    notes: &mut Notes,
    schemas: &Schemas,
) {
    let Some(Value::Object(encodings)) = entry.remove("encoding") else {
        return;
    };
    let mut kept = Map::new();
    for (name, encoding) in encodings {
        let pointer = below(&below(at, "encoding"), &name);
        let property = entry
            .get("schema")
            .and_then(|schema| schemas.property(schema, &name))
            .cloned();
        let (Some(property), Value::Object(mut encoding)) = (property, encoding) else {
            let text = format!("the encoding of `{name}` is omitted: there is no such field");
            notes.loss(TOPIC, &pointer, text);
            continue;
        };
        if encoding.remove("headers").is_some() {
            let text = format!("the headers of the part `{name}` are omitted: they are not sent");
            notes.loss(TOPIC, &pointer, text);
        }
        let style = encoding.get("style").cloned();
        let is_known = |style: &Value| style.as_str().is_some_and(|s| STYLES.contains(&s));
        if let Some(style) = style.filter(|style| !is_known(style)) {
            encoding.remove("style");
            let text = format!("the style {style} of the field `{name}` is omitted");
            notes.loss(TOPIC, &pointer, text);
        }
        if let Some(given) = encoding.get("contentType").cloned()
            && !encoding.contains_key("style")
        {
            let given = given.as_str().unwrap_or_default();
            let is_file = !schemas.is_structured(&property) && is_file_type(given);
            if is_file && make_file(entry, &name, schemas) {
                let text = format!("the field `{name}` is a file: its media type is `{given}`");
                notes.change(TOPIC, &pointer, text);
            } else if !schemas.is_sent_as(&property, given) {
                encoding.remove("contentType");
                let text = format!(
                    "the media type `{given}` of the field `{name}` is omitted: objects are sent as JSON, and other values as text"
                );
                notes.loss(TOPIC, &pointer, text);
            }
        }
        if !encoding.is_empty() {
            kept.insert(name, Value::Object(encoding));
        }
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

/// Replaces the schema of a field, or of the items of a list, with that of a file. Returns `false`
/// if the field already is a file, or if the body's schema does not contain the field itself.
fn make_file(entry: &mut Map<String, Value>, name: &str, schemas: &Schemas) -> bool {
    let Some(schema) = entry.get("schema") else {
        return false;
    };
    // Other bodies may use the same component, so the field changes in a copy.
    let mut schema = schemas.resolved(schema).cloned().unwrap_or_default();
    let Some(property) = schema.get_mut("properties").and_then(|p| p.get_mut(name)) else {
        return false;
    };
    let is_list = property.get("items").is_some();
    let field = match is_list {
        true => &mut property["items"],
        false => property,
    };
    let kind = field.get("type").and_then(Value::as_str);
    let is_reference = field.get("$ref").is_some();
    if is_reference || schemas.is_binary(field) || !matches!(kind, None | Some("string")) {
        return false;
    }
    let description = field.get("description").cloned();
    *field = json!({"type": "string", "format": "binary"});
    if let Some(description) = description {
        field["description"] = description;
    }
    entry.insert("schema".to_owned(), schema);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::draft::Draft;
    use crate::command::import::read::Source;

    fn converted(entry: Value) -> (Value, String) {
        let source = Source::parse("f.yaml", b"openapi: 3.1.0\n").unwrap();
        let mut draft = Draft::new("acme", source);
        let Value::Object(mut entry) = entry else {
            panic!("not an object")
        };
        let schemas = Schemas::of(&json!({}));
        supported(&mut entry, "", &mut draft.notes, &schemas);
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
                "gone": {"contentType": "text/plain"}
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
            "the encoding of `gone`",
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

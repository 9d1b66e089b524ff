//! Request bodies: replaces their media types with concrete ones.

use super::component_schemas::Schemas;
use super::media_types;
use crate::command::import::draft::{Draft, Notes, component};
use crate::command::import::visit::operations;
use crate::media_type::MediaType;
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const TOPIC: &str = "request bodies";

/// Makes the media types of all bodies concrete, and omits bodies without any.
pub(in crate::command::import) fn concrete(draft: &mut Draft) -> Result<()> {
    let schemas = Schemas::of(&draft.document);
    let notes = &mut draft.notes;
    let mut empty = BTreeSet::new();
    if let Some(Value::Object(shared)) = draft.document.pointer_mut("/components/requestBodies") {
        for (name, body) in shared {
            if !normalize_body(body, &component("requestBodies", name), notes, &schemas) {
                empty.insert(below("#/components/requestBodies", name));
            }
        }
    }
    operations(&mut draft.document, |pointer, _, _, operation| {
        let Some(body) = operation.get_mut("requestBody") else {
            return;
        };
        let at = below(pointer, "requestBody");
        let stays = match body.get("$ref").and_then(Value::as_str) {
            Some(reference) => !empty.contains(reference),
            None => normalize_body(body, &at, notes, &schemas),
        };
        if !stays {
            notes.change(TOPIC, &at, "a body without a media type is omitted");
            operation.remove("requestBody");
        }
    });
    Ok(())
}

/// Makes a body valid; returns `false` if it has no media type.
fn normalize_body(body: &mut Value, at: &str, notes: &mut Notes, schemas: &Schemas) -> bool {
    let Some(body) = body.as_object_mut() else {
        return false;
    };
    let pointer = below(at, "content");
    let content = match body.remove("content") {
        Some(Value::Object(content)) => content,
        _ => Map::new(),
    };
    let mut content = media_types::content(content, &pointer, notes, schemas);
    // Drop XML and YAML: the server also accepts JSON, and JSON bodies have types.
    let has_typed = content
        .keys()
        .any(|media| MediaType::of(media) == MediaType::Json);
    if has_typed {
        content.retain(|media, _| {
            let is_markup = media.contains("xml") || media.contains("yaml");
            if is_markup {
                let text = format!("`{media}` is omitted: the body is sent as JSON");
                notes.loss("media types", &below(&pointer, media), text);
            }
            !is_markup
        });
    }
    let has_any = !content.is_empty();
    body.insert("content".to_owned(), Value::Object(content));
    has_any
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;
    use serde_json::json;

    #[test]
    fn bodies_get_concrete_media_types_and_bodies_without_any_are_omitted() {
        let text = "\
paths:
  /a:
    put: {requestBody: {content: {'*/*': {schema: {$ref: '#/components/schemas/F'}}, text/xml: {schema: {type: object, properties: {}}}}}}
    post: {requestBody: {$ref: '#/components/requestBodies/None'}}
    patch: {requestBody: {content: {application/json: {}, application/xml: {}, 'application/json; v=2': {}}}}
components:
  schemas: {F: {type: string, format: binary}}
  requestBodies: {None: {content: {}}}
";
        let mut draft = Draft::new("acme", Source::parse("a.yaml", text.as_bytes()).unwrap());
        concrete(&mut draft).unwrap();
        let item = &draft.document["paths"]["/a"];
        assert_eq!(
            item["put"]["requestBody"]["content"],
            json!({"text/xml": {}, "application/octet-stream": {}})
        );
        assert_eq!(item["post"], json!({}));
        assert_eq!(
            item["patch"]["requestBody"]["content"],
            json!({"application/json": {"schema": {}}})
        );
    }
}

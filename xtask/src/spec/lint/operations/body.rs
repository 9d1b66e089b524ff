//! Rules: request bodies have media types, schemas for encoded values, and supported encodings.

use crate::media_type::{FIELD_STYLES, MediaType, essence, is_json, is_of_field};
use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::lint::index::resolved::Resolved;
use crate::spec::lint::index::{Spec, members};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for node in spec.of(Kind::Operation) {
        let Some(body) = spec.body(node) else {
            continue;
        };
        let contents = spec.contents(&body);
        if contents.is_empty() {
            let what = format!(
                "the request body of {} has no media type",
                spec.label(&node.pointer)
            );
            let to_do = "add a media type, such as application/json";
            found.push(spec.finding(&body.pointer, Rule::MediaType, what, to_do));
        }
        let mut seen = BTreeSet::new();
        for (media, content) in contents {
            let essence = essence(media);
            encoding(spec, media, &content, &mut found);
            let is_typed = is_json(&essence) || MediaType::of(&essence).has_fields();
            let is_media_type = essence.split_once('/').is_some_and(|(kind, subtype)| {
                !kind.is_empty() && !subtype.is_empty() && !essence.contains('*')
            });
            if !seen.insert(essence) {
                let what = format!(
                    "{} has the media type `{media}` twice",
                    spec.label(&node.pointer)
                );
                let to_do = "keep one of them: media types that differ only in case or parameters are the same";
                found.push(spec.finding(&content.pointer, Rule::MediaType, what, to_do));
            } else if !is_media_type {
                let what = format!(
                    "{} has the media type `{media}`, which cannot be sent",
                    spec.label(&node.pointer)
                );
                let to_do = "write the media type that is sent, without `*`";
                found.push(spec.finding(&content.pointer, Rule::MediaType, what, to_do));
            } else if is_typed && !content.object.contains_key("schema") {
                let what = format!(
                    "{} has the media type `{media}` without a schema",
                    spec.label(&node.pointer)
                );
                let to_do = "add the schema of the body; for JSON, `schema: {}` allows any value";
                found.push(spec.finding(&content.pointer, Rule::MediaType, what, to_do));
            }
        }
    }
    spec.findings.extend(found);
}

/// Checks that the encodings of fields are supported.
fn encoding(spec: &Spec<'_>, media: &str, content: &Resolved<'_>, found: &mut Vec<Finding>) {
    let at = below(&content.pointer, "encoding");
    let kind = MediaType::of(media);
    let schema = spec.child(&content.pointer, content.object, "schema");
    let parts = schema.map(|(pointer, object)| spec.parts(Resolved { pointer, object }, true));
    let parts = parts.unwrap_or_default();
    for (name, encoding) in members(content.object, "encoding") {
        let pointer = below(&at, name);
        let mut refuse = |what: String, to_do: &str| {
            found.push(spec.finding(&pointer, Rule::MediaEncoding, what, to_do));
        };
        if !kind.has_fields() {
            let what = format!("`{media}` has no fields that an encoding could apply to");
            refuse(what, "remove `encoding`");
            continue;
        }
        let property = parts
            .iter()
            .find_map(|part| Some((part, part.object.get("properties")?.get(name)?)));
        let Some((part, property)) = property else {
            let what = format!("`{name}` is not a property of the schema");
            refuse(what, "use the name of a property, or remove the encoding");
            continue;
        };
        let style = encoding.get("style").and_then(Value::as_str);
        if let Some(style) = style.filter(|style| !FIELD_STYLES.contains(style)) {
            let what = format!("the field `{name}` has the unsupported style `{style}`");
            refuse(
                what,
                "write form, spaceDelimited, pipeDelimited or deepObject",
            );
        }
        if encoding.get("headers").is_some() {
            let what = format!("the part `{name}` has its own headers");
            refuse(
                what,
                "remove them: the client sets the headers of a part itself",
            );
        }
        let at = below(&below(&part.pointer, "properties"), name);
        let resolved = spec.resolve(&at, property);
        let resolved = resolved.map(|(pointer, object)| Resolved { pointer, object });
        let given = encoding.get("contentType").and_then(Value::as_str);
        if let (Some(given), Some(resolved)) = (given, resolved)
            && style.is_none()
            && !is_sent_as(spec, given, resolved)
        {
            let what = format!(
                "the field `{name}` has the media type `{given}`, which does not match its schema"
            );
            refuse(
                what,
                "remove `contentType`: files have their own media type, objects are sent as JSON, and other values as text",
            );
        }
    }
}

/// Returns whether a field is sent as one of the given media types, which are separated by commas.
fn is_sent_as(spec: &Spec<'_>, given: &str, field: Resolved<'_>) -> bool {
    let items = spec.child(&field.pointer, field.object, "items");
    let field = match items {
        Some((pointer, object)) => Resolved { pointer, object },
        None => field,
    };
    // A file has its own media type, regardless of the types in the document.
    let is_file = field.text("format") == "binary";
    let is_structured = spec.parts(field, true).iter().any(is_object);
    is_file || is_of_field(given, is_structured)
}

fn is_object(part: &Resolved<'_>) -> bool {
    let keys = ["properties", "additionalProperties"];
    part.text("type") == "object" || keys.iter().any(|key| part.object.contains_key(*key))
}

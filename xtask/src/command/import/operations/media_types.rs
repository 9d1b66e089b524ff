//! Media types: replaces ranges and invalid names with the types they mean.

use crate::command::import::draft::Notes;
use crate::command::import::operations::encodings;
use crate::command::import::visit::resolve;
use crate::media_type::{MediaType, essence, is_json};
use crate::spec::pointer::below;
use serde_json::{Map, Value, json};

/// Maximum number of schemas of a composition that are searched.
const MAX_PARTS: usize = 1000;

/// The schemas of a document, with the checks that media types need.
pub(super) struct Schemas {
    root: Value,
}

impl Schemas {
    pub(super) fn of(document: &Value) -> Self {
        let schemas = document
            .pointer("/components/schemas")
            .cloned()
            .unwrap_or_default();
        Self {
            root: json!({"components": {"schemas": schemas}}),
        }
    }

    /// Returns whether a schema describes binary data.
    pub(super) fn is_binary(&self, schema: &Value) -> bool {
        let Some(schema) = self.resolved(schema) else {
            return false;
        };
        let word = |key: &str| schema.get(key).and_then(Value::as_str);
        word("type") == Some("file")
            || word("type") == Some("string") && matches!(word("format"), Some("binary" | "byte"))
            || word("contentEncoding").is_some()
    }

    /// Follows the references of a schema.
    pub(super) fn resolved<'s>(&'s self, schema: &'s Value) -> Option<&'s Value> {
        resolve(&self.root, schema)
    }

    /// Returns the schema of a field, which can be in a schema that the given one extends.
    pub(super) fn property<'s>(&'s self, schema: &'s Value, name: &str) -> Option<&'s Value> {
        let parts = self.parts(schema);
        let mut found = parts
            .iter()
            .filter_map(|part| part.get("properties")?.get(name));
        found.next()
    }

    /// Returns whether a field, or an item of a field, is sent as an object.
    pub(super) fn is_structured(&self, field: &Value) -> bool {
        let keys = ["properties", "additionalProperties"];
        let is_object = |part: &&Value| {
            part.get("type").and_then(Value::as_str) == Some("object")
                || keys.iter().any(|key| part.get(*key).is_some())
        };
        self.parts(self.item(field)).iter().any(is_object)
    }

    /// Returns whether a field is sent as one of the media types, which are separated by commas.
    pub(super) fn is_sent_as(&self, field: &Value, given: &str) -> bool {
        let item = self.resolved(self.item(field));
        // A file has its own media type, regardless of the types in the document.
        item.is_some_and(|item| item.get("format") == Some(&json!("binary")))
            || given
                .split(',')
                .map(str::trim)
                .any(|given| match self.is_structured(field) {
                    true => is_json(given) || given == "*/*",
                    false => ["text/plain", "text/*", "*/*"].contains(&essence(given).as_str()),
                })
    }

    fn item<'s>(&'s self, field: &'s Value) -> &'s Value {
        let items = self.resolved(field).and_then(|field| field.get("items"));
        items.unwrap_or(field)
    }

    /// Returns a schema and the schemas that it is composed of, but at most [`MAX_PARTS`].
    fn parts<'s>(&'s self, schema: &'s Value) -> Vec<&'s Value> {
        let mut parts: Vec<&Value> = self.resolved(schema).into_iter().collect();
        let mut next = 0;
        while let Some(part) = parts.get(next).copied().filter(|_| parts.len() < MAX_PARTS) {
            let inner = ["allOf", "oneOf", "anyOf"]
                .iter()
                .filter_map(|key| part.get(*key)?.as_array())
                .flatten();
            parts.extend(inner.filter_map(|part| self.resolved(part)));
            next += 1;
        }
        parts
    }

    /// Returns whether a schema can describe named fields.
    fn has_fields(&self, schema: &Value) -> bool {
        let keys = ["properties", "additionalProperties"];
        self.parts(schema)
            .iter()
            .any(|part| match part.get("type").and_then(Value::as_str) {
                Some(kind) => kind == "object",
                None => keys.iter().any(|key| part.get(*key).is_some()),
            })
    }
}

/// Returns a concrete media type for a media type in the document. The result depends on whether
/// the schema is binary.
pub(super) fn concrete(media: &str, is_bytes: bool) -> String {
    let plain = essence(media);
    let json = || "application/json".to_owned();
    let bytes = || "application/octet-stream".to_owned();
    let Some((kind, subtype)) = plain.split_once('/') else {
        return match plain.as_str() {
            "xml" => "application/xml".to_owned(),
            "text" | "plain" => "text/plain".to_owned(),
            "html" => "text/html".to_owned(),
            "csv" => "text/csv".to_owned(),
            "form" | "form-data" | "multipart" => "multipart/form-data".to_owned(),
            "binary" | "octet-stream" => bytes(),
            _ if is_bytes => bytes(),
            _ => json(),
        };
    };
    let is_token = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+.^_`|~-".contains(c))
    };
    match (kind, subtype) {
        ("*" | "application", "*") if is_bytes => bytes(),
        ("*" | "application", "*") => json(),
        ("text", "*") => "text/plain".to_owned(),
        ("multipart", "*") => "multipart/form-data".to_owned(),
        (_, subtype) if subtype.contains('*') && subtype.ends_with("+json") => json(),
        (kind, subtype) if kind.contains('*') || subtype.contains('*') => bytes(),
        (kind, subtype) if is_token(kind) && is_token(subtype) => media.trim().to_owned(),
        _ if is_bytes => bytes(),
        _ => json(),
    }
}

/// Returns the content of a body by media type; the first of equal types is kept.
///
/// JSON and forms always have a schema. The schemas of other types are removed. The removal is
/// reported unless the schema is only a string or binary data.
pub(super) fn content(
    content: Map<String, Value>,
    at: &str,
    notes: &mut Notes,
    schemas: &Schemas,
) -> Map<String, Value> {
    let mut made: Map<String, Value> = Map::new();
    // Plain types come before types with parameters, and ranges come last.
    let rank = |media: &str| (media.contains('*'), media.contains(';'));
    let mut entries: Vec<(String, Value)> = content.into_iter().collect();
    entries
        .sort_by(|(one, _), (other, _)| rank(one).cmp(&rank(other)).then_with(|| one.cmp(other)));
    for (media, entry) in entries {
        let pointer = below(at, &media);
        if media.starts_with("x-") && !media.contains('/') {
            notes.loss("extensions", &pointer, format!("`{media}`"));
            continue;
        }
        let mut entry = match entry {
            Value::Object(entry) => entry,
            _ => Map::new(),
        };
        let has_bytes = entry
            .get("schema")
            .is_some_and(|schema| schemas.is_binary(schema));
        let name = concrete(&media, has_bytes);
        if made.keys().any(|known| essence(known) == essence(&name)) {
            let text = format!("`{media}` is omitted: another entry has the same type");
            notes.loss("media types", &pointer, text);
            continue;
        }
        if name != media {
            notes.change(
                "media types",
                &pointer,
                format!("`{media}` is replaced with `{name}`"),
            );
        }
        match MediaType::of(&name) {
            MediaType::Json => {
                if entry.remove("encoding").is_some() {
                    notes.change(
                        "media types",
                        &pointer,
                        "`encoding` is omitted: it has no effect on JSON",
                    );
                }
                entry.entry("schema").or_insert_with(|| json!({}));
            }
            kind if kind.has_fields() => {
                let is_sound = entry
                    .get("schema")
                    .is_some_and(|schema| schemas.has_fields(schema));
                if !is_sound {
                    if entry.contains_key("schema") {
                        let text = format!(
                            "the schema of `{name}` has no fields and is omitted: the body can have any fields"
                        );
                        notes.loss("media types", &pointer, text);
                    }
                    entry.insert(
                        "schema".to_owned(),
                        json!({"type": "object", "additionalProperties": true}),
                    );
                    entry.remove("encoding");
                }
                encodings::supported(&mut entry, &pointer, notes, schemas);
            }
            _ => {
                if let Some(schema) = entry.get("schema")
                    && !is_plain(schema)
                {
                    let text = format!(
                        "the schema of `{name}` is omitted: the body is sent and read unchanged"
                    );
                    notes.loss("media types", &pointer, text);
                }
                entry.remove("schema");
                entry.remove("encoding");
            }
        }
        notes.moved(&below(at, &name), &pointer);
        made.insert(name, Value::Object(entry));
    }
    made
}

/// Returns whether a schema is only a string or binary data.
fn is_plain(schema: &Value) -> bool {
    schema.get("type").is_none_or(|kind| kind == "string")
        && schema.get("$ref").is_none()
        && schema.get("properties").is_none()
}

#[cfg(test)]
mod tests {
    use super::concrete;

    #[test]
    fn wildcards_and_shorthands_become_concrete_media_types() {
        for (media, is_bytes, wanted) in [
            (
                "application/json; charset=utf-8",
                false,
                "application/json; charset=utf-8",
            ),
            ("*/*", false, "application/json"),
            ("*/*", true, "application/octet-stream"),
            ("image/*", true, "application/octet-stream"),
            ("application/*+json", false, "application/json"),
            ("text/*", false, "text/plain"),
            ("json", false, "application/json"),
            ("xml", false, "application/xml"),
            ("application/json, text/plain", false, "application/json"),
            ("", false, "application/json"),
            ("image/png", true, "image/png"),
        ] {
            assert_eq!(concrete(media, is_bytes), wanted, "{media}");
        }
    }
}

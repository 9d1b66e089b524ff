//! Media types: replaces ranges and invalid names with the types they mean.

use crate::command::import::draft::Notes;
use crate::command::import::operations::component_schemas::Schemas;
use crate::media_type::{MediaType, essence};
use crate::spec::pointer::below;
use serde_json::{Map, Value, json};

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

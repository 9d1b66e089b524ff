//! Parses request bodies according to their media type.

use serde_json::{Map, Value};

use crate::http::multipart::Part;
use crate::http::refusal::Refusal;
use crate::http::request::Request;
use crate::openapi::document::Document;
use crate::openapi::media_type::{essence, is_json};
use crate::openapi::named_values::{put, steps};
use crate::openapi::operation::{Operation, RequestMedia};
use crate::openapi::parameter::{Shape, Style};
use crate::openapi::property::{is_required, properties, property};
use crate::response::payload::Payload;
use crate::rules::error_kind::ErrorKind;
use crate::rules::profile::Profile;

/// Parses the request body. Rejects the request if a required body is missing, if the operation
/// doesn't accept the body, or if the body can't be parsed.
pub(crate) fn parse_body<'o>(
    document: &Document,
    operation: &'o Operation,
    profile: &Profile,
    request: &Request,
) -> Result<Payload<'o>, Refusal> {
    let Some(expected) = &operation.body else {
        return Ok(Payload::default());
    };
    let given = request.media_type();
    if request.body.is_empty() && given.is_none() && !profile.content_type_required {
        return missing(expected.required);
    }
    let media = given.as_deref().and_then(|name| {
        expected
            .media
            .iter()
            .find(|m| essence(&m.name).eq_ignore_ascii_case(essence(name)))
    });
    let Some(media) = media else {
        let known: Vec<&str> = expected.media.iter().map(|m| m.name.as_str()).collect();
        let given = given.unwrap_or_else(|| "no content type".to_owned());
        let detail = format!(
            "{given} was sent, but the operation expects {}",
            known.join(" or ")
        );
        return Err(Refusal::new(ErrorKind::UnsupportedMediaType, detail));
    };
    // A form without fields has an empty body.
    if request.body.is_empty() && essence(&media.name) != FORM {
        return missing(expected.required);
    }
    let malformed = |detail: String| Refusal::new(ErrorKind::Malformed, detail);
    let value = match media.name.as_str() {
        _ if operation.lines() => None,
        FORM => {
            let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&request.body)
                .map_err(|e| malformed(format!("the form cannot be parsed: {e}")))?;
            Some(fields(document, media, pairs))
        }
        "multipart/form-data" => {
            let parts = request.parts.as_ref();
            let parts =
                parts.ok_or_else(|| malformed("the multipart body cannot be parsed".to_owned()))?;
            // The schema doesn't describe the content of files, so a placeholder replaces it.
            let text = |part: &Part| match part.file_name {
                Some(_) => "(file)".to_owned(),
                None => part.text(),
            };
            let parts = parts.iter().map(|part| (part.name.clone(), text(part)));
            Some(fields(document, media, parts))
        }
        name if is_json(name) => {
            let value = serde_json::from_slice(&request.body);
            Some(value.map_err(|e| malformed(format!("the body is not JSON: {e}")))?)
        }
        _ => None,
    };
    Ok(Payload {
        media: Some(media),
        value,
    })
}

const FORM: &str = "application/x-www-form-urlencoded";

fn missing<'o>(required: bool) -> Result<Payload<'o>, Refusal> {
    if required {
        Err(Refusal::new(ErrorKind::MissingBody, "a body is required"))
    } else {
        Ok(Payload::default())
    }
}

/// Builds an object from pairs of a field name and a string, and converts the strings to the types
/// in the schema.
///
/// Combines fields into one object or list if their names contain keys in brackets, or if
/// `encoding` declares their style. Also combines fields with the same name into one list.
fn fields(
    document: &Document,
    media: &RequestMedia,
    pairs: impl IntoIterator<Item = (String, String)>,
) -> Value {
    let schema = &media.schema;
    let mut map = Map::new();
    for (name, text) in pairs {
        let own = property(document, schema, &name);
        let separator = media.styles.iter().find(|(known, _)| *known == name);
        if own.is_none()
            && let Some((base, steps)) = steps(&name)
            && let Some(outer) = property(document, schema, base)
            && let shape @ (Shape::Object(..) | Shape::Array(_)) = Shape::expanded(document, outer)
        {
            put(
                map.entry(base).or_insert(Value::Null),
                &shape,
                &steps,
                &text,
            );
            continue;
        }
        if own.is_none()
            && let Some((outer, shape)) = exploded_object(document, media, &name)
        {
            put(
                map.entry(outer).or_insert(Value::Null),
                &shape,
                &[&name],
                &text,
            );
            continue;
        }
        let shape = own.map_or(Shape::Text, |schema| Shape::of(document, schema));
        let texts: Vec<&str> = match separator {
            Some((_, Style::Joined(separator))) => text.split(*separator).collect(),
            _ => vec![&text],
        };
        if let (Shape::Json, [_, _, ..]) = (&shape, texts.as_slice()) {
            let written = own.map_or(Shape::Text, |own| Shape::expanded(document, own));
            for pair in texts.chunks_exact(2) {
                put(
                    map.entry(&name).or_insert(Value::Null),
                    &written,
                    &[pair[0]],
                    pair[1],
                );
            }
            continue;
        }
        for text in texts {
            let value = shape.value(text);
            match (&shape, map.get_mut(&name)) {
                (Shape::Array(_), Some(Value::Array(items))) => items.push(value),
                (Shape::Array(_), _) => {
                    map.insert(name.clone(), Value::Array(vec![value]));
                }
                _ => {
                    map.insert(name.clone(), value);
                }
            }
        }
    }
    // A form can't contain null, so clients omit a required property that is null.
    for (name, own) in properties(document, schema) {
        if own.get("nullable") == Some(&Value::Bool(true)) && is_required(document, schema, name) {
            map.entry(name).or_insert(Value::Null);
        }
    }
    Value::Object(map)
}

/// Returns the name and the shape of the object to which a form field belongs, if the object is
/// sent as one field per property.
fn exploded_object<'m>(
    document: &Document,
    media: &'m RequestMedia,
    name: &str,
) -> Option<(&'m str, Shape)> {
    let exploded = media
        .styles
        .iter()
        .filter(|(_, style)| *style == Style::Exploded);
    exploded
        .filter_map(|(outer, _)| {
            let schema = property(document, &media.schema, outer)?;
            property(document, schema, name)?;
            Some((outer.as_str(), Shape::expanded(document, schema)))
        })
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::schema::Check;
    use serde_json::json;

    fn media(schema: &Value) -> RequestMedia {
        RequestMedia {
            name: FORM.to_owned(),
            check: Check::new(schema),
            schema: schema.clone(),
            styles: vec![
                ("point".to_owned(), Style::Exploded),
                ("ids".to_owned(), Style::Joined('|')),
            ],
        }
    }

    #[test]
    fn form_fields_are_parsed_in_the_style_of_their_encoding() {
        let schema = json!({ "properties": {
            "point": { "type": "object", "properties": { "x": { "type": "integer" } } },
            "ids": { "type": "array", "items": { "type": "integer" } },
            "lines": { "type": "array", "items": { "type": "object", "properties": { "n": { "type": "integer" } } } },
            "plain": { "type": "object" },
        } });
        let pairs = [
            ("x", "1"),
            ("ids", "1|2"),
            ("lines[0][n]", "3"),
            ("lines[1][n]", "4"),
            ("plain", "{\"a\":[5]}"),
        ];
        let pairs = pairs.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let value = fields(&Document::read("{}").unwrap(), &media(&schema), pairs);
        let wanted = json!({ "point": { "x": 1 }, "ids": [1, 2], "lines": [{ "n": 3 }, { "n": 4 }], "plain": { "a": [5] } });
        assert_eq!(value, wanted);
    }

    #[test]
    fn form_fields_are_converted_to_the_types_in_the_schema() {
        let schema = json!({ "allOf": [{ "properties": {
            "count": { "type": "integer" }, "tags[]": { "type": "array", "items": { "type": "string" } }, "name": { "type": "string" },
        } }] });
        let pairs = [
            ("count", "3"),
            ("tags[]", "a"),
            ("tags[]", "b"),
            ("name", "7"),
            ("more", "x"),
        ];
        let pairs = pairs.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let value = fields(&Document::read("{}").unwrap(), &media(&schema), pairs);
        assert_eq!(
            value,
            json!({ "count": 3, "tags[]": ["a", "b"], "name": "7", "more": "x" })
        );
    }

    #[test]
    fn a_required_nullable_form_field_can_be_omitted() {
        let schema = json!({ "required": ["scan", "name"], "properties": {
            "scan": { "type": "string", "nullable": true }, "name": { "type": "string" }, "more": { "type": "string", "nullable": true },
        } });
        let of = |pairs: &[(&str, &str)]| {
            let pairs = pairs
                .iter()
                .map(|(name, text)| (String::from(*name), String::from(*text)));
            fields(&Document::read("{}").unwrap(), &media(&schema), pairs)
        };
        assert_eq!(of(&[]), json!({ "scan": null }));
        assert_eq!(of(&[("scan", "x")]), json!({ "scan": "x" }));
    }

    #[test]
    fn form_fields_with_bracketed_keys_become_object_entries() {
        let schema = json!({ "properties": {
            "custom": { "type": "object", "additionalProperties": { "type": "string" } },
            "counts": { "type": "object", "additionalProperties": { "type": "integer" } },
            "tags[]": { "type": "array", "items": { "type": "string" } }, "plain": { "type": "string" },
        } });
        let pairs = [
            ("custom[job]", "7"),
            ("custom[who]", "x"),
            ("counts[a]", "3"),
            ("tags[]", "t"),
            ("plain[k]", "p"),
        ];
        let pairs = pairs.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let value = fields(&Document::read("{}").unwrap(), &media(&schema), pairs);
        let wanted = json!({ "custom": { "job": "7", "who": "x" }, "counts": { "a": 3 }, "tags[]": ["t"], "plain[k]": "p" });
        assert_eq!(value, wanted);
    }
}

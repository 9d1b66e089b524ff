//! Parses request bodies by media type, then checks them against their schemas.

use serde_json::{Map, Value};

use crate::http::multipart::Part;
use crate::http::refusal::Refusal;
use crate::http::request::Request;
use crate::openapi::document::Document;
use crate::openapi::operation::{Operation, is_json};
use crate::openapi::parameter::Shape;
use crate::openapi::property::property;
use crate::openapi::schema::is_type;
use crate::response::payload::Payload;
use crate::rules::error_kind::ErrorKind;
use crate::rules::profile::Profile;

/// Parses the request body; refuses one that the operation doesn't take or that can't be parsed.
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
        let given = given.unwrap_or_else(|| "nothing".to_owned());
        let detail = format!("{given} was sent where {} is expected", known.join(" or "));
        return Err(Refusal::new(ErrorKind::UnsupportedMediaType, detail));
    };
    // An empty form has no bytes.
    if request.body.is_empty() && essence(&media.name) != FORM {
        return missing(expected.required);
    }
    let malformed = |detail: String| Refusal::new(ErrorKind::Malformed, detail);
    let value = match media.name.as_str() {
        _ if operation.lines() => None,
        FORM => {
            let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&request.body)
                .map_err(|e| malformed(format!("the form cannot be read: {e}")))?;
            Some(fields(document, &media.schema, pairs))
        }
        "multipart/form-data" => {
            let parts = request.parts.as_ref();
            let parts =
                parts.ok_or_else(|| malformed("the multipart body cannot be read".to_owned()))?;
            // The schema doesn't describe the content of files.
            let text = |part: &Part| match part.file_name {
                Some(_) => "(file)".to_owned(),
                None => part.text(),
            };
            let parts = parts.iter().map(|part| (part.name.clone(), text(part)));
            Some(fields(document, &media.schema, parts))
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

/// Media type without its parameters.
fn essence(name: &str) -> &str {
    name.split(';').next().unwrap_or(name).trim()
}

fn missing<'o>(required: bool) -> Result<Payload<'o>, Refusal> {
    if required {
        Err(Refusal::new(ErrorKind::MissingBody, "a body is required"))
    } else {
        Ok(Payload::default())
    }
}

/// Form fields as an object, converted to the types in the schema.
fn fields(
    document: &Document,
    schema: &Value,
    pairs: impl IntoIterator<Item = (String, String)>,
) -> Value {
    let mut map = Map::new();
    for (name, text) in pairs {
        if let Some((outer, key, shape)) = entry(document, schema, &name) {
            let inner = map
                .entry(outer)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                inner.insert(key.to_owned(), shape.value(&text));
            }
            continue;
        }
        let shape = property(document, schema, &name)
            .map_or(Shape::Text, |schema| Shape::of(document, schema));
        let value = shape.value(&text);
        match (&shape, map.get_mut(&name)) {
            (Shape::Array(_), Some(Value::Array(items))) => items.push(value),
            (Shape::Array(_), _) => {
                map.insert(name, Value::Array(vec![value]));
            }
            _ => {
                map.insert(name, value);
            }
        }
    }
    Value::Object(map)
}

/// Property, key and schema of a field `property[key]`, if the schema has the property as an
/// object.
fn entry<'n>(
    document: &Document,
    schema: &Value,
    name: &'n str,
) -> Option<(String, &'n str, Shape)> {
    let (outer, key) = name.strip_suffix(']')?.split_once('[')?;
    if key.is_empty() || property(document, schema, name).is_some() {
        return None;
    }
    let map = property(document, schema, outer).filter(|s| is_type(document, s, "object"))?;
    let extra = document.resolve(map).get("additionalProperties");
    let schema = property(document, map, key).or(extra);
    let shape = schema.map_or(Shape::Text, |schema| Shape::of(document, schema));
    Some((outer.to_owned(), key, shape))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn form_fields_take_the_types_of_the_schema() {
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
        let value = fields(&Document::read("{}").unwrap(), &schema, pairs);
        assert_eq!(
            value,
            json!({ "count": 3, "tags[]": ["a", "b"], "name": "7", "more": "x" })
        );
    }
    #[test]
    fn fields_with_a_key_in_brackets_become_the_entries_of_an_object() {
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
        let value = fields(&Document::read("{}").unwrap(), &schema, pairs);
        let wanted = json!({ "custom": { "job": "7", "who": "x" }, "counts": { "a": 3 }, "tags[]": ["t"], "plain[k]": "p" });
        assert_eq!(value, wanted);
    }
}

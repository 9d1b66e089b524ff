//! Builds the body of a call from JSON.

use serde_json::{Map, Value};

use crate::client::by_table::file;
use crate::client::by_table::value_kind::kind;
use crate::request::argument::IntoArgument;
use crate::request::body::parts::Parts;
use crate::request::call::Call;
use crate::table::request_body::{Encoding, MediaType};

/// Sets the body of a call.
pub(super) fn fill(
    call: &mut Call,
    body: Option<Value>,
    media: Option<&str>,
) -> Result<(), String> {
    let Some(spec) = call.operation().body else {
        return match (body, media) {
            (None, None) => Ok(()),
            _ => Err("the operation does not accept a body".to_owned()),
        };
    };
    let chosen = match media {
        Some(name) => spec
            .media
            .iter()
            .find(|media| media.name == name)
            .ok_or_else(|| {
                let names: Vec<&str> = spec.media.iter().map(|media| media.name).collect();
                format!(
                    "the operation does not accept a body of type {name}, only {}",
                    names.join(", ")
                )
            })?,
        None => match choose_media_type(spec.media, body.as_ref()) {
            Some(media) => media,
            None => return Ok(()),
        },
    };
    call.content_type(chosen.name);
    let Some(body) = body else {
        return Ok(());
    };
    match (chosen.encoding, body) {
        (encoding, Value::Object(fields)) if encoding.is_multipart() => {
            call.parts_body(parts(fields, encoding.maps())?);
        }
        (encoding, other)
            if (encoding.is_multipart() || encoding.is_form()) && !other.is_object() =>
        {
            return Err(expected("an object", &other));
        }
        (Encoding::Lines, other) if !other.is_array() => return Err(expected("a list", &other)),
        (Encoding::Text, Value::String(text)) => call.upload_body(text),
        (Encoding::Bytes | Encoding::Text, Value::Object(object)) if file::is_file(&object) => {
            call.upload_body(file::file(&object)?);
        }
        (Encoding::Bytes, Value::String(text)) => call.upload_body(text),
        (Encoding::Bytes, other) => {
            return Err(expected(
                "a string, or an object with `path`, `base64` or `text`",
                &other,
            ));
        }
        (Encoding::Text, other) => return Err(expected("a string", &other)),
        (_, body) => call.json_body(&body),
    }
    Ok(())
}

fn expected(wanted: &str, given: &Value) -> String {
    format!("the body: expected {wanted}, got {}", kind(given))
}

/// Returns the first media type. If the body contains files, prefers the first multipart type.
fn choose_media_type(
    media: &'static [MediaType],
    body: Option<&Value>,
) -> Option<&'static MediaType> {
    let has_files = match body {
        Some(Value::Object(fields)) => fields.values().any(|field| match field {
            Value::Object(object) => file::is_file(object),
            Value::Array(items) => items
                .iter()
                .any(|item| item.as_object().is_some_and(file::is_file)),
            _ => false,
        }),
        _ => false,
    };
    let carries = |media: &&MediaType| !has_files || media.encoding.is_multipart();
    media.iter().find(carries).or(media.first())
}

fn parts(fields: Map<String, Value>, maps: &[&str]) -> Result<Parts, String> {
    let mut parts = Parts::new();
    let fields = fields.into_iter().flat_map(|(name, value)| match value {
        // Each entry of a map becomes its own part.
        Value::Object(map) if maps.contains(&name.as_str()) => {
            let entries = map.into_iter();
            entries
                .map(|(key, value)| (format!("{name}[{key}]"), value))
                .collect()
        }
        value => vec![(name, value)],
    });
    for (name, value) in fields {
        let values = match value {
            Value::Array(items) => items,
            one => vec![one],
        };
        for value in values {
            parts = match value {
                Value::Object(object) if file::is_file(&object) => {
                    let file =
                        file::file(&object).map_err(|why| format!("the part `{name}`: {why}"))?;
                    parts.file(name.as_str(), file)
                }
                Value::Object(_) | Value::Array(_) => parts.json(name.as_str(), &value),
                plain => parts.text(name.as_str(), plain.into_argument()),
            };
        }
    }
    Ok(parts)
}

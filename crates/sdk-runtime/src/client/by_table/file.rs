//! A file that the caller describes as a JSON object.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::request::body::file::File;

const SOURCES: [&str; 3] = ["path", "base64", "text"];

/// Returns whether an object describes a file: it has exactly one of `path`, `base64` and `text`,
/// and no other keys except `name` and `media_type`.
pub(super) fn is_file(object: &Map<String, Value>) -> bool {
    let sources = SOURCES.iter().filter(|name| object.contains_key(**name));
    sources.count() == 1
        && object
            .keys()
            .all(|name| SOURCES.contains(&name.as_str()) || name == "name" || name == "media_type")
}

/// Creates the file that an object describes.
pub(super) fn file(object: &Map<String, Value>) -> Result<File, String> {
    let text = |name: &str| match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(format!("`{name}` of a file must be a string")),
    };
    let mut file = if let Some(path) = text("path")? {
        File::path(PathBuf::from(path))
    } else if let Some(encoded) = text("base64")? {
        let bytes = STANDARD
            .decode(encoded.trim())
            .map_err(|error| format!("`base64` of a file is not valid base64: {error}"))?;
        File::bytes("file", bytes)
    } else {
        File::bytes("file.txt", text("text")?.unwrap_or_default().to_owned())
    };
    if let Some(name) = text("name")? {
        file = file.with_name(name);
    }
    if let Some(media_type) = text("media_type")? {
        file = file.with_media_type(media_type);
    }
    Ok(file)
}

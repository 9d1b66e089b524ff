//! Decodes JSON, and reports the position where it differs from the documentation.

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::json::charset::in_utf8;
use crate::json::convert::{Converting, from_slice};
use crate::json::positional::is_positional;
use crate::response::decode::watch::from_slice_watching;
use crate::response::raw_response::RawResponse;
use crate::value::secret_name::may_hold_secret;

pub(super) fn decode<T: DeserializeOwned>(raw: &mut RawResponse) -> Result<T, Error> {
    let body = raw.whole();
    let text = in_utf8(&body, raw.content_type());
    let json = without_byte_order_mark(&text);
    if json.iter().all(u8::is_ascii_whitespace) {
        return match serde_json::from_slice(b"null") {
            // An optional response may be empty, if its status allows that.
            Ok(nothing) if may_be_empty(raw) => Ok(nothing),
            _ => Err(raw
                .error(
                    ErrorKind::Decode,
                    "the response is empty, but JSON is expected",
                )
                .with_json_path("$".to_owned())),
        };
    }
    if is_positional::<T>(json) {
        let text = "the response cannot be read at $: a non-empty list instead of an object";
        return Err(raw
            .error(ErrorKind::Decode, text)
            .with_json_path("$".to_owned()));
    }
    // Finding the path takes time, so it is determined only after decoding has failed.
    let decoded = match raw.watch() {
        Some(pointers) => from_slice_watching(json, pointers).map(|(value, signs)| {
            raw.set_signs(signs);
            value
        }),
        None => from_slice(json),
    };
    decoded.map_err(|error| unreadable::<T>(raw, json, error))
}

/// Returns whether the body of a response with this status may be empty, according to RFC 9110 or
/// the documentation.
fn may_be_empty(raw: &RawResponse) -> bool {
    let status = raw.status();
    let answers = raw.operation().answers;
    matches!(status.as_u16(), 204 | 205 | 304)
        || answers
            .iter()
            .any(|answer| answer.media.is_empty() && answer.status == status.as_str())
}

/// Returns an error that describes why and where JSON can't be decoded as a type.
pub(crate) fn unreadable<T: DeserializeOwned>(
    raw: &RawResponse,
    json: &[u8],
    error: serde_json::Error,
) -> Error {
    unreadable_at::<T>(raw, json, "$", error)
}

/// Like [`unreadable`], for the part of a response at `base`.
pub(crate) fn unreadable_at<T: DeserializeOwned>(
    raw: &RawResponse,
    json: &[u8],
    base: &str,
    error: serde_json::Error,
) -> Error {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut deserializer, &mut track);
    let (path, error) = match T::deserialize(Converting(tracked)) {
        Err(error) => (track.path(), error),
        // The value is valid, but more text follows it.
        Ok(_) => return not_json(raw, base.to_owned(), error),
    };
    if error.is_data() {
        unexpected(raw, &path, base, error)
    } else {
        not_json(raw, json_path(base, &path), error)
    }
}

fn not_json(raw: &RawResponse, path: String, error: serde_json::Error) -> Error {
    let kind = match raw.content_type() {
        "" => "without a content type",
        kind => kind,
    };
    let what = if error.is_eof() {
        "ends in the middle"
    } else {
        "is not JSON"
    };
    raw.error(
        ErrorKind::Decode,
        format!("the response ({kind}) {what}: {error}"),
    )
    .with_json_path(raw.redactor().without_known(&path))
    .with_source(error)
}

fn unexpected(raw: &RawResponse, path: &Path, base: &str, error: serde_json::Error) -> Error {
    let place = json_path(base, path);
    let shown_place = raw.redactor().without_known(&place);
    // serde quotes the unexpected value.
    let secret = raw.operation().token
        || path
            .iter()
            .any(|segment| matches!(segment, Segment::Map { key } if may_hold_secret(key)));
    let why = error.to_string();
    let shown = if secret && !why.starts_with("missing field `") {
        "the value is of the wrong type"
    } else {
        &raw.redactor().clean(&why)
    };
    let what = if base == "$" {
        "the response"
    } else {
        "an item"
    };
    let text = format!("{what} cannot be read at {shown_place}: {shown}");
    let made = raw
        .error(ErrorKind::Decode, &text)
        .with_json_path(shown_place);
    // A removed secret must not reappear in the error's source.
    if shown == why && made.text() == text {
        made.with_source(error)
    } else {
        made
    }
}

fn json_path(base: &str, path: &Path) -> String {
    let mut text = base.to_owned();
    for segment in path {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("[{index}]")),
            Segment::Map { key } if key.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                text.push_str(&format!(".{key}"))
            }
            Segment::Map { key } => text.push_str(&format!("[{key:?}]")),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    text
}

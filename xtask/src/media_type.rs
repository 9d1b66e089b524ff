//! Media types, parsed as in RFC 9110, section 8.3.1: names are case-insensitive, and parameters
//! don't change the type.

use crate::name;

/// Media types that the generator distinguishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaType {
    /// `application/json`, `text/json`, or a structured-syntax suffix `+json`: the JSON MIME types
    /// of the WHATWG MIME Sniffing Standard.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// `text/plain`.
    PlainText,
    /// Any other `text/*` type.
    Text,
    /// `application/octet-stream`.
    Bytes,
    /// Any other type. Its content is sent unmodified.
    Other,
}

impl MediaType {
    pub(crate) fn of(text: &str) -> Self {
        match essence(text).as_str() {
            "application/json" | "text/json" => Self::Json,
            "application/x-www-form-urlencoded" => Self::Form,
            "multipart/form-data" => Self::Multipart,
            "text/plain" => Self::PlainText,
            "application/octet-stream" => Self::Bytes,
            other if other.ends_with("+json") => Self::Json,
            other if other.starts_with("text/") => Self::Text,
            _ => Self::Other,
        }
    }

    /// Returns whether the content consists of named fields.
    pub(crate) fn has_fields(self) -> bool {
        matches!(self, Self::Form | Self::Multipart)
    }
}

/// Returns the type and subtype in lowercase, without parameters.
pub(crate) fn essence(text: &str) -> String {
    let essence = text.split(';').next().unwrap_or(text);
    essence.trim().to_ascii_lowercase()
}

/// Returns whether the content is JSON.
pub(crate) fn is_json(text: &str) -> bool {
    MediaType::of(text) == MediaType::Json
}

/// Styles of form fields that the client supports.
pub(crate) const FIELD_STYLES: [&str; 4] =
    ["form", "spaceDelimited", "pipeDelimited", "deepObject"];

/// Returns whether a form field is sent as one of the media types, which are separated by commas.
/// Objects are sent as JSON, and other values as text.
pub(crate) fn is_of_field(given: &str, is_object: bool) -> bool {
    given
        .split(',')
        .map(str::trim)
        .any(|given| match is_object {
            true => is_json(given) || given == "*/*",
            false => ["text/plain", "text/*", "*/*"].contains(&essence(given).as_str()),
        })
}

/// Returns the type as one word, for names of methods and variants.
pub(crate) fn word(text: &str) -> String {
    let essence = essence(text);
    match MediaType::of(&essence) {
        MediaType::Json if essence == "application/json" => "json".to_owned(),
        MediaType::Form => "form".to_owned(),
        MediaType::Multipart => "multipart".to_owned(),
        MediaType::PlainText => "text".to_owned(),
        MediaType::Bytes => "bytes".to_owned(),
        _ => name::field(&essence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_classified_regardless_of_case_and_parameters() {
        for text in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/vnd.api+json;version=1",
            "application/merge-patch+json",
            "text/json; charset=utf-8",
        ] {
            assert!(is_json(text), "{text}");
        }
        for text in [
            "application/jsonl",
            "text/json-like",
            "application/x-ndjson",
        ] {
            assert!(!is_json(text), "{text}");
        }
        assert_eq!(
            MediaType::of("Multipart/Form-Data; boundary=x"),
            MediaType::Multipart
        );
        assert_eq!(MediaType::of("text/csv"), MediaType::Text);
        assert_eq!(MediaType::of("image/png"), MediaType::Other);
    }

    #[test]
    fn the_word_for_a_media_type_omits_its_parameters() {
        assert_eq!(word("application/json; charset=utf-8"), "json");
        assert_eq!(word("application/vnd.api+json"), "application_vnd_api_json");
        assert_eq!(word("text/plain"), "text");
    }
}

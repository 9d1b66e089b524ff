//! Media types. They are case-insensitive (RFC 9110, section 8.3.1), and comparisons ignore their
//! parameters.
//!
//! The runtime has its own code for media types, because the sandbox doesn't share code with the
//! clients that are tested against it.

/// Returns the type and subtype without parameters.
pub(crate) fn essence(media: &str) -> &str {
    media.split(';').next().unwrap_or(media).trim()
}

/// Returns whether a media type is `application/json`, `text/json`, or a `+json` type (RFC 6839,
/// section 3.1).
pub(crate) fn is_json(media: &str) -> bool {
    let name = essence(media).to_ascii_lowercase();
    ["application/json", "text/json"].contains(&name.as_str()) || name.ends_with("+json")
}

/// Returns whether a body of the media type has one JSON value per line.
pub(crate) fn is_json_lines(media: &str) -> bool {
    let name = essence(media).to_ascii_lowercase();
    [
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
    ]
    .contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_media_types_are_detected_regardless_of_case_and_parameters() {
        for json in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/problem+Json ;v=1",
            "text/json",
        ] {
            assert!(is_json(json), "{json}");
        }
        for other in [
            "",
            "text/json-like",
            "application/jsonl",
            "text/html; a=+json",
        ] {
            assert!(!is_json(other), "{other}");
        }
        assert_eq!(essence(" text/csv ; header=present"), "text/csv");
    }
}

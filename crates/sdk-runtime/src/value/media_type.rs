//! Parses media types. Case (RFC 9110, section 8.3.1) and parameters are ignored.

/// Returns the type and subtype, without parameters.
pub(crate) fn essence(media: &str) -> &str {
    media.split(';').next().unwrap_or(media).trim()
}

/// Returns whether a media type is JSON: `application/json`, `text/json`, or a type with the suffix
/// `+json` (RFC 6839, section 3.1). These are the JSON MIME types in the WHATWG MIME Sniffing
/// standard.
pub fn is_json(media: &str) -> bool {
    let name = essence(media);
    let suffix = name.len().checked_sub("+json".len());
    name.eq_ignore_ascii_case("application/json")
        || name.eq_ignore_ascii_case("text/json")
        || suffix.is_some_and(|at| {
            name.get(at..)
                .is_some_and(|suffix| suffix.eq_ignore_ascii_case("+json"))
        })
}

/// Returns whether a media type is newline-delimited JSON.
///
/// The formats are NDJSON (<https://github.com/ndjson/ndjson-spec>) and JSON Lines.
#[cfg(any(feature = "call", test))]
pub(crate) fn is_json_lines(media: &str) -> bool {
    let name = essence(media);
    [
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
    ]
    .iter()
    .any(|known| name.eq_ignore_ascii_case(known))
}

/// Returns whether a media type is HTML.
pub(crate) fn is_html(media: &str) -> bool {
    essence(media).eq_ignore_ascii_case("text/html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_lines_and_html_are_detected_despite_case_and_parameters() {
        assert!(is_json_lines("Application/X-NDJSON; charset=utf-8"));
        assert!(is_json_lines("application/jsonl") && !is_json_lines("application/json"));
        assert!(is_html("Text/HTML; charset=utf-8") && !is_html("text/plain"));
    }

    #[test]
    fn json_is_detected_by_name_or_suffix_despite_case_and_parameters() {
        for media in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/problem+json",
            "text/json",
            "application/vnd.api+JSON;version=1",
        ] {
            assert!(is_json(media), "{media}");
        }
        for media in [
            "",
            "application/jsonp",
            "text/html",
            "application/json-seq",
            "+jsonx",
        ] {
            assert!(!is_json(media), "{media}");
        }
    }
}

//! Splits and checks the path of a request before it becomes part of a URL.

use memchr::memchr2;
use percent_encoding::percent_decode_str;

/// Returns the path and the query of a string, without its fragment.
pub(super) fn split_query(text: &str) -> (&str, Option<&str>) {
    // Most paths have no query and no fragment.
    if memchr2(b'?', b'#', text.as_bytes()).is_none() {
        return (text, None);
    }
    let sent = text.split_once('#').map_or(text, |(sent, _)| sent);
    match sent.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (sent, None),
    }
}

/// Returns whether dot segments lead above the start of a path after percent-decoding.
pub(super) fn is_path_traversal(path: &str) -> bool {
    // Most paths have neither a dot nor an escape, and don't have to be decoded.
    if memchr2(b'.', b'%', path.as_bytes()).is_none() {
        return false;
    }
    let decoded = percent_decode_str(path).collect::<Vec<u8>>();
    let mut depth = 0usize;
    for segment in decoded.split(|byte| matches!(byte, b'/' | b'\\')) {
        match segment {
            b"" | b"." => {}
            b".." => match depth.checked_sub(1) {
                Some(above) => depth = above,
                None => return true,
            },
            _ => depth += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_is_dropped_with_or_without_a_query() {
        assert_eq!(split_query("/x"), ("/x", None));
        assert_eq!(split_query("/x?a=1#b?c"), ("/x", Some("a=1")));
        assert_eq!(split_query("/x#b?c"), ("/x", None));
        assert_eq!(split_query("/x?"), ("/x", Some("")));
    }

    #[test]
    fn plain_and_encoded_dot_segments_are_detected() {
        for path in ["/..", "/%2e%2E", "/x%2f..%5c..", "/./.."] {
            assert!(is_path_traversal(path), "{path}");
        }
        for path in ["/x", "/x.y/..z", "/x/..", "/x%2f.."] {
            assert!(!is_path_traversal(path), "{path}");
        }
    }
}

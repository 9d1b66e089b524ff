//! JSON pointers into a document (RFC 6901).

/// `pointer` extended by one key, escaped.
pub(crate) fn below(pointer: &str, key: &str) -> String {
    if key.contains(['~', '/']) {
        let key = key.replace('~', "~0").replace('/', "~1");
        return format!("{pointer}/{key}");
    }
    format!("{pointer}/{key}")
}

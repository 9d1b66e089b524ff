//! The byte order mark before a JSON text.

/// Returns a JSON text without its byte order mark.
///
/// Some servers add this mark (RFC 8259, section 8.1).
pub(crate) fn without_byte_order_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json)
}

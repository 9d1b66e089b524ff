//! The vendor's id for a request, which is useful when you contact the vendor's support.

use http::{HeaderMap, HeaderName};

/// Headers that may contain the vendor's id for a request.
static REQUEST_ID_HEADERS: [HeaderName; 3] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("request-id"),
    HeaderName::from_static("x-correlation-id"),
];

/// Returns the vendor's id for a request.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    let values = REQUEST_ID_HEADERS
        .iter()
        .filter_map(|name| headers.get(name));
    let mut texts = values.filter_map(|value| value.to_str().ok());
    texts.next().filter(|id| !id.is_empty())
}

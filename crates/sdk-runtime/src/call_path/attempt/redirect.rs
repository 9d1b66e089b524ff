//! Redirect targets, and the headers that may follow a redirect to another origin.

use http::header::{ACCEPT, ACCEPT_LANGUAGE, LOCATION, RANGE, USER_AGENT};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use url::Url;

/// Maximum number of redirects per attempt.
pub(super) const MOST: usize = 10;

/// Returns the URL to follow, if there is one.
///
/// Only redirects of reads are followed: the runtime must not send a write elsewhere on its own.
pub(super) fn target(
    method: &Method,
    from: &Url,
    status: StatusCode,
    headers: &HeaderMap,
) -> Option<Url> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
        || !matches!(*method, Method::GET | Method::HEAD)
    {
        return None;
    }
    let mut url = from.join(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// Headers that don't identify the caller. Any other header may be a credential, including the
/// caller's own headers.
const HARMLESS: [HeaderName; 4] = [ACCEPT, ACCEPT_LANGUAGE, RANGE, USER_AGENT];

/// Returns whether a header doesn't identify the caller.
pub(in crate::call_path) fn is_harmless(name: &HeaderName) -> bool {
    HARMLESS.contains(name)
}

pub(super) fn without_credentials(headers: &HeaderMap) -> HeaderMap {
    let harmless = headers.iter().filter(|(name, _)| is_harmless(name));
    harmless
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

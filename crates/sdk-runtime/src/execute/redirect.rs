//! Where a redirect leads, if it is to be followed.

use http::header::LOCATION;
use http::{HeaderMap, Method, StatusCode};
use reqwest::Url;

/// How many redirects are followed.
pub(super) const MOST: usize = 10;

/// The next URL. Only reads are followed: to send a write somewhere else is not ours to decide.
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

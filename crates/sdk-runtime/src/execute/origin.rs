//! What of a request may go to another origin.

use http::HeaderMap;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderName, RANGE, USER_AGENT};

/// The headers that say nothing about who is asking. Any other one, the caller's own included, may be a credential.
const HARMLESS: [HeaderName; 4] = [ACCEPT, ACCEPT_LANGUAGE, RANGE, USER_AGENT];

pub(super) fn without_credentials(headers: &HeaderMap) -> HeaderMap {
    let harmless = headers.iter().filter(|(name, _)| HARMLESS.contains(name));
    harmless
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

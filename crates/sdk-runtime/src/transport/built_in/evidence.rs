//! How far a request got, as reqwest and the libraries below it tell.

use crate::transport::failure::{TransportError, TransportErrorKind};

/// Translates an error of reqwest.
pub(super) fn failure(error: reqwest::Error) -> TransportError {
    // A URL may hold secrets in its query.
    let error = error.without_url();
    let kind = if error.is_redirect() {
        TransportErrorKind::Redirected
    } else if error.is_connect() {
        TransportErrorKind::NotSent
    } else if error.is_timeout() {
        TransportErrorKind::TimedOut
    } else if error.is_builder() {
        TransportErrorKind::Invalid
    } else {
        TransportErrorKind::Broken
    };
    TransportError::new(kind).with_source(error)
}

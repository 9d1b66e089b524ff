//! Determines how far a failed request got, from the errors of reqwest and its dependencies.

use std::error::Error;
use std::iter::successors;

use crate::transport::failure::{TransportError, TransportErrorKind};

/// Converts a reqwest error.
pub(super) fn failure(error: reqwest::Error) -> TransportError {
    // A URL may contain secrets in its query.
    let error = error.without_url();
    let kind = if error.is_redirect() {
        TransportErrorKind::Redirected
    } else if error.is_connect() {
        TransportErrorKind::NotSent
    } else if is_not_processed(&error) {
        TransportErrorKind::NotProcessed
    } else if error.is_timeout() {
        TransportErrorKind::TimedOut
    } else if error.is_builder() {
        TransportErrorKind::Invalid
    } else {
        TransportErrorKind::Broken
    };
    let is_permanent = kind == TransportErrorKind::NotSent && is_about_certificate(&error);
    let is_by_proxy = kind == TransportErrorKind::NotSent && is_about_proxy(&error);
    let mut failure = TransportError::new(kind).with_source(error);
    if is_permanent {
        failure = failure.permanent();
    }
    if is_by_proxy {
        failure = failure.by_proxy();
    }
    failure
}

/// Returns whether a proxy was reached and refused to connect.
///
/// This is determined from the message, because hyper-util doesn't export the types of these
/// errors.
fn is_about_proxy(error: &(dyn Error + 'static)) -> bool {
    successors(Some(error), |error| (*error).source()).any(|cause| {
        let text = cause.to_string();
        let is_of_proxy = text.starts_with("tunnel error") || text.starts_with("SOCKS error");
        is_of_proxy && !text.ends_with("failed to create underlying connection")
    })
}

/// Returns whether a connection failed because of a certificate, in which case the next attempt
/// would also fail.
///
/// This is determined from the message: rustls, OpenSSL, Secure Transport and SChannel don't share
/// an error type, but all their messages mention certificates.
fn is_about_certificate(error: &(dyn Error + 'static)) -> bool {
    successors(Some(error), |error| (*error).source()).any(|cause| {
        cause
            .to_string()
            .to_ascii_lowercase()
            .contains("certificate")
    })
}

/// Returns whether the server signals that it didn't process the request (RFC 9113, section 8.7).
///
/// When a server sends GOAWAY, h2 fails a stream with a GOAWAY error only if the stream's number is
/// above the last stream number in the GOAWAY. After a GOAWAY, h2 doesn't open new streams. Streams
/// that the server may have processed end with an I/O error.
fn is_not_processed(error: &(dyn Error + 'static)) -> bool {
    successors(Some(error), |error| (*error).source())
        .filter_map(|cause| cause.downcast_ref::<h2::Error>())
        .any(|error| {
            let is_refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
            error.is_remote() && (error.is_go_away() || is_refused)
        })
}

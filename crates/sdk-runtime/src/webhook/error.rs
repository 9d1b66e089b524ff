//! Reasons to reject a webhook.

use std::error::Error;
use std::fmt;

/// Reason to reject a webhook.
///
/// Respond to [`Malformed`](Self::Malformed) with 400, and to all other reasons with 401.
#[derive(Debug)]
#[non_exhaustive]
pub enum WebhookError {
    /// A header that the vendor always sends is missing or has an undocumented value.
    Header(&'static str),
    /// The body doesn't contain a required signature, the signature is malformed, or none of the
    /// keys created it for this body.
    Signature,
    /// The signed time is missing or too far from the current time, for example because the request
    /// was replayed or a clock is wrong.
    Timestamp,
    /// A key is empty or malformed.
    Key,
    /// The body isn't JSON, or doesn't match the type of the event.
    Malformed(serde_json::Error),
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(
                f,
                "webhook rejected: the header {name} is missing or unusable"
            ),
            Self::Signature => f.write_str(
                "webhook rejected: the signature does not match the body and the key; check the key, and pass the raw bytes of the body",
            ),
            Self::Timestamp => f.write_str(
                "webhook rejected: the signed time is missing or too far from the current time; check the clock, or allow a larger difference with `with_tolerance`",
            ),
            Self::Key => {
                f.write_str("webhook rejected: the key is empty or malformed; use the key as the vendor shows it")
            }
            Self::Malformed(error) => write!(f, "webhook rejected: the body cannot be read: {error}"),
        }
    }
}

impl Error for WebhookError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Malformed(error) => Some(error),
            Self::Header(_) | Self::Signature | Self::Timestamp | Self::Key => None,
        }
    }
}

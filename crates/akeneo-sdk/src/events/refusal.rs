//! Why an event is not accepted.

use std::error::Error;
use std::fmt;

/// Why an event is not accepted. All but [`Malformed`](Self::Malformed) are best answered 401, and that one 400.
#[derive(Debug)]
#[non_exhaustive]
pub enum EventError {
    /// A header that the sender always gives is missing or unreadable.
    Header(&'static str),
    /// The signature was not made of this body with one of the secrets.
    Signature,
    /// The time that was signed is too far from now: an old request that is played again, or a clock that is wrong.
    Time,
    /// The signature is right and the body is not what is known of events.
    Malformed(serde_json::Error),
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "the header {name} is missing or unreadable"),
            Self::Signature => f.write_str("the signature does not fit the body and the secret"),
            Self::Time => f.write_str("the time that was signed is too far from now"),
            Self::Malformed(error) => write!(f, "the body is no event: {error}"),
        }
    }
}

impl Error for EventError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Malformed(error) => Some(error),
            _ => None,
        }
    }
}

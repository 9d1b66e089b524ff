//! The kinds of refusal that a profile words.

use serde::Deserialize;

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorKind {
    /// No credential, or one of the wrong kind.
    Unauthorized,
    /// A token that was never issued, or was revoked.
    InvalidToken,
    ExpiredToken,
    InvalidApiKey,
    Forbidden,
    InsufficientScope,
    /// A path that no operation has.
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    UnsupportedMediaType,
    TooLarge,
    /// A body that cannot be read as what it says it is.
    Malformed,
    MissingBody,
    /// A body that its schema refuses.
    Validation,
    Parameter,
    /// Wrong client credentials in a token exchange.
    InvalidClient,
    /// A token exchange that lacks something.
    InvalidRequest,
    /// A wrong user or refresh token in a token exchange.
    InvalidGrant,
    InvalidScope,
    UnsupportedGrant,
    RateLimited,
    /// A record that is already there.
    Duplicate,
    /// A record that others depend on.
    InUse,
    /// A record that is not there.
    Missing,
    /// A list that is asked for beyond its bounds.
    Ceiling,
    /// A status that a fault asked for and no other kind stands for.
    Other,
    /// A failure of the server; a mistake of the sandbox or of its document shows as one, too.
    Internal,
}

impl ErrorKind {
    /// The kind whose wording is taken where a profile has none for this one.
    pub(crate) fn wider(self) -> Option<Self> {
        Some(match self {
            Self::InvalidToken | Self::ExpiredToken | Self::InvalidApiKey | Self::InvalidClient => {
                Self::Unauthorized
            }
            Self::InsufficientScope => Self::Forbidden,
            Self::MissingBody => Self::Malformed,
            Self::Missing => Self::NotFound,
            Self::InUse => Self::Duplicate,
            Self::Duplicate => Self::Validation,
            Self::Ceiling => Self::Parameter,
            Self::Malformed | Self::Parameter | Self::InvalidRequest => Self::Validation,
            Self::InvalidGrant => Self::InvalidClient,
            Self::InvalidScope | Self::UnsupportedGrant => Self::InvalidRequest,
            Self::RateLimited | Self::Other => Self::Internal,
            _ => return None,
        })
    }

    /// The kind whose wording suits a status best.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            400 | 422 => Self::Validation,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::Missing,
            405 => Self::MethodNotAllowed,
            406 => Self::NotAcceptable,
            413 => Self::TooLarge,
            415 => Self::UnsupportedMediaType,
            429 => Self::RateLimited,
            500..=599 => Self::Internal,
            _ => Self::Other,
        }
    }

    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Unauthorized | Self::InvalidToken | Self::ExpiredToken | Self::InvalidApiKey => {
                401
            }
            Self::InvalidClient | Self::InvalidGrant => 401,
            Self::Forbidden | Self::InsufficientScope => 403,
            Self::NotFound | Self::Missing => 404,
            Self::RateLimited => 429,
            Self::MethodNotAllowed => 405,
            Self::NotAcceptable => 406,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Internal => 500,
            _ => 400,
        }
    }
}

//! Kinds of errors. A profile defines the status, code and body for each kind.

use serde::Deserialize;

/// Reason why a request is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorKind {
    /// Missing credentials, or credentials of the wrong kind.
    Unauthorized,
    /// A token that was never issued or was revoked, or any token while all tokens are rejected.
    InvalidToken,
    ExpiredToken,
    InvalidApiKey,
    Forbidden,
    InsufficientScope,
    /// A path without an operation.
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    UnsupportedMediaType,
    TooLarge,
    /// A body that can't be parsed as its media type.
    Malformed,
    MissingBody,
    /// A body that violates its schema or a rule of the profile.
    Validation,
    Parameter,
    /// Missing or wrong client credentials in a token exchange.
    InvalidClient,
    /// An incomplete or invalid token request.
    InvalidRequest,
    /// Invalid user credentials, refresh token or one-time code in a token request.
    InvalidGrant,
    InvalidScope,
    UnsupportedGrant,
    RateLimited,
    /// A record that already exists, or a unique value that another record already has.
    Duplicate,
    /// A record that other records depend on.
    InUse,
    /// A record that doesn't exist.
    Missing,
    /// A list request beyond the bounds of the vendor or of the sandbox.
    Ceiling,
    /// A status that a fault or the profile sets and that no other kind covers.
    Other,
    /// A server failure, including errors in the sandbox or its documents.
    Internal,
}

impl ErrorKind {
    /// Returns the broader kind whose rule applies if the profile has no rule for this kind.
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

    /// Returns the kind that fits a status best.
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

//! A vendor's rules for tokens, as described in the vendor's OpenAPI document.

use std::time::Duration;

/// Rules for tokens and grants.
///
/// Start from [`TokenRules::DEFAULT`] to omit fields that don't apply.
#[derive(Debug, Clone, Copy)]
pub struct TokenRules {
    /// Lifetime of an access token if the response doesn't specify one. If it is `None`, the token
    /// is valid until the vendor rejects it.
    pub default_lifetime: Option<Duration>,
    /// Error message for a refresh token that is used up. `None` if the credentials have another
    /// grant.
    ///
    /// Credentials without another grant are never renewed in the background, because a program
    /// that exits during the renewal would lose them.
    pub refresh_only: Option<&'static str>,
    /// Whether a refresh token may be sent again if the outcome of the first request is unknown.
    ///
    /// It is sent again at most once, and only if the credentials have no other grant. False for a
    /// vendor that revokes all tokens of a family when a refresh token is reused (RFC 9700, section
    /// 4.14).
    pub retries_doubtful: bool,
    /// Whether the full grant is single-use, such as an authorization code. Such a grant is sent
    /// once. An exchange whose grant may have been sent is never taken over.
    pub is_single_use: bool,
    /// How the vendor rejects a refresh token permanently.
    pub refusal: RefreshRefusal,
}

impl TokenRules {
    /// OAuth 2.0 (RFC 6749) with a full grant that can be repeated.
    pub const DEFAULT: Self = Self {
        default_lifetime: None,
        refresh_only: None,
        retries_doubtful: false,
        is_single_use: false,
        refusal: RefreshRefusal::DEFAULT,
    };
}

/// The response with which a vendor rejects a refresh token permanently.
///
/// After any other 4xx except 408, the token stays valid. After a 408 or a 5xx, or without a
/// response, its validity is unknown.
#[derive(Debug, Clone, Copy)]
pub struct RefreshRefusal {
    /// Possible statuses of the response.
    pub statuses: &'static [u16],
    /// Possible codes or types in the response. Empty if the code doesn't matter.
    pub codes: &'static [&'static str],
    /// Substrings of messages that give the same status another meaning, such as wrong client
    /// credentials.
    pub other_messages: &'static [&'static str],
}

impl RefreshRefusal {
    /// RFC 6749, section 5.2: 400 or 401 with `invalid_grant`.
    pub const DEFAULT: Self = Self {
        statuses: &[400, 401],
        codes: &["invalid_grant"],
        other_messages: &[],
    };
}

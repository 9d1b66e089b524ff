//! A vendor's rules for tokens, as its document describes them.

use std::time::Duration;

/// Rules for tokens and grants. Start from [`TokenRules::DEFAULT`] to leave out fields that don't
/// apply.
#[derive(Debug, Clone, Copy)]
pub struct TokenRules {
    /// Lifetime of an access token whose answer states none. `None`: the token is valid until the
    /// vendor rejects it.
    pub default_lifetime: Option<Duration>,
    /// Set if the credentials consist only of a refresh token: text of the error once it is used
    /// up.
    ///
    /// Such credentials are never renewed in the background, so that a program that ends doesn't
    /// lose them.
    pub refresh_only: Option<&'static str>,
    /// Whether a refresh token may be sent again if the outcome of the first request is unknown.
    ///
    /// At most once, and only if the credentials have no other grant. False for a vendor that
    /// revokes all tokens of a family when a refresh token is reused (RFC 9700, section 4.14).
    pub retries_doubtful: bool,
    /// Whether the full grant is single-use, such as an authorization code: it is then sent once
    /// and never taken over.
    pub is_single_use: bool,
    /// How the vendor rejects a refresh token for good.
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

/// The answer that invalidates a refresh token. Any other 4xx leaves the token valid; no answer,
/// or any 5xx, leaves it doubtful.
#[derive(Debug, Clone, Copy)]
pub struct RefreshRefusal {
    /// Possible statuses of the answer.
    pub statuses: &'static [u16],
    /// Possible codes or types in the answer; empty if any is accepted.
    pub codes: &'static [&'static str],
    /// Parts of messages that mean something else with the same status, such as a wrong client.
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

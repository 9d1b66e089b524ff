//! Rules about the tokens of a vendor, as its document describes them.

use std::time::Duration;

/// What the client has to know about tokens and grants. Start from [`TokenRules::DEFAULT`] to leave out what does not apply.
#[derive(Debug, Clone, Copy)]
pub struct TokenRules {
    /// The lifetime of an access token whose answer names none, or none that can be read. `None`: it counts as valid until
    /// the vendor refuses it.
    pub default_lifetime: Option<Duration>,
    /// Set where a refresh token is all that the credentials have: the text of the error once it is used up.
    ///
    /// Such credentials never renew in the background, so that a program that ends does not lose them.
    pub refresh_only: Option<&'static str>,
    /// Whether a refresh token may be sent a second time if the outcome of the first time is not known.
    ///
    /// It happens once, and only if the credentials have no other grant. False for a vendor that revokes all tokens of a family
    /// when one of its refresh tokens comes twice (RFC 9700, section 4.14).
    pub retries_doubtful: bool,
    /// Whether the full grant can be used once, as with an authorization code: it is then sent once and never taken over.
    pub is_single_use: bool,
    /// How the vendor says that a refresh token is of no use any more.
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

/// The answer that ends a refresh token. Any other 4xx leaves it as it was; no answer, and any 5xx, leaves it doubtful.
#[derive(Debug, Clone, Copy)]
pub struct RefreshRefusal {
    /// The statuses, of which the answer has one.
    pub statuses: &'static [u16],
    /// The codes or types, of which the answer names one; empty if any will do.
    pub codes: &'static [&'static str],
    /// Parts of messages that mean something else, such as a wrong client, although the status is the same.
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

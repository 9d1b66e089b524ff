//! Refresh tokens that a client has, and whether each may be used.

use crate::error::Error;
use crate::table::token_rules::TokenRules;
use crate::token::store::saved::SavedToken;
use crate::value::secret::Secret;

/// Refresh tokens that a client remembers or reads from the store's record.
#[derive(Clone, Default)]
pub(super) struct RefreshTokens {
    /// The unused token.
    pub(super) current: Option<Secret>,
    /// Whether the store's record contained the current token. If the record no longer contains it,
    /// another client has used it.
    is_saved: bool,
    /// A token that was sent once, with an unknown outcome.
    pub(super) doubtful: Option<Secret>,
    /// A token that this client marked as used in the store but definitely did not send.
    pub(super) unsent: Option<Secret>,
}

/// A refresh token that is about to be used.
#[derive(Clone)]
pub(super) struct Candidate {
    pub(super) token: Secret,
    /// Whether the token is being tried for the second time.
    pub(super) is_second: bool,
}

impl RefreshTokens {
    /// Creates the state. `is_saved` is true if the store's record contains the token.
    pub(super) fn new(current: Option<Secret>, is_saved: bool) -> Self {
        Self {
            current,
            is_saved,
            ..Self::default()
        }
    }

    /// Merges the tokens with the store's record. The record wins, because other clients may have
    /// used a token that this client remembers.
    pub(super) fn merged(self, saved: Option<&SavedToken>) -> Self {
        let Some(saved) = saved else {
            return self;
        };
        if let Some(current) = saved.refresh_token() {
            return Self::new(Some(current.clone()), true);
        }
        let is_ours = |token: &Secret| !self.is_saved && !saved.used().contains(token);
        // If another client has tried the token, the record no longer lists it as doubtful.
        let unsent = self
            .unsent
            .filter(|unsent| saved.doubtful() == Some(unsent));
        let doubtful = match &unsent {
            Some(_) => None,
            None => saved
                .doubtful()
                .cloned()
                .or_else(|| self.doubtful.filter(is_ours)),
        };
        Self::new(unsent.or_else(|| self.current.filter(is_ours)), false).with_doubtful(doubtful)
    }

    fn with_doubtful(mut self, doubtful: Option<Secret>) -> Self {
        self.doubtful = doubtful;
        self
    }

    /// Returns the next token to use, if there is one.
    pub(super) fn next(&self, rules: &TokenRules) -> Option<Candidate> {
        let first = self.current.clone().map(|token| Candidate {
            token,
            is_second: false,
        });
        let may_retry = rules.retries_doubtful && rules.refresh_only.is_some();
        first.or_else(|| {
            let token = self.doubtful.clone().filter(|_| may_retry)?;
            Some(Candidate {
                token,
                is_second: true,
            })
        })
    }

    /// Replaces all tokens with the token that was sent, which is now doubtful. After the second try
    /// with a token, no token remains.
    pub(super) fn doubt(&mut self, sent: &Candidate) {
        *self = Self::default().with_doubtful((!sent.is_second).then(|| sent.token.clone()));
    }

    /// Drops all tokens, because the vendor rejected the current one, or because another exchange
    /// may have sent it.
    pub(super) fn drop_all(&mut self) {
        *self = Self::default();
    }

    /// Creates the error for credentials with neither a usable refresh token nor another grant.
    pub(super) fn used_up(&self, text: &str) -> Error {
        if self.doubtful.is_none() {
            return Error::credentials(text);
        }
        Error::credentials(format!(
            "the outcome of the last request with the refresh token is unknown, and the token must not be sent twice: {text}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(current: Option<&str>, is_saved: bool) -> RefreshTokens {
        RefreshTokens::new(current.map(Secret::from), is_saved)
    }

    fn record(used: &[&str], doubtful: Option<&str>) -> SavedToken {
        let used = used.iter().map(|token| Secret::from(*token)).collect();
        SavedToken::using(None, used, doubtful.map(Secret::from))
    }

    #[test]
    fn the_stored_record_takes_precedence() {
        let saved = SavedToken::unused(&"theirs".into());
        let merged = tokens(Some("ours"), false).merged(Some(&saved));
        assert_eq!(merged.current, Some("theirs".into()));
        // A saved token that is missing from the record was used by another client.
        assert_eq!(
            tokens(Some("r"), true)
                .merged(Some(&record(&["s"], None)))
                .current,
            None
        );
        assert_eq!(
            tokens(Some("r"), false)
                .merged(Some(&record(&["r"], None)))
                .current,
            None
        );
        let kept = tokens(Some("r"), false).merged(Some(&record(&["s"], None)));
        assert_eq!(kept.current, Some("r".into()));
        assert_eq!(
            tokens(Some("r"), true).merged(None).current,
            Some("r".into())
        );
    }

    #[test]
    fn a_token_recorded_but_never_sent_counts_as_unused() {
        let mut ours = tokens(Some("r"), false);
        ours.unsent = Some("r".into());
        let merged = ours.clone().merged(Some(&record(&["r"], Some("r"))));
        assert_eq!((merged.current, merged.doubtful), (Some("r".into()), None));
        let tried_by_another = ours.merged(Some(&record(&["r"], None)));
        assert_eq!(tried_by_another.current, None);
    }

    #[test]
    fn a_doubtful_token_is_retried_once_if_allowed_and_necessary() {
        let rules = TokenRules {
            retries_doubtful: true,
            refresh_only: Some("used up"),
            ..TokenRules::DEFAULT
        };
        let mut tokens = tokens(Some("r"), false);
        let first = tokens.next(&rules).unwrap();
        tokens.doubt(&first);
        for forbidding in [
            TokenRules {
                retries_doubtful: false,
                ..rules
            },
            TokenRules {
                refresh_only: None,
                ..rules
            },
        ] {
            assert!(tokens.next(&forbidding).is_none());
        }
        let second = tokens.next(&rules).unwrap();
        assert!(second.is_second && second.token == first.token);
        tokens.doubt(&second);
        assert!(tokens.next(&rules).is_none());
    }
}

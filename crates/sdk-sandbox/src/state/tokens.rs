//! Issued, expired and revoked tokens of a vendor.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::http::refusal::Refusal;
use crate::rules::error_kind::ErrorKind;

/// Number of exchanges after which expired tokens are dropped. Also the number of used one-time
/// values at which all used values are forgotten.
const CLEANUP_THRESHOLD: usize = 10_000;

/// Number of exchanges after which a token is dropped, even if it has not expired.
const MAX_AGE_IN_EXCHANGES: usize = 100_000;

/// All tokens of a vendor. Uses tokio's clock, which tests can pause.
#[derive(Debug)]
pub(crate) struct Tokens {
    vendor: String,
    seed: u64,
    lifetime: Duration,
    refresh_lifetime: Option<Duration>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    issued: u64,
    exchanges: usize,
    refused: bool,
    access: HashMap<String, Token>,
    refresh: HashMap<String, Token>,
    used: HashSet<String>,
}

#[derive(Debug, Clone)]
struct Token {
    /// `None` for a token that does not expire.
    expires: Option<Instant>,
    scopes: Vec<String>,
    /// Number of the exchange that issued the token, or `None` for a token without an exchange.
    exchange: Option<usize>,
}

/// Result of a token exchange.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) expires_in: u64,
    pub(crate) scopes: Vec<String>,
}

impl Token {
    fn is_live(&self) -> bool {
        self.expires.is_none_or(|at| Instant::now() < at)
    }
}

impl Tokens {
    pub(crate) fn new(
        vendor: &str,
        seed: u64,
        lifetime: Duration,
        refresh_lifetime: Option<Duration>,
    ) -> Self {
        Self {
            vendor: vendor.to_owned(),
            seed,
            lifetime,
            refresh_lifetime,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a token that does not expire.
    pub(crate) fn accept(&self, token: &str, scopes: Vec<String>) {
        self.state().access.insert(
            token.to_owned(),
            Token {
                expires: None,
                scopes,
                exchange: None,
            },
        );
    }

    /// Issues an access token, optionally together with a refresh token. With `endless`, the access
    /// token does not expire.
    pub(crate) fn issue(&self, scopes: Vec<String>, with_refresh: bool, endless: bool) -> Grant {
        let mut state = self.state();
        state.exchanges += 1;
        let exchange = state.exchanges;
        if exchange.is_multiple_of(CLEANUP_THRESHOLD) {
            let is_recent = |token: &Token| {
                token
                    .exchange
                    .is_none_or(|own| own + MAX_AGE_IN_EXCHANGES > exchange)
            };
            let is_kept = |token: &Token| token.is_live() && is_recent(token);
            state.access.retain(|_, token| is_kept(token));
            state.refresh.retain(|_, token| is_kept(token));
        }
        let now = Instant::now();
        let access_token = self.text(&mut state, "access");
        let token = Token {
            expires: now.checked_add(self.lifetime).filter(|_| !endless),
            scopes: scopes.clone(),
            exchange: Some(exchange),
        };
        state.access.insert(access_token.clone(), token);
        let refresh_token = with_refresh.then(|| {
            let text = self.text(&mut state, "refresh");
            let expires = self
                .refresh_lifetime
                .and_then(|lifetime| now.checked_add(lifetime));
            state.refresh.insert(
                text.clone(),
                Token {
                    expires,
                    scopes: scopes.clone(),
                    exchange: Some(exchange),
                },
            );
            text
        });
        let expires_in = self.lifetime.as_secs() + u64::from(self.lifetime.subsec_nanos() > 0);
        Grant {
            access_token,
            refresh_token,
            expires_in,
            scopes,
        }
    }

    fn text(&self, state: &mut State, kind: &str) -> String {
        state.issued += 1;
        let mut hasher = DefaultHasher::new();
        (self.seed, &self.vendor, kind, state.issued).hash(&mut hasher);
        format!(
            "{}-{kind}-{}-{:016x}",
            self.vendor,
            state.issued,
            hasher.finish()
        )
    }

    /// Returns the scopes of an access token, or a refusal if the token is not valid.
    pub(crate) fn check(&self, token: &str) -> Result<Vec<String>, Refusal> {
        let state = self.state();
        match state.access.get(token) {
            _ if state.refused => Err(Refusal::new(
                ErrorKind::InvalidToken,
                "the access token is rejected",
            )),
            None => Err(Refusal::new(
                ErrorKind::InvalidToken,
                "the access token is unknown",
            )),
            Some(known) if !known.is_live() => Err(Refusal::new(
                ErrorKind::ExpiredToken,
                "the access token has expired",
            )),
            Some(known) => Ok(known.scopes.clone()),
        }
    }

    /// Redeems a refresh token, which can be used once, and returns its scopes.
    pub(crate) fn redeem(&self, refresh_token: &str) -> Option<Vec<String>> {
        self.state()
            .refresh
            .remove(refresh_token)
            .filter(Token::is_live)
            .map(|token| token.scopes)
    }

    /// Marks a one-time value as used, and returns whether this is its first use.
    pub(crate) fn use_once(&self, value: &str) -> bool {
        let mut state = self.state();
        if state.used.len() >= CLEANUP_THRESHOLD {
            state.used.clear();
        }
        state.used.insert(value.to_owned())
    }

    /// Makes all one-time values usable again.
    pub(crate) fn forget_used(&self) {
        self.state().used.clear();
    }

    /// Expires one access token.
    pub(crate) fn expire_one(&self, token: &str) {
        if let Some(token) = self.state().access.get_mut(token) {
            token.expires = Some(Instant::now());
        }
    }

    /// Revokes one access token, and all refresh tokens.
    pub(crate) fn revoke_one(&self, token: &str) {
        let mut state = self.state();
        state.access.remove(token);
        state.refresh.clear();
    }

    /// Expires all access tokens, except tokens that never expire. Refresh tokens stay valid.
    pub(crate) fn expire(&self) {
        let now = Instant::now();
        self.state()
            .access
            .values_mut()
            .filter(|t| t.expires.is_some())
            .for_each(|t| t.expires = Some(now));
    }

    /// Revokes all tokens, including refresh and standing tokens.
    pub(crate) fn revoke(&self) {
        let mut state = self.state();
        state.access.clear();
        state.refresh.clear();
    }

    /// Sets whether all access tokens are rejected.
    pub(crate) fn refuse(&self, refused: bool) {
        self.state().refused = refused;
    }

    /// Returns the number of exchanges that issued a token.
    pub(crate) fn exchanges(&self) -> usize {
        self.state().exchanges
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens {
        Tokens::new(
            "parcels",
            1,
            Duration::from_secs(60),
            Some(Duration::from_secs(600)),
        )
    }

    fn kind(tokens: &Tokens, token: &str) -> Option<ErrorKind> {
        tokens.check(token).err().map(|refusal| refusal.kind)
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_expires_after_its_lifetime() {
        let tokens = tokens();
        let grant = tokens.issue(vec!["read".to_owned()], false, false);
        assert_eq!(grant.expires_in, 60);
        assert_eq!(tokens.check(&grant.access_token).unwrap(), ["read"]);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(
            kind(&tokens, &grant.access_token),
            Some(ErrorKind::ExpiredToken)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn old_tokens_are_dropped_but_standing_tokens_are_kept() {
        let tokens = tokens();
        tokens.accept("own", Vec::new());
        let first = tokens.issue(Vec::new(), false, true).access_token;
        for _ in 0..MAX_AGE_IN_EXCHANGES + CLEANUP_THRESHOLD {
            tokens.issue(Vec::new(), false, true);
        }
        assert!(tokens.check("own").is_ok() && tokens.check(&first).is_err());
        assert!(tokens.state().access.len() <= MAX_AGE_IN_EXCHANGES + CLEANUP_THRESHOLD);
    }

    #[tokio::test]
    async fn a_refresh_token_works_once() {
        let tokens = tokens();
        let refresh = tokens.issue(Vec::new(), true, false).refresh_token.unwrap();
        assert!(tokens.redeem(&refresh).is_some());
        assert!(tokens.redeem(&refresh).is_none());
    }

    #[tokio::test]
    async fn standing_tokens_survive_expiration_but_not_revocation() {
        let tokens = tokens();
        tokens.accept("standing", Vec::new());
        let grant = tokens.issue(Vec::new(), true, false);
        tokens.expire();
        assert_eq!(
            kind(&tokens, &grant.access_token),
            Some(ErrorKind::ExpiredToken)
        );
        assert_eq!(kind(&tokens, "standing"), None);
        tokens.revoke();
        assert_eq!(kind(&tokens, "standing"), Some(ErrorKind::InvalidToken));
        assert!(tokens.redeem(&grant.refresh_token.unwrap()).is_none());
    }

    #[tokio::test]
    async fn the_same_seed_gives_the_same_tokens() {
        assert_eq!(
            tokens().issue(Vec::new(), false, false).access_token,
            tokens().issue(Vec::new(), false, false).access_token
        );
    }

    #[tokio::test]
    async fn exchanges_are_counted() {
        let tokens = tokens();
        tokens.issue(Vec::new(), false, false);
        tokens.issue(Vec::new(), true, false);
        assert_eq!(tokens.exchanges(), 2);
    }
}

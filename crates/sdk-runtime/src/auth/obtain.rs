//! Obtains one token: from the store, with the refresh token, or with the full grant.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::auth::entry_slot::with_time_limit;
use crate::auth::exchange::Exchange;
use crate::auth::flight::Flight;
use crate::auth::record::Record;
use crate::auth::refresh_refusal::Covers;
use crate::auth::refresh_tokens::{Candidate, RefreshTokens};
use crate::auth::token_source::TokenSource;
use crate::call_path::context::CallContext;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::table::token_rules::TokenRules;
use crate::token::cached_token::ObtainedToken;
use crate::token::store::saved::SavedToken;
use crate::token::store::{LockedToken, TokenKey, TokenStore};
use crate::token::window::margin;
use crate::value::secret::Secret;

/// Result of an exchange, and the refresh tokens that remain after it.
pub(super) type Ending = (Result<ObtainedToken, Error>, RefreshTokens);

/// Input of an exchange: the requirements for the new token, and the means to obtain it.
pub(super) struct Wanted {
    /// The current token or, if there is none, the rejected token. A token from the store is usable
    /// only if it differs from this token.
    pub(super) refused: Option<Secret>,
    /// Whether the token must be newly issued.
    pub(super) anew: bool,
    pub(super) refresh_tokens: RefreshTokens,
    /// Store entry of an exchange that was taken over.
    pub(super) entry: Option<Box<dyn LockedToken>>,
}

/// Obtains tokens: from the store, with the refresh token, or with the full grant.
pub(super) struct Obtainer {
    pub(super) source: Arc<dyn TokenSource>,
    pub(super) context: Arc<CallContext>,
    pub(super) store: Option<(Arc<dyn TokenStore>, TokenKey)>,
}

/// Result of a lookup in the store.
enum StoreLookup {
    /// A usable token, and the record that contains it.
    Token(ObtainedToken, SavedToken),
    /// No usable token. The entry is locked, and this is its record, if it has one.
    Locked(Option<SavedToken>),
}

/// Result of using a refresh token.
enum RefreshOutcome {
    Token(ObtainedToken),
    /// The exchange failed, and another grant would not help or doesn't exist.
    Failed(Error),
    /// The vendor rejected the token. Another grant is used, if there is one.
    Refused(Error),
    /// The token was not used, because the store could not record its use.
    NotRecorded(Error),
}

impl Obtainer {
    pub(super) async fn obtain(&self, flight: &Flight, mut wanted: Wanted) -> Ending {
        let Some((store, key)) = &self.store else {
            return self.exchange(flight, wanted.refresh_tokens, None).await;
        };
        match self.look_up(store, key, flight, &mut wanted).await {
            Ok(StoreLookup::Token(obtained, saved)) => {
                (Ok(obtained), wanted.refresh_tokens.merged(Some(&saved)))
            }
            Ok(StoreLookup::Locked(saved)) => {
                let refresh_tokens = wanted.refresh_tokens.merged(saved.as_ref());
                let record = Record::new(&flight.entry, self.patience(), saved);
                self.exchange(flight, refresh_tokens, Some(record)).await
            }
            Err(error) => {
                self.without_store(flight, wanted.refresh_tokens, error)
                    .await
            }
        }
    }

    /// Looks for a usable token in the store, and locks the entry if there is none.
    ///
    /// The first read doesn't take the lock, because the holder of the lock may be busy or frozen.
    async fn look_up(
        &self,
        store: &Arc<dyn TokenStore>,
        key: &TokenKey,
        flight: &Flight,
        wanted: &mut Wanted,
    ) -> Result<StoreLookup, Error> {
        let patience = self.patience();
        match wanted.entry.take() {
            Some(entry) => flight.entry.put(entry),
            None => {
                if !wanted.anew
                    && let Some(saved) = with_time_limit(patience, "read", store.load(key)).await?
                    && let Some(obtained) = self.usable(&saved, wanted)
                {
                    return Ok(StoreLookup::Token(obtained, saved));
                }
                let entry = with_time_limit(patience, "locked", store.lock(key)).await?;
                flight.entry.put(entry);
            }
        }
        let saved = flight.entry.load(patience).await?;
        if let Some(saved) = &saved
            && let Some(obtained) = self.usable(saved, wanted)
        {
            return Ok(StoreLookup::Token(obtained, saved.clone()));
        }
        Ok(StoreLookup::Locked(saved))
    }

    /// Returns the time limit for each store operation: half of the time limit of a call, so that
    /// time remains for the exchange.
    fn patience(&self) -> Duration {
        self.context.timeouts.call() / 2
    }

    /// Returns the saved token, if it is usable.
    fn usable(&self, saved: &SavedToken, wanted: &Wanted) -> Option<ObtainedToken> {
        let token = saved.access_token()?;
        if wanted.anew || token.header().is_err() || wanted.refused.as_ref() == Some(token.value())
        {
            return None;
        }
        let left = saved.left(self.context.clock.now());
        if let Some((lifetime, left)) = token.lifetime().zip(left)
            && left <= margin(lifetime)
        {
            return None;
        }
        let expires = left.and_then(|left| self.context.clock.now().checked_add(left));
        Some(ObtainedToken {
            token,
            left,
            expires,
        })
    }

    /// Continues without the store, with the full grant. The refresh token is not used, because its
    /// use can't be recorded.
    ///
    /// Returns the store's error if there is no full grant, or if a setting must be corrected.
    async fn without_store(
        &self,
        flight: &Flight,
        refresh_tokens: RefreshTokens,
        error: Error,
    ) -> Ending {
        let rules = self.source.rules();
        // A world-readable folder is a mistake to fix, not an outage to work around.
        if error.is_configuration() || rules.refresh_only.is_some() {
            return (Err(error), refresh_tokens);
        }
        log_store_failure(&error);
        match self.full_grant(flight, &rules, refresh_tokens, None).await {
            (Err(ours), refresh_tokens) if ours.kind() == ErrorKind::Credentials => {
                (Err(error), refresh_tokens)
            }
            ending => ending,
        }
    }

    /// Obtains a token from the vendor, and saves it if there is a record. Tries the refresh token
    /// before the full grant.
    async fn exchange(
        &self,
        flight: &Flight,
        mut refresh_tokens: RefreshTokens,
        mut record: Option<Record<'_>>,
    ) -> Ending {
        let rules = self.source.rules();
        let mut refusal = None;
        if let Some(candidate) = refresh_tokens.next(&rules) {
            let refreshed = self
                .refresh(flight, &rules, &candidate, &mut refresh_tokens, &mut record)
                .await;
            match refreshed {
                RefreshOutcome::Token(obtained) => return (Ok(obtained), refresh_tokens),
                RefreshOutcome::Failed(error) => return (Err(error), refresh_tokens),
                RefreshOutcome::NotRecorded(error) => {
                    return self.without_store(flight, refresh_tokens, error).await;
                }
                RefreshOutcome::Refused(error) => refusal = Some(error),
            }
        }
        if let Some(text) = rules.refresh_only {
            let error = refusal.unwrap_or_else(|| refresh_tokens.used_up(text));
            return (Err(error), refresh_tokens);
        }
        let ending = self
            .full_grant(flight, &rules, refresh_tokens, record)
            .await;
        match (ending, refusal) {
            // The credentials have no other grant, so the vendor's rejection of the refresh token
            // is the more useful error.
            ((Err(error), refresh_tokens), Some(refusal))
                if error.kind() == ErrorKind::Credentials =>
            {
                (Err(refusal), refresh_tokens)
            }
            (ending, _) => ending,
        }
    }

    async fn refresh(
        &self,
        flight: &Flight,
        rules: &TokenRules,
        candidate: &Candidate,
        refresh_tokens: &mut RefreshTokens,
        record: &mut Option<Record<'_>>,
    ) -> RefreshOutcome {
        if let Some(record) = record {
            flight.cargo().if_unsent = Some(record.before(candidate));
            let initial = self.source.initial_refresh_token();
            if let Err(error) = record.mark_used(candidate, initial.as_ref()).await {
                return RefreshOutcome::NotRecorded(error);
            }
        }
        flight.cargo().refresh = Some(candidate.clone());
        let asked = self
            .request_token(flight, rules, Some(&candidate.token))
            .await;
        let error = match asked {
            Ok(obtained) => {
                // If the response contains no new refresh token, the old one stays valid.
                let given = obtained.token.refresh_token();
                let next = given.unwrap_or(&candidate.token).clone();
                let is_reusable = given.is_none();
                let is_saved = match record {
                    Some(record) => {
                        record
                            .save_token(flight, &obtained, Some(&next), is_reusable, self.now())
                            .await
                    }
                    None => false,
                };
                *refresh_tokens = RefreshTokens::new(Some(next), is_saved);
                return RefreshOutcome::Token(obtained);
            }
            Err(error) => error,
        };
        let was_sent = flight.handover.may_have_been_sent() && !proves_not_sent(&error);
        if was_sent && rules.refusal.covers(&error) {
            flight.forget_cargo();
            refresh_tokens.drop_all();
            if let Some(record) = record {
                record.end().await;
            }
            return RefreshOutcome::Refused(error);
        }
        if was_sent && !is_conclusive(&error) {
            refresh_tokens.doubt(candidate);
            return RefreshOutcome::Failed(error);
        }
        // The request was not sent, or the vendor responded without consuming the token.
        flight.handover.reset();
        if let Some(record) = record {
            record.restore(candidate).await;
        }
        flight.forget_cargo();
        if was_sent && error.is_auth() && rules.refresh_only.is_none() {
            return RefreshOutcome::Refused(error);
        }
        RefreshOutcome::Failed(error)
    }

    async fn full_grant(
        &self,
        flight: &Flight,
        rules: &TokenRules,
        refresh_tokens: RefreshTokens,
        record: Option<Record<'_>>,
    ) -> Ending {
        flight.handover.reset();
        flight.forget_cargo();
        let obtained = match self.request_token(flight, rules, None).await {
            Ok(obtained) => obtained,
            Err(error) => return (Err(error), refresh_tokens),
        };
        let next = obtained.token.refresh_token().cloned();
        let is_saved = match record {
            Some(mut record) => {
                record
                    .save_token(flight, &obtained, next.as_ref(), false, self.now())
                    .await
            }
            None => false,
        };
        (Ok(obtained), RefreshTokens::new(next, is_saved))
    }

    async fn request_token(
        &self,
        flight: &Flight,
        rules: &TokenRules,
        refresh_token: Option<&Secret>,
    ) -> Result<ObtainedToken, Error> {
        // Read before the request is sent. The vendor issues the token later, so a lifetime counted
        // from here never ends too late.
        let (started, time_of_day) = (Instant::now(), self.now());
        // A second request is harmless unless it contains a refresh token or a single-use grant.
        let is_repeatable = refresh_token.is_none() && !rules.is_single_use;
        let exchange = Exchange::new(
            &self.context,
            refresh_token,
            &flight.handover,
            is_repeatable,
        );
        let token = self.source.exchange(exchange).await?;
        // Checked before saving, because other clients would otherwise use an invalid token for its
        // whole lifetime.
        token
            .header()
            .map_err(|why| Error::new(ErrorKind::Decode, why))?;
        let token = match (token.lifetime(), rules.default_lifetime) {
            (None, Some(lifetime)) => token.with_expires_in(lifetime),
            _ => token,
        };
        let left = token
            .lifetime()
            .map(|lifetime| lifetime.saturating_sub(started.elapsed()));
        let expires = token
            .lifetime()
            .and_then(|lifetime| time_of_day.checked_add(lifetime));
        Ok(ObtainedToken {
            token,
            left,
            expires,
        })
    }

    fn now(&self) -> std::time::SystemTime {
        self.context.clock.now()
    }
}

/// Returns whether an error proves that the request never reached a connection.
fn proves_not_sent(error: &Error) -> bool {
    error.is_connect() && !error.is_maybe_applied()
}

/// Returns whether an error proves that the vendor rejected the request, or that nothing was sent.
///
/// This is true for a 4xx status other than 408 (timeout), for an error in a 2xx response, and for
/// an error that reports that the source has no suitable credentials.
fn is_conclusive(error: &Error) -> bool {
    let has_answer = error.status().is_some_and(|status| {
        (status.is_client_error() && status.as_u16() != 408)
            || (status.is_success() && error.kind() == ErrorKind::Status)
    });
    has_answer || error.kind() == ErrorKind::Credentials
}

fn log_store_failure(error: &Error) {
    tracing::warn!(
        %error,
        "the token store failed; obtaining an access token that other clients do not share"
    );
}

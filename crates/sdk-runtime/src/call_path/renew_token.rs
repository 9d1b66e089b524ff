//! Gives every attempt its credential and permit, and renews a token once when it is refused.

use std::sync::Arc;

use crate::call_path::progress::Progress;
use crate::error::Error;
use crate::request::credential::Credential;
use crate::response::raw_response::RawResponse;
use crate::table::operation::Operation;
use crate::token::cached_token::CachedToken;

/// Sends with a credential that is looked up now; after a refusal once more with a new token.
///
/// A permit lives as long as one sending: nobody who waits for a token keeps others from sending.
pub(super) async fn with_credential<LookUp, Admit, Permit, Renew, Send>(
    operation: &'static Operation,
    progress: &Progress,
    look_up: impl Fn() -> LookUp,
    admit: impl Fn() -> Admit,
    must_renew: impl Fn(&Result<RawResponse, Error>, &CachedToken) -> bool,
    renew: impl Fn(Arc<CachedToken>) -> Renew,
    send: impl Fn(Credential, Permit) -> Send,
) -> Result<RawResponse, Error>
where
    LookUp: Future<Output = Result<Credential, Error>>,
    Admit: Future<Output = Result<Permit, Error>>,
    Renew: Future<Output = Result<Arc<CachedToken>, Error>>,
    Send: Future<Output = Result<RawResponse, Error>>,
{
    let mut credential = look_up().await?;
    let mut permit = admit().await?;
    if credential.is_stale() {
        // It grew old in the queue.
        drop(permit);
        credential = look_up().await?;
        permit = admit().await?;
    }
    loop {
        let outcome = send(credential.clone(), permit).await;
        let Credential::Token(refused) = credential else {
            return outcome;
        };
        if outcome.as_ref().is_ok_and(|raw| raw.status().is_success()) {
            refused.refusals().accept(operation.id);
            return outcome;
        }
        if !must_renew(&outcome, &refused) {
            return outcome;
        }
        if !progress.may_renew() {
            // A token that was new a moment ago: the next one would fare no better.
            refused.refusals().reject(operation.id);
            return outcome;
        }
        let fresh = renew(Arc::clone(&refused))
            .await
            .map_err(|error| error.needed_by(operation.id))?;
        if fresh.token().value() == refused.token().value() {
            // A token that cannot be renewed, such as one made by hand: to send it again would change nothing.
            return outcome;
        }
        // An answer that is not wanted must not keep its connection while we wait.
        drop(outcome);
        permit = admit().await?;
        credential = Credential::Token(fresh);
    }
}

//! Attempts of ordinary calls, with the caller's credential, and attempts of token exchanges.

use std::sync::Arc;

use crate::call_path::attempt::credential;
use crate::call_path::attempt::permit;
use crate::call_path::attempt::{Attempt, send_once};
use crate::call_path::logical_call::LogicalCall;
use crate::call_path::repeat_rules::{Verdict, classify};
use crate::call_path::token_provider::TokenProvider;
use crate::error::Error;
use crate::request::credential::Credential;
use crate::response::raw_response::RawResponse;

/// Sends requests with a credential that it looks up for each attempt.
///
/// If the vendor rejects the current token, sends again with a new token, once per call.
pub(super) struct Authorized<'a, P> {
    pub(super) call: LogicalCall<'a>,
    pub(super) provider: &'a P,
}

impl<P: TokenProvider> Attempt for Authorized<'_, P> {
    /// A permit is held for one request only, so a call that waits for a token doesn't block
    /// others.
    async fn make(&self) -> Result<RawResponse, Error> {
        let Self { call, provider } = *self;
        let mut credential = credential::look_up(call, provider).await?;
        let mut permit = permit::admit(call).await?;
        if !call.context.limiter.is_open() && credential.is_stale() {
            // While the call waited for the permit, the token came too close to its expiry.
            drop(permit);
            credential = credential::look_up(call, provider).await?;
            permit = permit::admit(call).await?;
        }
        loop {
            let outcome = send_once(call, &credential).await;
            drop(permit);
            let Credential::Token(rejected, beside) = credential else {
                return outcome;
            };
            let operation = call.request.operation.id;
            if outcome.as_ref().is_ok_and(|raw| raw.status().is_success()) {
                rejected.refusals().accept(operation);
                return outcome;
            }
            match classify(call.request.nature(), &outcome, &*call.context.clock) {
                Verdict::Renew | Verdict::Forget
                    if !provider.is_worth_renewing(&rejected, operation) =>
                {
                    return outcome;
                }
                Verdict::Renew if call.progress.claim_renewal() => {}
                Verdict::Renew => {
                    // The token was just issued, so the vendor would also reject a new one.
                    rejected.refusals().reject(operation);
                    return outcome;
                }
                Verdict::Forget => {
                    rejected.refusals().reject(operation);
                    provider.forget(&rejected);
                    return outcome;
                }
                Verdict::Return | Verdict::Repeat { .. } => return outcome,
            }
            let fresh = provider
                .renew(&rejected)
                .await
                .map_err(|error| error.needed_by(call.request.operation.id))?;
            if fresh.token().value() == rejected.token().value() {
                // The token can't be renewed, for example because the user supplied it. Sending it
                // again would change nothing.
                return outcome;
            }
            // The discarded response must not block its connection during the wait.
            drop(outcome);
            permit = permit::admit(call).await?;
            credential = Credential::Token(Arc::clone(&fresh), beside);
        }
    }
}

/// Sends the requests of a token exchange, which contain their own credentials and don't count
/// toward any limit.
pub(super) struct Exchange<'a> {
    pub(super) call: LogicalCall<'a>,
    pub(super) credential: Credential,
}

impl Attempt for Exchange<'_> {
    async fn make(&self) -> Result<RawResponse, Error> {
        send_once(self.call, &self.credential).await
    }
}

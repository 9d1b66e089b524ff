//! The attempts of a call that identifies its caller, and of an exchange, which has yet to get a token.

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

/// Sends with a credential that is looked up for each attempt; once per call, again with a new token if the vendor
/// rejects the one sent.
pub(super) struct Authorized<'a, P> {
    pub(super) call: LogicalCall<'a>,
    pub(super) provider: &'a P,
}

impl<P: TokenProvider> Attempt for Authorized<'_, P> {
    /// A permit lives as long as one request: a call that waits for a token keeps no other from sending.
    async fn make(&self) -> Result<RawResponse, Error> {
        let Self { call, provider } = *self;
        let mut credential = credential::look_up(call, provider).await?;
        let mut permit = permit::admit(call).await?;
        if !call.context.limiter.is_open() && credential.is_stale() {
            // It grew old in the queue.
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
                Verdict::Renew if call.progress.may_renew() => {}
                Verdict::Renew => {
                    // The token was new a moment ago: the next one would fare no better.
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
                // A token that cannot be renewed, such as one made by hand: sending it again would change nothing.
                return outcome;
            }
            // An answer that is not wanted must not keep its connection during the wait.
            drop(outcome);
            permit = permit::admit(call).await?;
            credential = Credential::Token(Arc::clone(&fresh), beside);
        }
    }
}

/// Sends with what the exchange itself carries. No limit counts it.
pub(super) struct Exchange<'a> {
    pub(super) call: LogicalCall<'a>,
    pub(super) credential: Credential,
}

impl Attempt for Exchange<'_> {
    async fn make(&self) -> Result<RawResponse, Error> {
        send_once(self.call, &self.credential).await
    }
}

//! Gives every attempt its credential, and renews a token once when it is refused.

use std::sync::Arc;

use super::classify::{Verdict, classify};
use super::credential::Credential;
use crate::token::Held;
use crate::{Error, Operation, RawResponse};

/// Sends with a credential that is looked up now; after a refusal once more with a new token.
pub(super) async fn with_credential<Renew, Send>(
    operation: &'static Operation,
    look_up: impl Future<Output = Result<Credential, Error>>,
    renew: impl FnOnce(Arc<Held>) -> Renew,
    send: impl Fn(Credential) -> Send,
) -> Result<RawResponse, Error>
where
    Renew: Future<Output = Result<Arc<Held>, Error>>,
    Send: Future<Output = Result<RawResponse, Error>>,
{
    let credential = look_up.await?;
    let outcome = send(credential.clone()).await;
    let Credential::Token(refused) = credential else {
        return outcome;
    };
    if classify(operation, &outcome) != Verdict::Renew {
        return outcome;
    }
    let fresh = renew(Arc::clone(&refused))
        .await
        .map_err(|error| error.needed_by(operation.id))?;
    if fresh.token().value() == refused.token().value() {
        // A token that cannot be renewed, such as one made by hand: to send it again would change nothing.
        return outcome;
    }
    send(Credential::Token(fresh)).await
}

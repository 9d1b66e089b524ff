//! Receives a webhook: checks the signature of the raw body, ignores duplicates, and determines the answer.
//!
//! Reads the body from standard input. Environment: `ONESHOT_WEBHOOK_KEY`, the public key of the endpoint.

use std::collections::HashSet;
use std::io::Read;
use std::process::ExitCode;
use std::time::SystemTime;

use oneshot_sdk::webhooks::{DeliveryEvent, HeaderMap, WebhookError, WebhookKeys};

fn main() -> ExitCode {
    let mut body = Vec::new();
    if let Err(error) = std::io::stdin().read_to_end(&mut body) {
        eprintln!("standard input: {error}");
        return ExitCode::FAILURE;
    }
    let key = std::env::var("ONESHOT_WEBHOOK_KEY").unwrap_or_default();
    let mut receiver = Receiver::new(WebhookKeys::new(key));
    let (status, text) = receiver.answer(&body, SystemTime::now());
    println!("{status} {text}");
    ExitCode::SUCCESS
}

/// Checks webhooks, and remembers which ones it has processed.
pub(crate) struct Receiver {
    keys: WebhookKeys,
    /// In your service: a table with a unique index, so that duplicates are noticed after a restart too.
    processed: HashSet<(String, String)>,
}

impl Receiver {
    pub(crate) fn new(keys: WebhookKeys) -> Self {
        let processed = HashSet::new();
        Self { keys, processed }
    }

    /// Returns the status and the text of the answer. The service repeats what is not answered with success.
    pub(crate) fn answer(&mut self, body: &[u8], now: SystemTime) -> (u16, String) {
        // The signature is in the body; give the bytes as they came.
        let event = DeliveryEvent::verify_and_parse(&HeaderMap::new(), body, &self.keys, now);
        let (delivery, outcome) = match event {
            Ok(DeliveryEvent::TransactionExecutionSuccess(delivery)) => (delivery, "mined"),
            Ok(DeliveryEvent::TransactionExecutionFailure(delivery)) => (delivery, "failed"),
            Ok(other) => return (200, format!("{}: not of interest here", other.event())),
            Err(error @ WebhookError::Malformed(_)) => return (400, error.to_string()),
            Err(error) => return (401, error.to_string()),
        };
        let id = &delivery.data.transaction_id;
        if !self.processed.insert((id.clone(), outcome.to_owned())) {
            return (200, format!("{id}: known already"));
        }
        let memo = delivery.data.transaction_execution_memo.as_deref();
        (
            200,
            format!("{id} is {outcome}: {}", memo.unwrap_or("no memo")),
        )
    }
}

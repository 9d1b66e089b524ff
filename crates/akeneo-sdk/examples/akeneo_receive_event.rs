//! Receives an event: checks the headers and the raw body of a request, and determines the answer.
//!
//! Reads the body from standard input. Environment: `AKENEO_EVENT_SECRET`, `AKENEO_EVENT_SIGNATURE`, `AKENEO_EVENT_TIMESTAMP`.

use std::io::Read;
use std::process::ExitCode;
use std::time::SystemTime;

use akeneo_sdk::types::PimEventAction as Action;
use akeneo_sdk::webhooks::{EventsApi, HeaderMap, WebhookError, WebhookKeys};

fn main() -> ExitCode {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let mut headers = HeaderMap::new();
    for (header, name) in [
        ("x-akeneo-request-signature", "AKENEO_EVENT_SIGNATURE"),
        ("x-akeneo-request-timestamp", "AKENEO_EVENT_TIMESTAMP"),
    ] {
        if let Ok(value) = variable(name).parse() {
            headers.insert(header, value);
        }
    }
    let mut body = Vec::new();
    if let Err(error) = std::io::stdin().read_to_end(&mut body) {
        eprintln!("standard input: {error}");
        return ExitCode::FAILURE;
    }
    let keys = WebhookKeys::new(variable("AKENEO_EVENT_SECRET"));
    let (status, text) = answer(&keys, &headers, &body, SystemTime::now());
    println!("{status} {text}");
    ExitCode::SUCCESS
}

/// Returns the status and the text of the answer.
pub(crate) fn answer(
    keys: &WebhookKeys,
    headers: &HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> (u16, String) {
    let batch = match EventsApi::verify_and_parse(headers, body, keys, now) {
        Ok(batch) => batch,
        Err(error @ WebhookError::Malformed(_)) => return (400, error.to_string()),
        Err(error) => return (401, error.to_string()),
    };
    let lines = batch.events.iter().map(|event| {
        let resource = event.data.as_ref().and_then(|data| data.resource.as_ref());
        let key = |name: &str| resource?.get(name)?.as_str();
        let key = key("identifier").or_else(|| key("code")).unwrap_or("?");
        match &event.action {
            Action::ProductRemoved | Action::ProductModelRemoved => format!("{key} is gone"),
            Action::Unknown(new) => format!("{key}: {new}, which is new"),
            action => format!("{key}: {}", action.as_str()),
        }
    });
    (200, lines.collect::<Vec<_>>().join("\n"))
}

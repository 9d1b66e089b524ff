//! Receives an event: checks the headers and the raw body of a request, and determines the answer.
//!
//! Reads the body from standard input. Environment: `AKENEO_EVENT_SECRET`, `AKENEO_EVENT_SIGNATURE`, `AKENEO_EVENT_TIMESTAMP`.

use std::io::Read;
use std::process::ExitCode;
use std::time::SystemTime;

use akeneo_sdk::events::{Action, EventError, EventsApi, HeaderMap};

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
    let receiver = EventsApi::new(variable("AKENEO_EVENT_SECRET"));
    let (status, text) = answer(&receiver, &headers, &body, SystemTime::now());
    println!("{status} {text}");
    ExitCode::SUCCESS
}

/// Returns the status and the text of the answer.
pub(crate) fn answer(
    receiver: &EventsApi,
    headers: &HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> (u16, String) {
    let batch = match receiver.receive(headers, body, now) {
        Ok(batch) => batch,
        Err(error @ EventError::Malformed(_)) => return (400, error.to_string()),
        Err(error) => return (401, error.to_string()),
    };
    let lines = batch.events.iter().map(|event| {
        let key = event.data.identifier().or(event.data.code()).unwrap_or("?");
        match &event.action {
            Action::ProductRemoved | Action::ProductModelRemoved => format!("{key} is gone"),
            Action::Unknown(new) => format!("{key}: {new}, which is new"),
            action => format!("{key}: {}", action.as_str()),
        }
    });
    (200, lines.collect::<Vec<_>>().join("\n"))
}

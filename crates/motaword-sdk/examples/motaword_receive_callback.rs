//! Receives a callback of a project: reads the body of the request, reads the project again, and determines the answer.
//!
//! Reads the body from standard input. Environment: see `motaword_get_access_token`.

use std::io::Read;
use std::process::ExitCode;

use motaword_sdk::webhooks::ProjectEvent;
use motaword_sdk::{Client, ClientConfig};

#[tokio::main]
async fn main() -> ExitCode {
    let mut body = Vec::new();
    if let Err(error) = std::io::stdin().read_to_end(&mut body) {
        eprintln!("standard input: {error}");
        return ExitCode::FAILURE;
    }
    let client = match Client::from_config(ClientConfig::new()) {
        Ok(client) => client,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let (status, text) = answer(&client, &body).await;
    println!("{status} {text}");
    ExitCode::SUCCESS
}

/// Returns the status and the text of the answer.
pub(crate) async fn answer(client: &Client, body: &[u8]) -> (u16, String) {
    let event = match ProjectEvent::parse(body) {
        Ok(event) => event,
        Err(error) => return (400, error.to_string()),
    };
    let name = event.event().to_owned();
    let payload = match event {
        ProjectEvent::Translated(payload)
        | ProjectEvent::Proofread(payload)
        | ProjectEvent::Completed(payload) => payload,
        _ => return (200, format!("{name}: a new event, ignored")),
    };
    let Some(id) = payload.project.and_then(|project| project.id) else {
        return (400, "the callback names no project".to_owned());
    };
    // Callbacks are not signed: anybody who knows the URL can send one. Only the API says how the project stands.
    match client.get_project(id).await {
        Ok(project) => {
            let status = project
                .status
                .as_ref()
                .map_or("unknown", |status| status.as_str());
            (200, format!("{name}: project {id} is {status}"))
        }
        Err(error) if error.is_not_found() => (404, format!("no project {id}")),
        Err(error) => (503, error.to_string()), // the callback may come again
    }
}

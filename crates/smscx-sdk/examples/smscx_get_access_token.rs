//! Fetches an access token as the vendor's own page shows it: called with the scope of the environment, and without one;
//! the call; the answer, or the API's error.
//!
//! Environment: `SMSCX_APPLICATION_ID`, `SMSCX_APPLICATION_SECRET`; optional `SMSCX_SCOPE`, `SMSCX_BASE_URL`.

use std::process::ExitCode;

use smscx_sdk::oauth::TokenRequest;
use smscx_sdk::{Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    match run(ClientConfig::new()).await {
        Ok(answer) => {
            println!("{answer}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("get_access_token: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Calls the token operation with what the configuration and the environment give.
pub(crate) async fn run(config: ClientConfig) -> Result<String, Error> {
    let client = Client::from_config(config)?;
    // The application's own scope, if the environment names one; all of its scopes otherwise.
    let own = client.get_access_token().send().await?;
    let sms = TokenRequest {
        scope: Some("sms".to_owned()),
        ..TokenRequest::new()
    };
    let limited = client.get_access_token().body(&sms).send().await?;
    // Secrets print as `[redacted]`.
    Ok(format!(
        "{:#?}\n{:#?}",
        own.into_inner(),
        limited.into_inner()
    ))
}

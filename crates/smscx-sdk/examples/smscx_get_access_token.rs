//! Requests an access token with the default scopes, and another one with selected scopes.
//!
//! Environment variables: `SMSCX_APPLICATION_ID`, `SMSCX_APPLICATION_SECRET`, and optionally `SMSCX_SCOPE` and `SMSCX_BASE_URL`.

use std::process::ExitCode;

use smscx_sdk::oauth::TokenRequest;
use smscx_sdk::{Client, ClientConfig, Error, scope};

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

/// Calls the token operation twice, with the credentials from the configuration or the environment.
pub(crate) async fn run(config: ClientConfig) -> Result<String, Error> {
    let client = Client::from_config(config)?;
    // Requests all scopes of the application unless the environment limits them.
    let all = client.get_access_token().send().await?;
    let mut body = TokenRequest::new();
    body.scope = Some(format!("{} {}", scope::SMS, scope::REPORTS));
    let limited = client.get_access_token().body(&body).send().await?;
    // Secrets are printed as `[redacted]`.
    let answers = (all.into_inner(), limited.into_inner());
    Ok(format!("{:#?}\n{:#?}", answers.0, answers.1))
}

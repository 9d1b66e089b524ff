//! Requests an access token with the credentials in the environment variables, and prints the
//! response or the error.
//!
//! Environment: `MOTAWORD_CLIENT_ID`, `MOTAWORD_CLIENT_SECRET`, and optionally `MOTAWORD_SCOPE` and
//! `MOTAWORD_BASE_URL`.

use std::process::ExitCode;

use motaword_sdk::{Client, ClientConfig, Error};

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

/// Calls the token operation and returns the response as a string.
pub(crate) async fn run(config: ClientConfig) -> Result<String, Error> {
    let client = Client::from_config(config)?;
    let token = client.get_access_token().send().await?;
    // Secrets are printed as `[redacted]`.
    Ok(format!("{:#?}", token.into_inner()))
}

//! Fetches an access token as the vendor's own page shows it: content type and authorization are given as parameters;
//! the call; the answer, or the API's error.
//!
//! Environment: `AKENEO_CLIENT_ID`, `AKENEO_CLIENT_SECRET`, `AKENEO_USERNAME`, `AKENEO_PASSWORD`; `AKENEO_BASE_URL`.

use std::process::ExitCode;

use akeneo_sdk::authentication::PostTokenContentType;
use akeneo_sdk::{Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    match run(ClientConfig::new()).await {
        Ok(answer) => {
            println!("{answer}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("post_token: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Calls the token operation with what the configuration and the environment give.
pub(crate) async fn run(config: ClientConfig) -> Result<String, Error> {
    let client = Client::from_config(config)?;
    // Without a body the client sends its own grant; the media type is one of the declared two.
    let token = client
        .post_token()
        .content_type(PostTokenContentType::Form)
        .send()
        .await?;
    // Secrets print as `[redacted]`.
    Ok(format!("{:#?}", token.into_inner()))
}

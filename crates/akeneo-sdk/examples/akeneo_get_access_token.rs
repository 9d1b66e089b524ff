//! Calls the token operation and prints the response or the API's error.
//!
//! Other calls do not need this step, because the client requests and renews its access token
//! automatically.
//!
//! Environment: `AKENEO_BASE_URL`, `AKENEO_CLIENT_ID`, `AKENEO_CLIENT_SECRET`, `AKENEO_USERNAME`, `AKENEO_PASSWORD`.

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

/// Calls the token operation with the credentials from the configuration or the environment.
pub(crate) async fn run(config: ClientConfig) -> Result<String, Error> {
    let client = Client::from_config(config)?;
    // If the call has no body, the client builds one from its credentials. The API accepts it as
    // JSON or as a form.
    let token = client
        .post_token()
        .content_type(PostTokenContentType::Form)
        .send()
        .await?;
    // Secrets are printed as `[redacted]`.
    Ok(format!("{:#?}", token.into_inner()))
}

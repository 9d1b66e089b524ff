//! Receives callbacks of projects over HTTP, and reads the project before trusting a callback.
//!
//! The vendor does not sign callbacks, so the URL contains a secret. Register
//! `https://<your host>/projects/<MOTAWORD_CALLBACK_SECRET>` as the `callback_url`. Environment:
//! `MOTAWORD_CALLBACK_SECRET`, the variables of `motaword_get_access_token`, and optionally `PORT`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Router, serve};
use motaword_sdk::Client;
use motaword_sdk::webhooks::ProjectEvent;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, secret) = (
        Client::from_env()?,
        std::env::var("MOTAWORD_CALLBACK_SECRET")?,
    );
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}/projects/", listener.local_addr()?);
    let router = router(Receiver::new(client, secret, |line| println!("{line}")));
    Ok(serve(listener, router).await?)
}

/// State of the server: the client that reads projects, the secret in the URL, and the function
/// that receives a line with the status of a project.
#[derive(Clone)]
pub(crate) struct Receiver {
    client: Client,
    secret: String,
    handle: Arc<dyn Fn(String) + Send + Sync>,
}

impl Receiver {
    pub(crate) fn new(
        client: Client,
        secret: String,
        handle: impl Fn(String) + Send + Sync + 'static,
    ) -> Self {
        let handle = Arc::new(handle);
        Self {
            client,
            secret,
            handle,
        }
    }
}

pub(crate) fn router(receiver: Receiver) -> Router {
    let router = Router::new().route("/projects/{secret}", post(receive));
    router.with_state(receiver)
}

async fn receive(
    State(receiver): State<Receiver>,
    Path(secret): Path<String>,
    body: Bytes,
) -> StatusCode {
    // On a public server, compare the secrets in constant time, for example with `subtle`.
    if secret != receiver.secret {
        return StatusCode::NOT_FOUND;
    }
    let webhook = match ProjectEvent::parse(&body) {
        Ok(ProjectEvent::Completed(webhook)) => webhook,
        // Other stages, including stages that are unknown to this version of the SDK.
        Ok(_) => return StatusCode::OK,
        Err(_) => return StatusCode::BAD_REQUEST,
    };
    let Some(id) = webhook.project.and_then(|project| project.id) else {
        return StatusCode::BAD_REQUEST;
    };
    // Callbacks are not signed, so read the project itself. A duplicate callback only causes
    // another read.
    match receiver.client.get_project(id).await {
        Ok(project) => {
            let status = project
                .status
                .as_ref()
                .map_or("?", |status| status.as_str());
            (receiver.handle)(format!("project {id} is {status}"));
            StatusCode::OK
        }
        Err(error) if error.status().is_some_and(|status| status == 404) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

//! Receives, verifies and parses events of the Events API and the Event Platform over HTTP.
//!
//! Environment: `AKENEO_EVENT_SECRET` (event secret of the connection),
//! `AKENEO_SUBSCRIPTION_SECRET` (secret of the subscription), and optionally `PORT`.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use akeneo_sdk::webhooks::{EventPlatform, EventsApi, WebhookError, WebhookKeys};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Router, serve};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = |name| std::env::var(name).map(WebhookKeys::new);
    let (events, platform) = (
        key("AKENEO_EVENT_SECRET")?,
        key("AKENEO_SUBSCRIPTION_SECRET")?,
    );
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!(
        "listening on http://{}/events and /platform",
        listener.local_addr()?
    );
    let router = router(Receiver::new(events, platform, |line| println!("{line}")));
    Ok(serve(listener, router).await?)
}

/// State of the server: the keys, the ids seen so far, and the event handler.
#[derive(Clone)]
pub(crate) struct Receiver {
    events: WebhookKeys,
    platform: WebhookKeys,
    // A real service stores these ids in its database.
    seen: Arc<Mutex<HashSet<String>>>,
    handle: Arc<dyn Fn(String) + Send + Sync>,
}

impl Receiver {
    pub(crate) fn new(
        events: WebhookKeys,
        platform: WebhookKeys,
        handle: impl Fn(String) + Send + Sync + 'static,
    ) -> Self {
        let (seen, handle) = (Arc::default(), Arc::new(handle));
        Self {
            events,
            platform,
            seen,
            handle,
        }
    }

    /// Handles an event unless its id was seen before, because the events of both APIs can arrive twice.
    fn handle_once(&self, id: &str, line: String) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.insert(id.to_owned()) {
            (self.handle)(line);
        }
    }
}

pub(crate) fn router(receiver: Receiver) -> Router {
    let router = Router::new().route("/events", post(events));
    router
        .route("/platform", post(platform))
        .with_state(receiver)
}

/// Receives events of the Events API.
///
/// The vendor expects a response within half a second, so move slow work to a queue. The body is
/// read as bytes, because the signature covers the raw bytes.
async fn events(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let now = SystemTime::now();
    match EventsApi::verify_and_parse(&headers, &body, &receiver.events, now) {
        Ok(batch) => {
            for event in &batch.events {
                let resource = event.data.as_ref().and_then(|data| data.resource.as_ref());
                let key = |name: &str| resource?.get(name)?.as_str();
                let key = key("identifier")
                    .or_else(|| key("uuid"))
                    .or_else(|| key("code"));
                let line = format!("{}: {}", key.unwrap_or("?"), event.action.as_str());
                receiver.handle_once(&event.event_id, line);
            }
            StatusCode::OK
        }
        Err(error) => error_status(&error),
    }
}

/// Receives an event of the Event Platform.
async fn platform(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let now = SystemTime::now();
    match EventPlatform::verify_and_parse(&headers, &body, &receiver.platform, now) {
        Ok(event) => {
            let product = event.data.as_ref().and_then(|data| data.product.as_ref());
            let uuid = product.map_or("?", |product| product.uuid.as_str());
            receiver.handle_once(&event.id, format!("{uuid}: {}", event.type_.as_str()));
            StatusCode::OK
        }
        Err(error) => error_status(&error),
    }
}

fn error_status(error: &WebhookError) -> StatusCode {
    match error {
        WebhookError::Malformed(_) => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNAUTHORIZED,
    }
}

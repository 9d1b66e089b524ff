//! Receives the webhooks of an endpoint over HTTP, verifies them, and processes each event of a
//! transaction once.
//!
//! Environment: `ONESHOT_WEBHOOK_KEY` (the `publicKey` of the endpoint), and optionally `ONESHOT_WEBHOOK_OLD_KEY` (the
//! previous key, during a rotation) and `PORT`.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Router, serve};
use oneshot_sdk::webhooks::{DeliveryEvent, WebhookError, WebhookKeys};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut keys = WebhookKeys::new(std::env::var("ONESHOT_WEBHOOK_KEY")?);
    if let Ok(old) = std::env::var("ONESHOT_WEBHOOK_OLD_KEY") {
        keys = keys.with_key(old);
    }
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}/webhooks", listener.local_addr()?);
    let router = router(Receiver::new(keys, |line| println!("{line}")));
    Ok(serve(listener, router).await?)
}

/// State of the server: the keys, the deliveries seen so far, and the event handler.
#[derive(Clone)]
pub(crate) struct Receiver {
    keys: WebhookKeys,
    // A real service keeps these deliveries in its database.
    seen: Arc<Mutex<HashSet<(String, String)>>>,
    handle: Arc<dyn Fn(String) + Send + Sync>,
}

impl Receiver {
    pub(crate) fn new(keys: WebhookKeys, handle: impl Fn(String) + Send + Sync + 'static) -> Self {
        let (seen, handle) = (Arc::default(), Arc::new(handle));
        Self { keys, seen, handle }
    }

    /// Records an event of a transaction, and returns whether the event is new. A delivery can
    /// arrive twice.
    fn is_new(&self, event: &str, transaction: &str) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert((event.to_owned(), transaction.to_owned()))
    }
}

pub(crate) fn router(receiver: Receiver) -> Router {
    Router::new()
        .route("/webhooks", post(receive))
        .with_state(receiver)
}

/// Reads the body as bytes, because verification requires the body exactly as received. The service
/// repeats deliveries that do not receive a 2xx response.
async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let now = SystemTime::now();
    let event = match DeliveryEvent::verify_and_parse(&headers, &body, &receiver.keys, now) {
        Ok(event) => event,
        Err(WebhookError::Malformed(_)) => return StatusCode::BAD_REQUEST,
        Err(_) => return StatusCode::UNAUTHORIZED,
    };
    match &event {
        DeliveryEvent::TransactionExecutionSuccess(webhook)
        | DeliveryEvent::TransactionExecutionFailure(webhook) => {
            let id = &webhook.data.transaction_id;
            if receiver.is_new(event.event(), id) {
                (receiver.handle)(format!("{id}: {}", event.event()));
            }
        }
        other => (receiver.handle)(format!("another event: {}", other.event())),
    }
    StatusCode::OK
}

//! Receives callbacks over HTTP, parses them, and processes each callback once.
//!
//! The vendor does not sign callbacks, so the URL contains a secret. Register
//! `https://<your host>/callbacks/<SMSCX_CALLBACK_SECRET>`. Environment variables:
//! `SMSCX_CALLBACK_SECRET`, and optionally `PORT`.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Router, serve};
use smscx_sdk::webhooks::CallbackEvent;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = std::env::var("SMSCX_CALLBACK_SECRET")?;
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}/callbacks/", listener.local_addr()?);
    let router = router(Receiver::new(secret, |line| println!("{line}")));
    Ok(serve(listener, router).await?)
}

/// The secret in the URL, the bodies handled so far, and the function that receives each line of
/// output.
#[derive(Clone)]
pub(crate) struct Receiver {
    secret: String,
    // A real service stores hashes of the handled bodies in its database.
    seen: Arc<Mutex<HashSet<Bytes>>>,
    handle: Arc<dyn Fn(String) + Send + Sync>,
}

impl Receiver {
    pub(crate) fn new(secret: String, handle: impl Fn(String) + Send + Sync + 'static) -> Self {
        let (seen, handle) = (Arc::default(), Arc::new(handle));
        Self {
            secret,
            seen,
            handle,
        }
    }

    /// Returns whether a body is new. A callback can arrive twice.
    fn is_new(&self, body: &Bytes) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(body.clone())
    }
}

pub(crate) fn router(receiver: Receiver) -> Router {
    let router = Router::new().route("/callbacks/{secret}", post(receive));
    router.with_state(receiver)
}

async fn receive(
    State(receiver): State<Receiver>,
    Path(secret): Path<String>,
    body: Bytes,
) -> StatusCode {
    // On a public server, compare the secrets in constant time, for example with the crate
    // `subtle`.
    if secret != receiver.secret {
        return StatusCode::NOT_FOUND;
    }
    let Ok(event) = CallbackEvent::parse(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    if receiver.is_new(&body) {
        for line in lines(&event) {
            (receiver.handle)(line);
        }
    }
    StatusCode::OK
}

/// Returns the lines that describe an event.
fn lines(event: &CallbackEvent) -> Vec<String> {
    match event {
        CallbackEvent::DlrUpdate(callback) => {
            let reports = callback.data.iter().map(|report| {
                let state = report.status.as_ref().map_or("?", |status| status.as_str());
                format!("message {}: {state}", report.msg_id)
            });
            reports.collect()
        }
        // The event `otp_update` has two payloads, each with its own variant.
        CallbackEvent::OtpUpdate(callback) => {
            let otps = callback.data.iter();
            otps.map(|otp| format!("otp {}", otp.otp_id)).collect()
        }
        CallbackEvent::LookupUpdate(callback) => vec![format!("{} lookups", callback.data.len())],
        other => vec![format!("another event: {}", other.event())],
    }
}

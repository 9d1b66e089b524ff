//! A transport with scripted responses, without a socket.
#![allow(dead_code, unreachable_pub)] // Each test file uses only some of the items.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use sdk_runtime::{
    BoxFuture, Bytes, HeaderMap, StatusCode, Transport, TransportError, TransportErrorKind,
    TransportRequest, TransportResponse, Url,
};
use tokio::time::Instant;

/// A request as the transport received it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Result<Bytes, String>,
    pub connect_until: Option<Instant>,
    pub silent_at: Option<Instant>,
}

/// Reaction of the transport to a request.
pub enum Turn {
    /// A JSON response.
    Json(u16, &'static str),
    /// A body that arrives in chunks, and may end in an error.
    Chunks(Vec<Result<&'static str, TransportErrorKind>>),
    /// No response.
    Fail(TransportErrorKind),
    /// No response, and another attempt would fail in the same way.
    FailForGood(TransportErrorKind),
    /// Never responds.
    Silence,
    /// A redirect.
    Redirect(&'static str),
    /// A response from another URL.
    From(&'static str),
}

/// Responds to each request with the next turn, and with an empty list when no turns are left.
///
/// Token exchanges always succeed, and don't use a turn.
///
/// Clones share the script.
#[derive(Clone, Default)]
pub struct Scripted(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    turns: VecDeque<Turn>,
    seen: Vec<Seen>,
}

impl Scripted {
    pub fn new(turns: impl IntoIterator<Item = Turn>) -> Self {
        let script = Script {
            turns: turns.into_iter().collect(),
            seen: Vec::new(),
        };
        Self(Arc::new(Mutex::new(script)))
    }

    /// Returns all requests so far, except token exchanges.
    pub fn seen(&self) -> Vec<Seen> {
        self.0.lock().unwrap().seen.clone()
    }

    pub fn last(&self) -> Seen {
        self.seen().pop().unwrap()
    }
}

impl Transport for Scripted {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        Box::pin(async move {
            let url = request.url.clone();
            let seen = Seen {
                method: request.method.to_string(),
                url: request.url,
                headers: request.headers,
                body: Ok(Bytes::new()),
                connect_until: request.connect_until,
                silent_at: request.silent_at,
            };
            let body = request.body.read(1 << 20).await;
            let turn = if url.path().ends_with("/token") {
                Turn::Json(200, r#"{"access_token":"t","expires_in":36000}"#)
            } else {
                let mut script = self.0.lock().unwrap();
                script.seen.push(Seen {
                    body: body.as_ref().cloned().map_err(ToString::to_string),
                    ..seen
                });
                let turn = script.turns.pop_front();
                turn.unwrap_or(Turn::Json(200, r#"{"items":[]}"#))
            };
            if let Err(error) = body {
                return Err(TransportError::new(TransportErrorKind::Broken).with_source(error));
            }
            let mut headers = HeaderMap::new();
            headers.insert("content-type", "application/json".parse().unwrap());
            let answer = |url, status, body: String| {
                let status = StatusCode::from_u16(status).unwrap();
                TransportResponse::new(url, status, headers.clone(), body)
            };
            match turn {
                Turn::Json(status, body) => Ok(answer(url, status, body.to_owned())),
                Turn::Chunks(chunks) => Ok(TransportResponse::new(
                    url,
                    StatusCode::OK,
                    headers,
                    sdk_runtime::ResponseBody::streamed(Chunks(chunks.into())),
                )),
                Turn::Fail(kind) => Err(TransportError::new(kind)),
                Turn::FailForGood(kind) => Err(TransportError::new(kind).permanent()),
                Turn::Silence => std::future::pending().await,
                Turn::Redirect(to) => {
                    let mut redirect = answer(url, 302, String::new());
                    redirect.headers.insert("location", to.parse().unwrap());
                    Ok(redirect)
                }
                Turn::From(other) => Ok(answer(other.parse().unwrap(), 200, "{}".to_owned())),
            }
        })
    }
}

struct Chunks(VecDeque<Result<&'static str, TransportErrorKind>>);

impl futures_core::Stream for Chunks {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.pop_front();
        Poll::Ready(next.map(|chunk| {
            chunk
                .map(|text| Bytes::from_static(text.as_bytes()))
                .map_err(TransportError::new)
        }))
    }
}

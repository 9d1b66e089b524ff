//! The built-in transport: reqwest.

mod connect_deadline;
mod evidence;

use std::sync::OnceLock;

use crate::transport::built_in::connect_deadline::{ConnectDeadline, END};
use crate::transport::built_in::evidence::failure;
use crate::transport::failure::{TransportError, TransportErrorKind};
use crate::transport::request::{Content, TransportRequest};
use crate::transport::response::{ResponseBody, TransportResponse};

/// The connections of one client.
pub(crate) struct BuiltIn {
    usual: reqwest::Client,
    /// Whether the HTTP client may follow redirects by itself.
    may_redirect: bool,
    /// For calls that have less time to connect, once there are any: a connector that asks every call costs every call.
    hurried: Option<(OnceLock<reqwest::Client>, Box<Build>)>,
}

type Build = dyn Fn() -> reqwest::ClientBuilder + Send + Sync;

impl BuiltIn {
    /// Uses an HTTP client that the user built.
    pub(crate) fn given(client: reqwest::Client) -> Self {
        // reqwest tells its policy by `Debug` only. If it ever stops to, the answer is the careful one.
        let may_redirect = !format!("{client:?}").contains("Policy(None)");
        Self {
            usual: client,
            may_redirect,
            hurried: None,
        }
    }

    /// Whether requests may be redirected behind the client's back: the HTTP client is the user's own and not known to
    /// refrain from it.
    pub(crate) fn may_redirect(&self) -> bool {
        self.may_redirect
    }

    pub(crate) fn new(
        build: impl Fn() -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Result<Self, TransportError> {
        let usual = build()
            .build()
            .map_err(|error| TransportError::new(TransportErrorKind::Invalid).with_source(error))?;
        Ok(Self {
            usual,
            may_redirect: false,
            hurried: Some((OnceLock::new(), Box::new(build))),
        })
    }

    pub(crate) async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<TransportResponse, TransportError> {
        let TransportRequest {
            method,
            url,
            headers,
            body,
            connect_until,
            is_hurried,
            ..
        } = request;
        let mut out = reqwest::Request::new(method, url);
        *out.headers_mut() = headers;
        *out.body_mut() = match body.0 {
            Content::Empty => None,
            Content::Bytes(bytes) => Some(bytes.into()),
            Content::Chunks(chunks) => Some(reqwest::Body::wrap(chunks)),
        };
        let response = match (connect_until, &self.hurried) {
            (Some(end), Some((client, build))) if is_hurried => {
                let client = client.get_or_init(|| {
                    let builder = build().connector_layer(ConnectDeadline);
                    // It was built like this before.
                    builder.build().unwrap_or_else(|_| self.usual.clone())
                });
                END.scope(end, client.execute(out)).await
            }
            _ => self.usual.execute(out).await,
        };
        response.map(answered).map_err(failure)
    }
}

fn answered(mut response: reqwest::Response) -> TransportResponse {
    TransportResponse {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        url: response.url().clone(),
        body: ResponseBody::built_in(response.into()),
    }
}

//! A sandbox with the sample vendor `parcels`, and a client for it.

use reqwest::{Method, RequestBuilder, Response};
use sdk_sandbox::{Builder, Sandbox};
use serde_json::Value;

/// Name of the sample vendor.
pub(crate) const PARCELS: &str = "parcels";

/// A running sandbox and its client.
pub(crate) struct Parcels {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
}

impl Parcels {
    pub(crate) fn builder() -> Builder {
        Sandbox::builder().document(
            PARCELS,
            include_str!("../documents/parcels.json"),
            include_str!("../documents/parcels.yaml"),
        )
    }

    pub(crate) async fn start() -> Self {
        Self::started(Self::builder()).await
    }

    pub(crate) async fn started(builder: Builder) -> Self {
        Self {
            sandbox: builder.start().await.unwrap(),
            http: reqwest::Client::new(),
        }
    }

    /// Builds a request without credentials.
    pub(crate) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(
            method,
            format!("{}{path}", self.sandbox.base_url(PARCELS).unwrap()),
        )
    }

    /// Builds a request with the standing token, which has all scopes.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth("parcel-standing")
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// Builds a token exchange with valid client credentials.
    pub(crate) fn exchange(&self) -> RequestBuilder {
        self.bare(Method::POST, "/token")
            .basic_auth("parcel-client", Some("parcel-secret"))
    }

    /// Obtains an access token with the default scope.
    pub(crate) async fn token(&self) -> String {
        text(&json(self.exchange().send().await.unwrap()).await, "/token")
    }

    /// Returns the status of a read with a token.
    pub(crate) async fn status_with(&self, token: &str) -> u16 {
        self.bare(Method::GET, "/parcels/1")
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    }
}

pub(crate) async fn json(response: Response) -> Value {
    let body = response.text().await.unwrap();
    serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {body}"))
}

/// Returns the status of a refusal and the vendor's error code.
pub(crate) async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    (status, text(&json(response).await, "/error/code"))
}

pub(crate) fn text(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{pointer} is missing in {value}"))
        .to_owned()
}

pub(crate) fn header(response: &Response, name: &str) -> String {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap().to_owned())
        .unwrap_or_default()
}

//! Types for the builder methods `http`, `http_client`, `proxy` and `transport`, and for
//! implementing a transport.

pub use http_body::Body;
pub use tokio::time::Instant;

pub use http::{HeaderMap, Method, StatusCode};
pub use reqwest::{self, Client, ClientBuilder, Proxy};
pub use url::Url;

pub use crate::transport::contract::Transport;
pub use crate::transport::failure::{TransportError, TransportErrorKind};
pub use crate::transport::request::{TransportBody, TransportRequest};
pub use crate::transport::response::{ResponseBody, TransportResponse};
pub use crate::{BoxFuture, Bytes};

//! The call path, tokens and errors that every vendor client shares.
//!
//! Users of a vendor crate need little of this by name; it is re-exported there.
//! A vendor crate is an operation table and types, which are generated, and an
//! `auth.rs`, which implements [`Authenticate`].

mod access_token;
mod answer_headers;
mod any_json;
mod argument;
mod authenticate;
mod base_url;
mod body;
mod builder;
mod bulk;
mod call;
mod client;
mod config;
mod date;
mod decode;
mod error;
mod execute;
mod expires_in;
mod incoming;
pub mod lenient;
mod limiter;
mod open_enum;
mod operation;
mod paging;
mod patch;
mod path_request;
mod randomness;
mod raw_response;
mod response;
mod retry_policy;
mod secret;
mod server_url;
mod settings;
mod timeouts;
mod token;
mod token_answer;
mod token_source;
mod token_store;
pub mod union;
mod variables;
mod vendor;
mod vendor_client;
mod wait_hint;
mod wall_clock;
mod wire;

use std::pin::Pin;

pub use access_token::AccessToken;
pub use answer_headers::HasHeaders;
pub use any_json::AnyJson;
pub use argument::{Argument, AsJson, IntoArgument};
pub use authenticate::Authenticate;
pub use body::{File, IntoParts, Parts, UploadBody};
pub use builder::ClientBuilder;
pub use bulk::{BulkOutcome, BulkRequest, BulkStatus, BulkStatuses, IntoBulk, Lines};
pub use call::Call;
pub use client::{ClientCore, SdkClient, VendorClient};
pub use config::ClientConfig;
pub use date::{Date, DateTime};
pub use decode::{Decode, Download, Empty, Json, Reading, Text, TypedOperation};
pub use error::{Error, ErrorKind, FieldError};
pub use expires_in::ExpiresIn;
pub use operation::{
    AnswerSpec, Bulk, BulkFormat, Effect, Encoding, Kind, MediaType, Method, Operation, Paging,
    Parameter, Place, Repeat, RequestBody, Scheme, Style,
};
pub use paging::{Items, PageCursor, PagedOperation, Pages};
pub use patch::Patch;
pub use path_request::PathRequest;
pub use randomness::Randomness;
pub use raw_response::RawResponse;
pub use response::Response;
pub use retry_policy::RetryPolicy;
pub use secret::Secret;
pub use server_url::ServerUrl;
pub use token_source::{Exchange, TokenSource};
#[cfg(feature = "file-store")]
pub use token_store::FileStore;
pub use token_store::{MemoryStore, OpenToken, SavedToken, TokenKey, TokenStore};
pub use variables::Variables;
pub use vendor::{ErrorShape, Limits, ServerInfo, Vendor};
pub use wall_clock::{SystemClock, WallClock};

pub use bytes::Bytes;
pub use http::{HeaderMap, StatusCode};
pub use {reqwest, serde, serde_json, time};

/// A future behind a pointer, as traits need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

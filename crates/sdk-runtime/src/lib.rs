//! The call path, tokens and errors that every vendor client shares.
//!
//! Users of a vendor crate need little of this by name; it is re-exported there.
//! A vendor crate is an operation table and types, which are generated, and an
//! `auth.rs`, which implements [`Authenticate`].

mod access_token;
mod answer;
mod argument;
mod authenticate;
mod base_url;
mod body;
mod builder;
mod bulk;
#[cfg(feature = "call")]
mod by_table;
mod call;
mod client;
mod config;
mod decode;
mod error;
mod execute;
mod limiter;
mod operation;
mod paging;
mod path_request;
mod randomness;
mod retry_policy;
mod server_url;
mod settings;
mod timeouts;
mod token;
mod token_source;
mod token_store;
mod value;
mod variables;
mod vendor;
mod vendor_client;
mod wall_clock;
mod wire;

use std::pin::Pin;

pub use access_token::AccessToken;
pub use answer::{HasHeaders, RawResponse, Response};
pub use argument::{Argument, AsJson, IntoArgument, texts};
pub use authenticate::Authenticate;
pub use body::{File, IntoParts, Parts, UploadBody};
pub use builder::ClientBuilder;
pub use bulk::{BulkOutcome, BulkRequest, BulkStatus, BulkStatuses, IntoBulk, Lines};
#[cfg(feature = "call")]
pub use by_table::{CallAnswer, CallBody};
pub use call::Call;
pub use client::{ClientCore, SdkClient, VendorClient};
pub use config::ClientConfig;
pub use decode::{BulkOperation, Decode, Download, Empty, Json, Reading, Text, TypedOperation};
pub use error::{Error, ErrorKind, FieldError};
pub use operation::{
    AnswerSpec, Bulk, BulkFormat, Effect, Encoding, KeyPlace, Kind, MediaType, Method, Operation,
    Paging, Parameter, Place, Repeat, RequestBody, Scheme, Style,
};
pub use paging::{Items, PageCursor, PagedOperation, Pages};
pub use path_request::PathRequest;
pub use randomness::Randomness;
pub use retry_policy::RetryPolicy;
pub use server_url::ServerUrl;
pub use token_source::{Exchange, TokenSource};
#[cfg(feature = "file-store")]
pub use token_store::FileStore;
pub use token_store::{MemoryStore, OpenToken, SavedToken, TokenKey, TokenStore};
pub use value::{
    AnyJson, BigNumber, Date, DateTime, ExpiresIn, Patch, Secret, lenient, object, union,
};
pub use variables::Variables;
pub use vendor::{ErrorShape, Limits, ServerInfo, Vendor};
pub use wall_clock::{SystemClock, WallClock};

pub use http::{HeaderMap, StatusCode};
pub use {bytes::Bytes, reqwest, serde, serde_json, time};

/// A future behind a pointer, as traits need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

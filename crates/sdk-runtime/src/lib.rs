//! The call path, tokens and errors that every vendor client shares.
//!
//! Users of a vendor crate need little of this by name; it is re-exported there.
//! A vendor crate consists of an operation table and types, which are generated, and of its credentials, which
//! implement [`Authenticate`].
//!
//! Modules are layers: each uses only those above it in the list below.

mod auth;
mod call_path;
mod client;

mod config;

mod error;
mod json;
mod request;
mod response;
mod system;
mod table;
mod token;
mod transport;
mod value;
#[cfg(feature = "webhooks")]
mod webhook;

use std::pin::Pin;

pub use auth::authenticate::Authenticate;
pub use auth::exchange::Exchange;
pub use auth::token_rules::{RefreshRefusal, TokenRules};
pub use auth::token_source::TokenSource;
pub use client::builder::ClientBuilder;
pub use client::bulk::lines::{IntoBulk, Lines};
pub use client::bulk::request::BulkRequest;
pub use client::bulk::statuses::BulkStatuses;
pub use client::bulk::{BulkOutcome, BulkStatus};
#[cfg(feature = "call")]
pub use client::by_table::answer::{CallAnswer, CallBody};
pub use client::core::ClientCore;
pub use client::paging::PagedOperation;
pub use client::paging::cursor::PageCursor;
pub use client::paging::items::Items;
pub use client::paging::pages::Pages;
pub use client::raw_request::PathRequest;
pub use client::vendor_client::{SdkClient, VendorClient};
pub use client::wait::job_run::{Job, JobRun};
pub use client::wait::progress::JobProgress;
pub use client::wait::states::JobStates;
pub use client::wait::waiting::Waiting;
pub use client::wait::{StartOperation, WaitOperation};
pub use config::client_config::ClientConfig;
pub use config::environment::Variables;
pub use config::retry_policy::RetryPolicy;
pub use config::server_url::ServerUrl;
pub use error::Error;
pub use error::facts::FieldError;
pub use error::kind::ErrorKind;
pub use json::lenient;
#[doc(hidden)]
pub use json::object;
#[doc(hidden)]
pub use json::open_object::OpenObject;
pub use json::union;
pub use request::argument::list::texts;
pub use request::argument::{Argument, AsJson, IntoArgument};
pub use request::body::file::File;
pub use request::body::parts::{IntoParts, Parts};
pub use request::body::upload::UploadBody;
pub use request::call::Call;
pub use response::decode::download::Download;
pub use response::decode::{BulkOperation, Decode, Empty, Json, Text, TypedOperation};
pub use response::headers::HasHeaders;
pub use response::raw_response::RawResponse;
pub use response::reading::Reading;
pub use response::typed::Response;
pub use system::randomness::Randomness;
pub use system::wall_clock::{SystemClock, WallClock};
pub use table::answer::AnswerSpec;
pub use table::method::Method;
pub use table::operation::{Effect, KeyPlace, Operation, Repeat, Scheme};
pub use table::paging::{Bulk, BulkFormat, ListEnd, Paging};
pub use table::parameter::{Kind, Parameter, Place, Style};
pub use table::request_body::{Encoding, MediaType, RequestBody};
pub use table::vendor::{ErrorShape, Limits, ServerInfo, Vendor, WaitHeader, WaitUnit};
pub use table::wait::{FollowUp, StartRule, WaitRule};
#[cfg(feature = "webhooks")]
pub use table::webhook::{SignatureEncoding, Verification, WebhookFamily};
pub use token::access_token::AccessToken;
pub use token::expires_in::ExpiresIn;
#[cfg(feature = "file-store")]
pub use token::file_store::FileStore;
pub use token::fingerprint::Fingerprint;
pub use token::store::memory::MemoryStore;
pub use token::store::saved::SavedToken;
pub use token::store::{LockedToken, TokenKey, TokenStore};
pub use transport::contract::Transport;
pub use transport::failure::{TransportError, TransportErrorKind};
pub use transport::http_client;
pub use transport::request::{TransportBody, TransportRequest};
pub use transport::response::{ResponseBody, TransportResponse};
pub use value::any_json::AnyJson;
pub use value::big_number::BigNumber;
pub use value::date::{Date, DateTime};
pub use value::job_key::JobKey;
#[doc(hidden)]
pub use value::media_type::is_json as is_json_media_type;
pub use value::patch::Patch;
pub use value::secret::Secret;
#[cfg(feature = "webhooks")]
pub use webhook::error::WebhookError;
#[cfg(feature = "webhooks")]
pub use webhook::keys::WebhookKeys;
#[cfg(feature = "webhooks")]
pub use webhook::verify::{read_webhook, verify_webhook};

pub use http::{HeaderMap, StatusCode};
pub use url::Url;
pub use {bytes::Bytes, reqwest, serde, serde_json, time};

#[cfg(feature = "store-conformance")]
#[doc(inline)]
pub use token::store_conformance;

/// A future behind a pointer, as traits need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

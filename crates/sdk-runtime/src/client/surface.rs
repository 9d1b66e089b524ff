//! Re-exports for every vendor crate and the facade: all types that the signatures and
//! documentation of these crates mention.
//!
//! A vendor crate re-exports the items of this module at its root. Items that only generated code
//! needs are at the root of this crate instead. `tests/tests/surface/` checks that nothing is
//! missing.

pub use crate::auth::authenticate::Authenticate;
pub use crate::auth::exchange::Exchange;
pub use crate::auth::token_source::TokenSource;
pub use crate::client::builder::ClientBuilder;
pub use crate::client::bulk::lines::{IntoBulk, Lines};
pub use crate::client::bulk::statuses::BulkStatuses;
pub use crate::client::bulk::{BulkOutcome, BulkStatus};
#[cfg(feature = "call")]
pub use crate::client::by_table::answer::{CallAnswer, CallBody};
pub use crate::client::core::ClientCore;
pub use crate::client::paging::PagedOperation;
pub use crate::client::paging::cursor::PageCursor;
pub use crate::client::paging::items::Items;
pub use crate::client::paging::pages::Pages;
pub use crate::client::raw_request::PathRequest;
pub use crate::client::vendor_client::{SdkClient, VendorClient};
pub use crate::client::wait::job_run::{Job, JobRun};
pub use crate::client::wait::progress::JobProgress;
pub use crate::client::wait::states::JobStates;
pub use crate::client::wait::waiting::Waiting;
pub use crate::client::wait::{StartOperation, WaitOperation};
pub use crate::config::client_config::ClientConfig;
pub use crate::config::environment::Variables;
pub use crate::config::retry_policy::RetryPolicy;
pub use crate::config::server_url::ServerUrl;
pub use crate::error::Error;
pub use crate::error::facts::FieldError;
pub use crate::error::kind::ErrorKind;
pub use crate::request::argument::{Argument, AsJson, IntoArgument};
pub use crate::request::body::file::File;
pub use crate::request::body::parts::{IntoParts, Parts};
pub use crate::request::body::upload::UploadBody;
pub use crate::request::call::Call;
pub use crate::request::credential::Presented;
pub use crate::response::decode::download::Download;
pub use crate::response::decode::{BulkOperation, Decode, Empty, Json, Text, TypedOperation};
pub use crate::response::headers::HasHeaders;
pub use crate::response::raw_response::RawResponse;
pub use crate::response::reading::Reading;
pub use crate::response::typed::Response;
pub use crate::system::randomness::Randomness;
pub use crate::system::wall_clock::{SystemClock, WallClock};
pub use crate::table::method::Method;
pub use crate::table::operation::Operation;
pub use crate::table::token_rules::{RefreshRefusal, TokenRules};
pub use crate::table::vendor::Limits;
pub use crate::token::access_token::AccessToken;
pub use crate::token::expires_in::ExpiresIn;
#[cfg(feature = "file-store")]
pub use crate::token::file_store::FileStore;
pub use crate::token::fingerprint::Fingerprint;
pub use crate::token::store::memory::MemoryStore;
pub use crate::token::store::saved::SavedToken;
pub use crate::token::store::{LockedToken, TokenKey, TokenStore};
pub use crate::transport::contract::Transport;
pub use crate::transport::failure::{TransportError, TransportErrorKind};
pub use crate::transport::http_client;
pub use crate::transport::request::{TransportBody, TransportRequest};
pub use crate::transport::response::{ResponseBody, TransportResponse};
pub use crate::value::any_json::AnyJson;
pub use crate::value::big_number::BigNumber;
pub use crate::value::date::{Date, DateTime};
pub use crate::value::exact_number::ExactNumber;
pub use crate::value::job_key::JobKey;
pub use crate::value::missing_property::MissingProperty;
pub use crate::value::patch::Patch;
pub use crate::value::secret::Secret;
#[cfg(feature = "webhooks")]
pub use crate::webhook::error::WebhookError;
#[cfg(feature = "webhooks")]
pub use crate::webhook::keys::WebhookKeys;
#[cfg(feature = "webhooks")]
pub use crate::webhook::verify::{read_webhook, verify_webhook};
pub use http::{HeaderMap, StatusCode};
pub use url::Url;
pub use {bytes::Bytes, serde_json, time};

pub use crate::BoxFuture;

/// Types of a vendor's static description: operations, parameters, responses, lists and jobs.
///
/// [`Operation`] and `VENDOR` consist of values of these types. A program that lists operations
/// reads these values, but never creates them.
pub mod operation_table {
    pub use crate::table::answer::AnswerSpec;
    pub use crate::table::method::Method;
    pub use crate::table::operation::{
        Effect, KeyPlace, Operation, OperationServer, Repeat, Scheme,
    };
    pub use crate::table::paging::{Bulk, BulkFormat, ListEnd, Paging};
    pub use crate::table::parameter::{Kind, Parameter, Place, Style};
    pub use crate::table::request_body::{Encoding, MediaType, RequestBody};
    pub use crate::table::vendor::{ErrorShape, Limits, ServerInfo, Vendor, WaitHeader, WaitUnit};
    pub use crate::table::wait::{FollowUp, StartRule, WaitRule};
    #[cfg(feature = "webhooks")]
    pub use crate::table::webhook::{SignatureEncoding, Verification, WebhookFamily};
}

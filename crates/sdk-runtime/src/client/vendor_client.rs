//! The traits that the clients of all vendors share.

use std::any::Any;

use crate::BoxFuture;
use crate::auth::authenticate::Authenticate;
#[cfg(feature = "call")]
use crate::client::by_table::{self, answer::CallAnswer};
use crate::client::core::ClientCore;
use crate::config::server_url::ServerUrl;
use crate::error::Error;
use crate::table::operation::Operation;
use crate::table::vendor::Vendor;
use crate::token::access_token::AccessToken;

/// The client of any vendor.
///
/// [`downcast_ref`](#method.downcast_ref) returns the vendor's own client.
pub trait VendorClient: Any + Send + Sync {
    /// The vendor's machine name.
    fn name(&self) -> &'static str;

    /// Base URL of all paths.
    fn base_url(&self) -> &str;

    /// A valid access token: the current one, or a new one.
    ///
    /// Fails if the exchange fails, or if this kind of credentials gets no token.
    fn access_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>>;

    /// Obtains a new access token, or joins the in-flight exchange.
    fn renew_access_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>>;

    /// Core of the client.
    #[doc(hidden)]
    fn client_core(&self) -> &ClientCore;

    /// All operations of the vendor, whatever features are enabled.
    fn operations(&self) -> &'static [&'static Operation] {
        self.client_core().vendor().operations
    }

    /// Runs any operation by its id, with its arguments as a JSON object.
    ///
    /// Parameters are keyed by their names in the document, the body by `body`; `query.id` or
    /// `path.id` distinguishes parameters of the same name. `content_type` selects the media type.
    /// A file, as a part of a multipart body or as the whole body, is an object with `path`,
    /// `base64` or `text`, and optionally `name` and `media_type`; arguments can therefore read
    /// any file that the program can. An NDJSON body is a list.
    ///
    /// # Errors
    ///
    /// As for the operation itself; and if the operation is unknown, or an argument is missing,
    /// unknown or of the wrong type, in which case nothing is sent.
    #[cfg(feature = "call")]
    fn call(
        &self,
        operation: &str,
        arguments: serde_json::Value,
    ) -> BoxFuture<'_, Result<CallAnswer, Error>> {
        by_table::call(self.client_core(), operation, arguments)
    }

    /// Runs an operation like [`call`](Self::call), and waits for the job that it starts or reads.
    ///
    /// For an operation that starts a job, the answer is the job's result; for one that reads a
    /// job, its last state.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call); [`Error::is_job_failed`] if the job failed; and if the
    /// operation neither starts nor reads a job, in which case nothing is sent.
    #[cfg(feature = "call")]
    fn call_and_wait(
        &self,
        operation: &str,
        arguments: serde_json::Value,
    ) -> BoxFuture<'_, Result<CallAnswer, Error>> {
        by_table::call_and_wait(self.client_core(), operation, arguments)
    }
}

impl dyn VendorClient {
    /// The vendor's own client, with the same token cache; `None` if this is the client of another
    /// vendor.
    ///
    /// For an owned client, convert the `Arc<dyn VendorClient>` to an `Arc<dyn Any + Send + Sync>`
    /// and downcast that.
    pub fn downcast_ref<C: VendorClient>(&self) -> Option<&C> {
        (self as &dyn Any).downcast_ref()
    }
}

/// The client of one vendor, as [`vendor_client!`](crate::vendor_client) defines it.
pub trait SdkClient: Clone + Send + Sync + 'static {
    /// The vendor's credentials.
    type Credentials: Authenticate;
    /// The vendor's named servers; the default one applies if no URL is given.
    type Server: Into<ServerUrl> + Default;
    /// The vendor.
    const VENDOR: &'static Vendor;
    /// The OpenAPI document from which the client was made, as JSON.
    const OPENAPI: &'static str;

    /// Wraps a core created by the builder.
    fn from_core(core: ClientCore) -> Self;

    /// The wrapped client.
    fn core(&self) -> &ClientCore;
}

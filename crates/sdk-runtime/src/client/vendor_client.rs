//! The traits that the clients of all vendors implement.

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
    /// Returns the vendor's machine name.
    fn name(&self) -> &'static str;

    /// Returns the client's base URL. Operations with their own server use a different URL.
    fn base_url(&self) -> &str;

    /// Returns a valid access token: the current one, or a new one.
    ///
    /// Returns an error if no token can be obtained, for example because the exchange fails, or
    /// because the client has no credentials that can provide one.
    fn access_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>>;

    /// Obtains a new access token, or joins the in-flight exchange.
    ///
    /// Returns the same errors as [`access_token`](Self::access_token).
    fn renew_access_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>>;

    /// Returns the core of the client.
    #[doc(hidden)]
    fn client_core(&self) -> &ClientCore;

    /// Returns all operations of the vendor, regardless of which features are enabled.
    fn operations(&self) -> &'static [&'static Operation] {
        self.client_core().vendor().operations
    }

    /// Runs any operation by its id, with its arguments as a JSON object. The vendor's own id for
    /// the operation also works.
    ///
    /// The key of each parameter is its name in the OpenAPI document, and the key of the body is
    /// `body`. To distinguish parameters with the same name, add their location, as in `query.id`
    /// and `path.id`. The key `content_type` selects the media type of the body.
    ///
    /// A file is an object with `path`, `base64` or `text`, and optionally `name` and `media_type`.
    /// It can be a part of a multipart body, or the whole body. With `path`, arguments can refer to
    /// any file that the program can read. For an NDJSON body, pass a list.
    ///
    /// # Errors
    ///
    /// Returns the errors of the operation itself. Also returns an error if the operation is
    /// unknown, or if an argument is missing, unknown or of the wrong type. In these cases, nothing
    /// is sent.
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
    /// For an operation that starts a job, the returned response contains the result of the job.
    /// For an operation that reads a job, it contains the job's last state.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`call`](Self::call). If the job failed, [`Error::is_job_failed`] is
    /// true. If the job has not finished by the deadline, [`Error::is_timeout`] is true. Also
    /// returns an error if the operation neither starts nor reads a job. In this case, nothing is
    /// sent.
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
    /// Returns the vendor's own client, with the same token cache.
    ///
    /// Returns `None` if this is the client of another vendor.
    ///
    /// For an owned client, convert the `Arc<dyn VendorClient>` to an `Arc<dyn Any + Send + Sync>`
    /// and downcast that.
    pub fn downcast_ref<C: VendorClient>(&self) -> Option<&C> {
        (self as &dyn Any).downcast_ref()
    }
}

/// The client of one vendor, as defined by [`vendor_client!`](crate::vendor_client).
pub trait SdkClient: Clone + Send + Sync + 'static {
    /// The vendor's credentials.
    type Credentials: Authenticate;
    /// The vendor's named servers. The default server applies if neither a server nor a base URL is
    /// set.
    type Server: Into<ServerUrl> + Default;
    /// Static description of the vendor.
    const VENDOR: &'static Vendor;
    /// The OpenAPI document from which the client was generated, as JSON.
    const OPENAPI: &'static str;

    /// Wraps a core created by the builder.
    fn from_core(core: ClientCore) -> Self;

    /// Returns the wrapped core.
    fn core(&self) -> &ClientCore;
}

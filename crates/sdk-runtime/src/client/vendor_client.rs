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
/// [`downcast_ref`](#method.downcast_ref) gives the vendor's own client back.
pub trait VendorClient: Any + Send + Sync {
    /// The vendor's machine name.
    fn name(&self) -> &'static str;

    /// The URL that paths are added to.
    fn base_url(&self) -> &str;

    /// An access token that is valid now: the one at hand, or a new one.
    ///
    /// Fails if the exchange does, or if the credentials are of a kind that gets no token.
    fn access_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>>;

    /// Gets a new access token, or joins the exchange that is under way.
    fn renew_access_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>>;

    /// The inside of the client.
    #[doc(hidden)]
    fn client_core(&self) -> &ClientCore;

    /// Every operation of the vendor, whatever features are on.
    fn operations(&self) -> &'static [&'static Operation] {
        self.client_core().vendor().operations
    }

    /// Runs any operation by its id, with its arguments as an object of JSON.
    ///
    /// Parameters go by their names on the wire, the body as `body`; where one name is in two places, `query.id`
    /// or `path.id` says which. `content_type` chooses among media types. A file, as a part of a multipart body or
    /// as the whole body, is an object with `path`, `base64` or `text`, and maybe `name` and `media_type`: whoever
    /// writes the arguments can read any file that the program can. A body of lines is a list.
    ///
    /// # Errors
    /// As the operation itself; and if the operation is unknown, or an argument is missing, unknown or of the wrong
    /// type, in which case nothing is sent.
    #[cfg(feature = "call")]
    fn call(
        &self,
        operation: &str,
        arguments: serde_json::Value,
    ) -> BoxFuture<'_, Result<CallAnswer, Error>> {
        by_table::call(self.client_core(), operation, arguments)
    }

    /// Runs an operation as [`call`](Self::call) does, and waits for the job that it starts or reads.
    ///
    /// For an operation that starts a job, the answer is the result of the job; for one that reads a job, its last state.
    ///
    /// # Errors
    /// As [`call`](Self::call); [`Error::is_job_failed`] if the job failed; and if the operation neither starts nor reads a
    /// job, in which case nothing is sent.
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
    /// The vendor's own client, with the same token cache; `None` if this is the client of another vendor.
    ///
    /// For an owned one, turn the `Arc<dyn VendorClient>` into an `Arc<dyn Any + Send + Sync>` and downcast that.
    pub fn downcast_ref<C: VendorClient>(&self) -> Option<&C> {
        (self as &dyn Any).downcast_ref()
    }
}

/// The client of one vendor, as [`vendor_client!`](crate::vendor_client) makes it.
pub trait SdkClient: Clone + Send + Sync + 'static {
    /// The vendor's credentials.
    type Credentials: Authenticate;
    /// The vendor's named servers; the default one is used when no URL is given.
    type Server: Into<ServerUrl> + Default;
    /// The vendor.
    const VENDOR: &'static Vendor;
    /// The OpenAPI document from which the client was made, as JSON.
    const OPENAPI: &'static str;

    /// Wraps what the builder made.
    fn from_core(core: ClientCore) -> Self;

    /// The wrapped client.
    fn core(&self) -> &ClientCore;
}

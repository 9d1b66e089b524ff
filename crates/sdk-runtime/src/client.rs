//! What every vendor's client is made of, and the trait that all of them share.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::authenticate::{Authenticate, Credentials};
use crate::token::TokenCache;
use crate::wire::Wire;
use crate::{
    AccessToken, BoxFuture, Call, Decode, Error, ErrorKind, Operation, RawResponse, Reading,
    Response, ServerUrl, TokenSource, TokenStore, TypedOperation, Vendor, execute,
};

/// What can be done with the client of any vendor.
///
/// To have the vendor's own client back, turn an `Arc<dyn VendorClient>` into an `Arc<dyn Any + Send + Sync>` and
/// downcast it; it keeps its token cache.
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
    ) -> BoxFuture<'_, Result<crate::CallAnswer, Error>> {
        crate::by_table::call(self.client_core(), operation, arguments)
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

    /// Wraps what the builder made.
    fn from_core(core: ClientCore) -> Self;

    /// What is wrapped.
    fn core(&self) -> &ClientCore;
}

/// The inside of a client. Clones share connections and the token cache.
#[derive(Clone)]
pub struct ClientCore(Arc<Inner>);

struct Inner {
    wire: Arc<Wire>,
    credentials: Option<Arc<dyn Credentials>>,
    tokens: Option<TokenCache>,
}

/// What a client is made from.
pub(crate) struct Parts {
    pub(crate) wire: Arc<Wire>,
    pub(crate) credentials: Option<Arc<dyn Credentials>>,
    pub(crate) token_source: Option<Arc<dyn TokenSource>>,
    pub(crate) token_store: Option<Arc<dyn TokenStore>>,
}

impl ClientCore {
    pub(crate) fn new(parts: Parts) -> Self {
        let own = parts
            .credentials
            .as_ref()
            .filter(|credentials| credentials.takes_token());
        let source = parts
            .token_source
            .or_else(|| own.map(|own| Arc::clone(own) as Arc<dyn TokenSource>));
        let tokens = source
            .map(|source| TokenCache::new(source, Arc::clone(&parts.wire), parts.token_store));
        Self(Arc::new(Inner {
            wire: parts.wire,
            credentials: parts.credentials,
            tokens,
        }))
    }

    /// The vendor.
    pub fn vendor(&self) -> &'static Vendor {
        self.0.wire.vendor
    }

    /// The URL that paths are added to.
    pub fn base_url(&self) -> &str {
        self.0.wire.base_url.as_str()
    }

    /// See [`VendorClient::access_token`].
    pub fn access_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async { Ok(self.tokens()?.current().await?.token().clone()) })
    }

    /// See [`VendorClient::renew_access_token`].
    pub fn renew_access_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async { Ok(self.tokens()?.renew_now().await?.token().clone()) })
    }

    /// Sends a call and reads its answer as the operation promises.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn send<Op: TypedOperation>(
        &self,
        call: Call,
    ) -> impl Future<Output = Result<Response<<Op::Answer as Decode>::Output>, Error>> + Send + use<'_, Op>
    {
        let answer = self.call(call, Op::Answer::READING);
        async move {
            let mut raw = answer.await?;
            let value = Op::Answer::decode(&mut raw)?;
            Ok(Response::new(value, raw))
        }
    }

    /// Sends a call. This is the one way by which a client sends anything.
    ///
    /// # Errors
    /// If nothing came back; and, unless the answer is to be untouched, if it is an error.
    pub fn call(
        &self,
        mut call: Call,
        reading: Reading,
    ) -> BoxFuture<'_, Result<RawResponse, Error>> {
        if reading == Reading::Untouched && !call.has_body() {
            call.no_body();
        }
        if call.operation().token
            && let Some(credentials) = &self.0.credentials
        {
            credentials.complete(&mut call);
        }
        Box::pin(execute::execute(self, call, reading))
    }

    pub(crate) fn wire(&self) -> &Wire {
        &self.0.wire
    }

    pub(crate) fn credentials(&self) -> Option<&dyn Credentials> {
        self.0.credentials.as_deref()
    }

    /// The token cache, if these credentials get tokens.
    pub(crate) fn tokens(&self) -> Result<&TokenCache, Error> {
        self.0.tokens.as_ref().ok_or_else(|| {
            let why = match &self.0.credentials {
                Some(_) => "the credentials given are a key, which gets no access token; give others with .credentials(…)",
                None => "the client has no credentials; give some with .credentials(…)",
            };
            Error::new(ErrorKind::Credentials, format!("{}: {why}", self.vendor().name))
        })
    }
}

impl fmt::Debug for ClientCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("vendor", &self.vendor().name)
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}

//! Core of every vendor's client.

use std::fmt;
use std::sync::Arc;

use crate::BoxFuture;
use crate::auth::authenticate::Credentials;
use crate::auth::token_cache::TokenCache;
use crate::auth::token_source::TokenSource;
use crate::call_path;
use crate::call_path::context::CallContext;
use crate::call_path::token_provider::{CurrentToken, TokenProvider};
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::request::call::Call;
use crate::request::credential::Presented;
use crate::response::decode::{Decode, TypedOperation};
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::response::typed::Response;
use crate::table::operation::Scheme;
use crate::table::vendor::Vendor;
use crate::token::access_token::AccessToken;
use crate::token::cached_token::CachedToken;
use crate::token::store::TokenStore;

/// Core of a client. Clones share connections and the token cache.
#[derive(Clone)]
pub struct ClientCore(Arc<Inner>);

struct Inner {
    context: Arc<CallContext>,
    credentials: Option<Arc<dyn Credentials>>,
    tokens: Option<TokenCache>,
}

/// Parts from which a client is built.
pub(crate) struct Parts {
    pub(crate) context: Arc<CallContext>,
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
            .map(|source| TokenCache::new(source, Arc::clone(&parts.context), parts.token_store));
        Self(Arc::new(Inner {
            context: parts.context,
            credentials: parts.credentials,
            tokens,
        }))
    }

    /// Returns the vendor.
    pub fn vendor(&self) -> &'static Vendor {
        self.0.context.vendor
    }

    /// Returns the client's base URL. Operations with their own server use a different URL.
    pub fn base_url(&self) -> &str {
        self.0.context.base_url.as_str()
    }

    /// See [`VendorClient::access_token`](crate::VendorClient::access_token).
    pub fn access_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async {
            let token = match self.tokens()?.current() {
                CurrentToken::Ready(token) => token,
                CurrentToken::Pending(token) => token.await?,
            };
            Ok(token.token().clone())
        })
    }

    /// See [`VendorClient::renew_access_token`](crate::VendorClient::renew_access_token).
    pub fn renew_access_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async { Ok(self.tokens()?.renew_now().await?.token().clone()) })
    }

    /// Sends a call and decodes its response as documented for the operation.
    ///
    /// # Errors
    ///
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

    /// Sends a call. Clients send everything except token exchanges through this method.
    ///
    /// # Errors
    ///
    /// Returns an error if no response arrived. Unless the caller requested the raw response, also
    /// returns an error if the response is an error.
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
        Box::pin(call_path::execute(&self.0.context, self, call, reading))
    }

    pub(crate) fn context(&self) -> &CallContext {
        &self.0.context
    }

    /// Returns the token cache, or an error if the client can't obtain tokens.
    fn tokens(&self) -> Result<&TokenCache, Error> {
        self.0.tokens.as_ref().ok_or_else(|| {
            let why = match &self.0.credentials {
                Some(_) => {
                    "these credentials cannot be exchanged for an access token; set other credentials with .credentials(…)"
                }
                None => "the client has no credentials; set them with .credentials(…)",
            };
            Error::new(
                ErrorKind::Credentials,
                format!("{}: {why}", self.vendor().name),
            )
        })
    }
}

impl TokenProvider for ClientCore {
    fn presents(&self, scheme: &Scheme) -> Option<Presented> {
        // All tokens come from the client's cache, regardless of their source.
        if *scheme == Scheme::Bearer {
            return self.0.tokens.as_ref().map(|_| Presented::Token);
        }
        self.0.credentials.as_ref()?.presents(scheme)
    }

    fn current(&self) -> Result<CurrentToken<'_>, Error> {
        Ok(self.tokens()?.current())
    }

    fn is_worth_renewing(&self, rejected: &CachedToken, operation: &'static str) -> bool {
        self.tokens()
            .is_ok_and(|tokens| tokens.is_worth_renewing(rejected, operation))
    }

    fn forget(&self, rejected: &CachedToken) {
        if let Ok(tokens) = self.tokens() {
            tokens.forget(rejected);
        }
    }

    fn renew<'a>(
        &'a self,
        rejected: &'a CachedToken,
    ) -> BoxFuture<'a, Result<Arc<CachedToken>, Error>> {
        Box::pin(async move { self.tokens()?.renew(rejected).await })
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

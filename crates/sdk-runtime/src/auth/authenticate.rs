//! Capabilities of a vendor's credentials.

use std::fmt::Debug;

use crate::auth::token_source::TokenSource;
use crate::config::environment::Variables;
use crate::error::Error;
use crate::request::call::Call;
use crate::request::credential::Presented;
use crate::table::operation::Scheme;
use crate::table::vendor::Vendor;
use crate::value::secret::Secret;

/// Describes a vendor's credentials: how a client obtains and sends them.
///
/// Each vendor crate has one implementation, `Credentials`, which is generated from the vendor's
/// OpenAPI document.
pub trait Authenticate: TokenSource + Debug + Sized + 'static {
    /// Vendor that the credentials belong to.
    const VENDOR: &'static Vendor;

    /// Names of all environment variables from which the client reads credentials or parts of the
    /// base URL, in addition to `<VENDOR>_BASE_URL`.
    const VARIABLES: &'static [&'static str];

    /// Reads the credentials from environment variables.
    ///
    /// # Errors
    ///
    /// Returns an error if the credentials are incomplete. The error message lists the variables to
    /// set and the builder method to call. See [`Variables::require`].
    fn from_variables(variables: &Variables) -> Result<Self, Error>;

    /// Adds the missing credentials to a call to a token operation.
    ///
    /// For example, the credentials can belong in the body or in basic authentication: see
    /// [`Call::has_body`] and [`Call::has_basic_auth`]. By default, this method does nothing.
    fn complete(&self, call: &mut Call) {
        let _ = call;
    }

    /// Returns the API key, for operations that accept one.
    ///
    /// The default implementation returns `None`.
    fn api_key(&self) -> Option<&Secret> {
        None
    }

    /// Returns the credential for a security scheme.
    ///
    /// The default implementation returns the API key for key schemes, an access token for the
    /// bearer scheme if [`takes_token`](Self::takes_token) returns true, and `None` otherwise.
    ///
    /// The client treats every bearer token as an access token, even one that doesn't need an
    /// exchange.
    fn presents(&self, scheme: &Scheme) -> Option<Presented> {
        match scheme {
            Scheme::ApiKey { .. } | Scheme::QueryKey { .. } => {
                let key = self.api_key().cloned();
                key.map(|text| Presented::Key {
                    text,
                    secrets: Vec::new(),
                })
            }
            Scheme::Bearer => self.takes_token().then_some(Presented::Token),
            Scheme::Basic | Scheme::All(_) => None,
        }
    }

    /// Returns whether these credentials can provide an access token. An API key can't.
    ///
    /// The default implementation returns true.
    fn takes_token(&self) -> bool {
        true
    }
}

/// Object-safe part of [`Authenticate`].
pub(crate) trait Credentials: TokenSource {
    fn complete(&self, call: &mut Call);
    fn presents(&self, scheme: &Scheme) -> Option<Presented>;
    fn takes_token(&self) -> bool;
}

impl<T: Authenticate> Credentials for T {
    fn complete(&self, call: &mut Call) {
        Authenticate::complete(self, call);
    }

    fn presents(&self, scheme: &Scheme) -> Option<Presented> {
        Authenticate::presents(self, scheme)
    }

    fn takes_token(&self) -> bool {
        Authenticate::takes_token(self)
    }
}

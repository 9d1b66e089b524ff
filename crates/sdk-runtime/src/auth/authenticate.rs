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

/// A vendor's credentials: where they come from, and how they are used.
///
/// Each vendor crate has one implementation, `Credentials`, which is generated from the vendor's
/// description.
pub trait Authenticate: TokenSource + Debug + Sized + 'static {
    /// The vendor.
    const VENDOR: &'static Vendor;

    /// Names of all environment variables that credentials or base URL can come from, besides
    /// `<VENDOR>_BASE_URL`.
    const VARIABLES: &'static [&'static str];

    /// Reads the credentials from environment variables.
    ///
    /// # Errors
    ///
    /// Names the missing variables and the builder's method: see [`Variables::require`].
    fn from_variables(variables: &Variables) -> Result<Self, Error>;

    /// Fills in the body or the basic authentication of a directly called token operation if the
    /// caller gave none; see [`Call::has_body`] and [`Call::has_basic_auth`].
    fn complete(&self, call: &mut Call) {
        let _ = call;
    }

    /// API key for operations that accept one.
    fn api_key(&self) -> Option<&Secret> {
        None
    }

    /// Credential for a security scheme. Default: the API key, and tokens for bearer schemes.
    ///
    /// A bearer token that needs no exchange also counts as a token.
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

    /// Whether these credentials obtain access tokens; an API key does not.
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

//! What a vendor's credentials can do.

use std::fmt::Debug;

use crate::auth::token_source::TokenSource;
use crate::config::environment::Variables;
use crate::error::Error;
use crate::request::call::Call;
use crate::request::credential::Presented;
use crate::table::operation::Scheme;
use crate::table::vendor::Vendor;
use crate::value::secret::Secret;

/// The credentials of a vendor: how they are found, and how they are used.
///
/// Each vendor crate has one type of it, `Credentials`, which is generated from the vendor's description.
pub trait Authenticate: TokenSource + Debug + Sized + 'static {
    /// The vendor.
    const VENDOR: &'static Vendor;

    /// The names of all variables that credentials or base URL can come from, besides `<VENDOR>_BASE_URL`.
    const VARIABLES: &'static [&'static str];

    /// Takes the credentials from variables.
    ///
    /// # Errors
    /// Names the variables that are missing and the builder's method: see [`Variables::require`].
    fn from_variables(variables: &Variables) -> Result<Self, Error>;

    /// Fills in the body or the basic authentication of a token operation that
    /// the caller calls directly and gave none; ask [`Call::has_body`] and [`Call::has_basic_auth`].
    fn complete(&self, call: &mut Call) {
        let _ = call;
    }

    /// The key for operations that take one.
    fn api_key(&self) -> Option<&Secret> {
        None
    }

    /// What these credentials have for a security scheme. Default: the API key, and tokens for bearer schemes.
    ///
    /// A bearer token that is not exchanged counts as a token too.
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

    /// Whether these credentials get access tokens; an API key does not.
    fn takes_token(&self) -> bool {
        true
    }
}

/// [`Authenticate`] without what belongs to the type, so that it can be kept behind a pointer.
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

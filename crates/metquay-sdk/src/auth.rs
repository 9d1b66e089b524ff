//! Metquay's credentials: a key pair in the body, exchanged for a token that lives 15 minutes.

use std::time::Duration;

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Call, Error, Exchange, Fingerprint, Secret, TokenRules,
    TokenSource, TypedOperation, Variables, Vendor,
};

use crate::VENDOR;
use crate::authenticate::{GetAccessToken, TokenRequest};

/// The lifetime of an access token whose answer names none.
const LIFETIME: Duration = Duration::from_secs(900);

/// The key pair of a Metquay API client.
#[derive(Clone, Debug)]
pub struct Credentials {
    access_key: Secret,
    secret_key: Secret,
}

impl Credentials {
    /// Takes the access key and the secret key, as Metquay shows them for an API client.
    pub fn new(access_key: impl Into<Secret>, secret_key: impl Into<Secret>) -> Self {
        Self {
            access_key: access_key.into(),
            secret_key: secret_key.into(),
        }
    }
}

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async move {
            let mut call = Call::new(GetAccessToken::OPERATION);
            self.complete(&mut call);
            exchange.token(call).await
        })
    }

    fn rules(&self) -> TokenRules {
        TokenRules {
            default_lifetime: Some(LIFETIME),
            ..TokenRules::DEFAULT
        }
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        let fields = [("access_key", Some(self.access_key.expose()))];
        Some(Fingerprint::of(&self.secret_key, &fields))
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &VENDOR;
    const VARIABLES: &'static [&'static str] =
        &["METQUAY_ACCESS_KEY", "METQUAY_SECRET_KEY", "METQUAY_HOST"];

    fn from_variables(variables: &Variables) -> Result<Self, Error> {
        let builder = "credentials(Credentials::new(access_key, secret_key))";
        Ok(Self {
            access_key: variables.require(&VENDOR, &["METQUAY_ACCESS_KEY"], builder)?,
            secret_key: variables.require(&VENDOR, &["METQUAY_SECRET_KEY"], builder)?,
        })
    }

    fn complete(&self, call: &mut Call) {
        if call.operation().id == GetAccessToken::OPERATION.id && !call.has_body() {
            call.json_body(&TokenRequest::new(
                self.access_key.clone(),
                self.secret_key.clone(),
            ));
        }
    }
}

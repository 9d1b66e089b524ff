//! 1Shot's credentials: an API key and secret in the body, exchanged for a token that usually lives an hour.

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Call, Error, Exchange, Fingerprint, Secret, TokenSource,
    TypedOperation, Variables, Vendor,
};

use crate::VENDOR;
use crate::authentication::{GetAccessToken, TokenRequest};

/// An API key and its secret, as the 1Shot dashboard shows them.
#[derive(Clone, Debug)]
pub struct Credentials {
    api_key: Secret,
    api_secret: Secret,
}

impl Credentials {
    /// Takes the API key (the client id of OAuth 2.0) and its secret.
    pub fn new(api_key: impl Into<Secret>, api_secret: impl Into<Secret>) -> Self {
        Self {
            api_key: api_key.into(),
            api_secret: api_secret.into(),
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

    fn fingerprint(&self) -> Option<Fingerprint> {
        let fields = [("api_key", Some(self.api_key.expose()))];
        Some(Fingerprint::of(&self.api_secret, &fields))
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &VENDOR;
    const VARIABLES: &'static [&'static str] = &[
        "ONESHOT_API_KEY",
        "ONESHOT_API_SECRET",
        "ONESHOT_CLIENT_ID",
        "ONESHOT_CLIENT_SECRET",
    ];

    fn from_variables(variables: &Variables) -> Result<Self, Error> {
        let builder = "credentials(Credentials::new(api_key, api_secret))";
        Ok(Self {
            api_key: variables.require(
                &VENDOR,
                &["ONESHOT_API_KEY", "ONESHOT_CLIENT_ID"],
                builder,
            )?,
            api_secret: variables.require(
                &VENDOR,
                &["ONESHOT_API_SECRET", "ONESHOT_CLIENT_SECRET"],
                builder,
            )?,
        })
    }

    fn complete(&self, call: &mut Call) {
        if call.operation().id == GetAccessToken::OPERATION.id && !call.has_body() {
            call.json_body(&TokenRequest {
                grant_type: Some("client_credentials".to_owned()),
                client_id: Some(self.api_key.clone()),
                client_secret: Some(self.api_secret.clone()),
            });
        }
    }
}

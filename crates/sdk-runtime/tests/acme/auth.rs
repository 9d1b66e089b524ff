//! Counterpart of `src/auth.rs` in a vendor crate with hand-written credentials.

use super::generated::auth::{GetAccessToken, TokenRequest};
use super::generated::vendor::VENDOR;
use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Call, Error, Exchange, Fingerprint, Secret, TokenSource,
    TypedOperation, Variables, Vendor,
};

/// A client id and secret, or an API key.
#[derive(Debug, Clone)]
pub struct Credentials(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Client { id: String, secret: Secret },
    Key(Secret),
}

impl Credentials {
    pub fn new(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self(Kind::Client {
            id: id.into(),
            secret: secret.into(),
        })
    }

    pub fn api_key(key: impl Into<Secret>) -> Self {
        Self(Kind::Key(key.into()))
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &VENDOR;
    const VARIABLES: &'static [&'static str] =
        &["ACME_API_KEY", "ACME_CLIENT_ID", "ACME_CLIENT_SECRET"];

    fn from_variables(variables: &Variables) -> Result<Self, Error> {
        if let Some(key) = variables.secret("ACME_API_KEY") {
            return Ok(Self::api_key(key));
        }
        let builder = "credentials(Credentials::new(id, secret))";
        let id = variables.require(&VENDOR, &["ACME_CLIENT_ID", "ACME_API_KEY"], builder)?;
        let secret = variables.require(&VENDOR, &["ACME_CLIENT_SECRET"], builder)?;
        Ok(Self::new(id.expose(), secret))
    }

    fn complete(&self, call: &mut Call) {
        let Kind::Client { id, secret } = &self.0 else {
            return;
        };
        if !call.has_basic_auth() {
            call.basic_auth(id, secret);
        }
        if !call.has_body() {
            call.json_body(&TokenRequest {
                grant_type: "client_credentials".to_owned(),
                refresh_token: None,
            });
        }
    }

    fn api_key(&self) -> Option<&Secret> {
        match &self.0 {
            Kind::Key(key) => Some(key),
            Kind::Client { .. } => None,
        }
    }

    fn takes_token(&self) -> bool {
        matches!(self.0, Kind::Client { .. })
    }
}

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async move {
            let mut call = Call::new(GetAccessToken::OPERATION);
            if let Some(refresh_token) = exchange.refresh_token() {
                call.json_body(&TokenRequest {
                    grant_type: "refresh_token".to_owned(),
                    refresh_token: Some(refresh_token.clone()),
                });
            }
            self.complete(&mut call);
            exchange.token(call).await
        })
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        match &self.0 {
            Kind::Client { id, secret } => Some(Fingerprint::of(secret, &[("id", Some(id))])),
            Kind::Key(_) => None,
        }
    }
}

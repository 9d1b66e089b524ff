//! MotaWord's credentials: a client id and secret by HTTP Basic, exchanged for a token and, maybe, a refresh token.

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Call, Error, Exchange, Fingerprint, Secret, TokenSource,
    TypedOperation, Variables, Vendor,
};

use crate::VENDOR;
use crate::auth::{GetAccessToken, GrantType, TokenRequest};

/// A client id and secret of MotaWord, and the scope to ask for.
#[derive(Clone, Debug)]
pub struct Credentials {
    client_id: String,
    client_secret: Secret,
    scope: Option<String>,
}

impl Credentials {
    /// Takes the client id and secret of an API application.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            scope: None,
        }
    }

    /// Asks for a scope: `default`, or `privileged` for the calls on other users' accounts.
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }
}

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async move {
            let mut call = Call::new(GetAccessToken::OPERATION);
            if let Some(token) = exchange.refresh_token() {
                call.json_body(&TokenRequest {
                    refresh_token: Some(token.clone()),
                    scope: self.scope.clone(),
                    ..TokenRequest::new(GrantType::RefreshToken)
                });
            }
            self.complete(&mut call);
            exchange.token(call).await
        })
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        let fields = [
            ("client_id", Some(self.client_id.as_str())),
            ("scope", self.scope.as_deref()),
        ];
        Some(Fingerprint::of(&self.client_secret, &fields))
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &VENDOR;
    const VARIABLES: &'static [&'static str] = &[
        "MOTAWORD_CLIENT_ID",
        "MOTAWORD_CLIENT_SECRET",
        "MOTAWORD_SCOPE",
    ];

    fn from_variables(variables: &Variables) -> Result<Self, Error> {
        let builder = "credentials(Credentials::new(client_id, client_secret))";
        let id = variables.require(&VENDOR, &["MOTAWORD_CLIENT_ID"], builder)?;
        let secret = variables.require(&VENDOR, &["MOTAWORD_CLIENT_SECRET"], builder)?;
        Ok(Self {
            scope: variables.get("MOTAWORD_SCOPE"),
            ..Self::new(id.expose(), secret)
        })
    }

    fn complete(&self, call: &mut Call) {
        if call.operation().id != GetAccessToken::OPERATION.id {
            return;
        }
        if !call.has_body() {
            call.json_body(&TokenRequest {
                scope: self.scope.clone(),
                ..TokenRequest::new(GrantType::ClientCredentials)
            });
        }
        if !call.has_basic_auth() {
            call.basic_auth(&self.client_id, self.client_secret.clone());
        }
    }
}

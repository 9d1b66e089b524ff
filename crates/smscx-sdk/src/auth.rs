//! SMSCX's credentials: an application for bearer tokens, or an API key that is sent as it is.

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Call, Error, Exchange, Fingerprint, Secret, TokenSource,
    TypedOperation, Variables, Vendor,
};

use crate::VENDOR;
use crate::oauth::{GetAccessToken, TokenRequest};

/// How to identify to SMSCX: as an application, whose id and secret are exchanged for tokens, or by an API key.
#[derive(Clone, Debug)]
pub struct Credentials(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Application {
        id: String,
        secret: Secret,
        scope: Option<String>,
    },
    ApiKey(Secret),
}

impl Credentials {
    /// Takes an application's id and secret, with every scope that it has.
    pub fn application(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self(Kind::Application {
            id: id.into(),
            secret: secret.into(),
            scope: None,
        })
    }

    /// Takes an API key: no token is fetched, the key goes with every call in `X-API-KEY`.
    pub fn api_key(key: impl Into<Secret>) -> Self {
        Self(Kind::ApiKey(key.into()))
    }

    /// Asks for these scopes alone: a list with spaces, case-sensitive. An API key has no scopes and stays as it is.
    pub fn with_scope(mut self, scopes: impl Into<String>) -> Self {
        if let Kind::Application { scope, .. } = &mut self.0 {
            *scope = Some(scopes.into());
        }
        self
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
        match &self.0 {
            Kind::Application { id, secret, scope } => {
                let fields = [
                    ("application_id", Some(id.as_str())),
                    ("scope", scope.as_deref()),
                ];
                Some(Fingerprint::of(secret, &fields))
            }
            Kind::ApiKey(_) => None,
        }
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &VENDOR;
    const VARIABLES: &'static [&'static str] = &[
        "SMSCX_API_KEY",
        "SMSCX_APPLICATION_ID",
        "SMSCX_APPLICATION_SECRET",
        "SMSCX_SCOPE",
    ];

    fn from_variables(variables: &Variables) -> Result<Self, Error> {
        if let Some(key) = variables.secret("SMSCX_API_KEY") {
            return Ok(Self::api_key(key));
        }
        let builder = "credentials(Credentials::api_key(key)) or .credentials(Credentials::application(id, secret))";
        let id = variables.require(&VENDOR, &["SMSCX_APPLICATION_ID", "SMSCX_API_KEY"], builder)?;
        let secret = variables.require(&VENDOR, &["SMSCX_APPLICATION_SECRET"], builder)?;
        let credentials = Self::application(id.expose(), secret);
        Ok(match variables.get("SMSCX_SCOPE") {
            Some(scope) => credentials.with_scope(scope),
            None => credentials,
        })
    }

    fn complete(&self, call: &mut Call) {
        let Kind::Application { id, secret, scope } = &self.0 else {
            return;
        };
        if call.operation().id != GetAccessToken::OPERATION.id {
            return;
        }
        if !call.has_body() {
            call.json_body(&TokenRequest {
                scope: scope.clone(),
                ..TokenRequest::new()
            });
        }
        if !call.has_basic_auth() {
            call.basic_auth(id, secret.clone());
        }
    }

    fn api_key(&self) -> Option<&Secret> {
        match &self.0 {
            Kind::ApiKey(key) => Some(key),
            Kind::Application { .. } => None,
        }
    }

    fn takes_token(&self) -> bool {
        matches!(self.0, Kind::Application { .. })
    }
}

//! SMSCX's credentials: an application, which is exchanged for access tokens, or an API key, which is sent with every call.

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Call, Error, Exchange, Fingerprint, Secret, TokenSource,
    TypedOperation, Variables, Vendor,
};

use crate::VENDOR;
use crate::oauth::{GetAccessToken, TokenRequest};

/// Credentials for SMSCX: an application or an API key.
///
/// Create either in the dashboard of your account, under *HTTP API*. Secrets never print.
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
    /// Takes the id and the secret of an application, which the client exchanges for access tokens.
    ///
    /// Tokens get all scopes of the application, unless [`with_scopes`](Self::with_scopes) chooses some. Their lifetime is a
    /// setting of the application: a day, a week or unlimited. The client renews a token before it expires, and uses one
    /// without an end until the API refuses it.
    pub fn application(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self(Kind::Application {
            id: id.into(),
            secret: secret.into(),
            scope: None,
        })
    }

    /// Takes an API key, which the client sends with every call in the header `X-API-KEY`. It needs no access token.
    pub fn api_key(key: impl Into<Secret>) -> Self {
        Self(Kind::ApiKey(key.into()))
    }

    /// Limits access tokens to these scopes: `with_scopes([scope::SMS, scope::REPORTS])`.
    ///
    /// [`scope`](crate::scope) has constants for the known ones; any other name is taken, too. A scope that the application does
    /// not have is refused with 400 and the type `invalid_scope`. An API key has no scopes, so this changes nothing for it.
    pub fn with_scopes<S: AsRef<str>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        let mut all = String::new();
        for scope in scopes {
            if !all.is_empty() {
                all.push(' ');
            }
            all.push_str(scope.as_ref());
        }
        self.with_scope(all)
    }

    /// Limits access tokens to the scopes of a list that is separated by spaces, as [`with_scopes`](Self::with_scopes) does.
    pub fn with_scope(mut self, scopes: impl Into<String>) -> Self {
        if let Kind::Application { scope, .. } = &mut self.0 {
            *scope = Some(scopes.into()).filter(|scopes| !scopes.trim().is_empty());
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

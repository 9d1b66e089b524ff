//! Akeneo's credentials: the grants of a connection, or an app's token that never expires.

use std::sync::{Arc, OnceLock};

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Call, Error, Exchange, Fingerprint, RefreshRefusal,
    Secret, TokenRules, TokenSource, TypedOperation, Variables, Vendor,
};

use crate::VENDOR;
use crate::app;
use crate::authentication::{
    PasswordGrant, PostAppToken, PostToken, RefreshTokenGrant, TokenRequest,
};

/// The error of credentials whose refresh token is used up.
const USED_UP: &str = "the refresh token is used up and there is no other grant: give a new one, or .credentials(Credentials::password(…))";

/// The PIM answers 422 in the shape of its other errors, to a refresh token as to a wrong client, which its message names.
const REFUSAL: RefreshRefusal = RefreshRefusal {
    statuses: &[400, 422],
    codes: &[],
    other_messages: &["client_id"],
};

/// How to identify to an Akeneo PIM: as a connection or as an app.
#[derive(Clone, Debug)]
pub struct Credentials(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Grant {
        client_id: String,
        secret: Secret,
        grant: Grant,
    },
    AuthorizationCode {
        client_id: String,
        secret: Secret,
        code: Secret,
        /// What the code was exchanged for: it is good for one exchange, whichever clone made it.
        token: Arc<OnceLock<AccessToken>>,
    },
    AppToken(Secret),
}

#[derive(Clone, Debug)]
enum Grant {
    Password { username: String, password: Secret },
    RefreshToken(Secret),
}

impl Credentials {
    /// Takes what the PIM shows for a connection: client id, secret, user name and password.
    pub fn password(
        client_id: impl Into<String>,
        secret: impl Into<Secret>,
        username: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Self {
        let grant = Grant::Password {
            username: username.into(),
            password: password.into(),
        };
        Self(Kind::Grant {
            client_id: client_id.into(),
            secret: secret.into(),
            grant,
        })
    }

    /// Takes a connection's client id and secret and a refresh token of an earlier session, which lives 14 days.
    ///
    /// Every exchange hands out a new refresh token, and the old one is spent.
    pub fn refresh_token(
        client_id: impl Into<String>,
        secret: impl Into<Secret>,
        refresh_token: impl Into<Secret>,
    ) -> Self {
        let grant = Grant::RefreshToken(refresh_token.into());
        Self(Kind::Grant {
            client_id: client_id.into(),
            secret: secret.into(),
            grant,
        })
    }

    /// Takes an app's client id and secret and the code that came to its callback, which lives 30 seconds.
    ///
    /// The first call exchanges the code for the app's token. A code can be used once, and the token never expires: keep
    /// it ([`Client::access_token`](crate::Client::access_token), or a [`TokenStore`](crate::TokenStore)) and give
    /// it to [`app_token`](Self::app_token) from then on. Where the browser is sent for the code:
    /// [`app::authorize_url`].
    pub fn authorization_code(
        client_id: impl Into<String>,
        secret: impl Into<Secret>,
        code: impl Into<Secret>,
    ) -> Self {
        Self(Kind::AuthorizationCode {
            client_id: client_id.into(),
            secret: secret.into(),
            code: code.into(),
            token: Arc::default(),
        })
    }

    /// Takes an app's access token: it never expires, so that nothing is exchanged.
    pub fn app_token(token: impl Into<Secret>) -> Self {
        Self(Kind::AppToken(token.into()))
    }
}

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async move {
            match &self.0 {
                Kind::AppToken(token) => return Ok(AccessToken::new(token.clone())),
                Kind::AuthorizationCode { token, .. } => {
                    // There is no second exchange: a token that the PIM refuses was revoked by one of its users.
                    if let Some(token) = token.get() {
                        return Ok(token.clone());
                    }
                    let mut call = Call::new(PostAppToken::OPERATION);
                    self.complete(&mut call);
                    // The PIM may have used the code up although its answer was lost.
                    call.attempts(1);
                    let fresh = exchange.token(call).await?;
                    return Ok(token.get_or_init(|| fresh).clone());
                }
                Kind::Grant { .. } => {}
            }
            let mut call = Call::new(PostToken::OPERATION);
            if let Some(token) = exchange.refresh_token() {
                call.json_body(&TokenRequest::RefreshTokenGrant(RefreshTokenGrant::new(
                    token.clone(),
                )));
            }
            self.complete(&mut call);
            exchange.token(call).await
        })
    }

    fn initial_refresh_token(&self) -> Option<Secret> {
        match &self.0 {
            Kind::Grant {
                grant: Grant::RefreshToken(token),
                ..
            } => Some(token.clone()),
            _ => None,
        }
    }

    fn rules(&self) -> TokenRules {
        let rules = TokenRules {
            refusal: REFUSAL,
            ..TokenRules::DEFAULT
        };
        match &self.0 {
            Kind::Grant {
                grant: Grant::RefreshToken(_),
                ..
            } => TokenRules {
                refresh_only: Some(USED_UP),
                ..rules
            },
            Kind::AuthorizationCode { .. } => TokenRules {
                is_single_use: true,
                ..rules
            },
            _ => rules,
        }
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        let (kind, client_id, secret, fields) = match &self.0 {
            Kind::Grant {
                client_id,
                secret,
                grant,
            } => match grant {
                Grant::Password { username, password } => {
                    let fields = [Some(username.as_str()), Some(password.expose())];
                    ("password", client_id, secret, fields)
                }
                Grant::RefreshToken(token) => (
                    "refresh_token",
                    client_id,
                    secret,
                    [Some(token.expose()), None],
                ),
            },
            Kind::AuthorizationCode {
                client_id,
                secret,
                code,
                ..
            } => (
                "authorization_code",
                client_id,
                secret,
                [Some(code.expose()), None],
            ),
            Kind::AppToken(_) => return None,
        };
        let fields = [
            ("grant_type", Some(kind)),
            ("client_id", Some(client_id.as_str())),
            ("identity", fields[0]),
            ("password", fields[1]),
        ];
        Some(Fingerprint::of(secret, &fields))
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &VENDOR;
    const VARIABLES: &'static [&'static str] = &[
        "AKENEO_CLIENT_ID",
        "AKENEO_CLIENT_SECRET",
        "AKENEO_USERNAME",
        "AKENEO_PASSWORD",
        "AKENEO_APP_TOKEN",
    ];

    fn from_variables(variables: &Variables) -> Result<Self, Error> {
        if let Some(token) = variables.secret("AKENEO_APP_TOKEN") {
            return Ok(Self::app_token(token));
        }
        let builder = "credentials(Credentials::password(client_id, secret, username, password)) \
                       or .credentials(Credentials::app_token(token))";
        let client_id =
            variables.require(&VENDOR, &["AKENEO_CLIENT_ID", "AKENEO_APP_TOKEN"], builder)?;
        let secret = variables.require(&VENDOR, &["AKENEO_CLIENT_SECRET"], builder)?;
        let username = variables.require(&VENDOR, &["AKENEO_USERNAME"], builder)?;
        let password = variables.require(&VENDOR, &["AKENEO_PASSWORD"], builder)?;
        Ok(Self::password(
            client_id.expose(),
            secret,
            username.expose(),
            password,
        ))
    }

    fn complete(&self, call: &mut Call) {
        match &self.0 {
            Kind::Grant {
                client_id,
                secret,
                grant,
            } if call.operation().id == PostToken::OPERATION.id => {
                if !call.has_body() {
                    call.json_body(&match grant {
                        Grant::Password { username, password } => TokenRequest::PasswordGrant(
                            PasswordGrant::new(username, password.clone()),
                        ),
                        // Asked for by the caller; the client's own exchange takes it from the runtime, once.
                        Grant::RefreshToken(token) => {
                            TokenRequest::RefreshTokenGrant(RefreshTokenGrant::new(token.clone()))
                        }
                    });
                }
                if !call.has_basic_auth() {
                    call.basic_auth(client_id, secret.clone());
                }
            }
            Kind::AuthorizationCode {
                client_id,
                secret,
                code,
                ..
            } if call.operation().id == PostAppToken::OPERATION.id && !call.has_body() => {
                call.json_body(&app::token_request(client_id, secret, code.clone()));
            }
            _ => {}
        }
    }
}

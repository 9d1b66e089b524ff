//! Akeneo's credentials: the grants of a connection, or an app's token that never expires.

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Call, Error, Exchange, Secret, TokenSource,
    TypedOperation, Variables, Vendor,
};

use crate::VENDOR;
use crate::authentication::{PasswordGrant, PostToken, RefreshTokenGrant, TokenRequest};

/// How to identify to an Akeneo PIM: by a connection's client and user, by a refresh token, or by an app's token.
#[derive(Clone, Debug)]
pub struct Credentials(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Grant {
        client_id: String,
        secret: Secret,
        grant: Grant,
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

    /// Takes an app's access token: it never expires, so that nothing is exchanged.
    pub fn app_token(token: impl Into<Secret>) -> Self {
        Self(Kind::AppToken(token.into()))
    }
}

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async move {
            if let Kind::AppToken(token) = &self.0 {
                return Ok(AccessToken::new(token.clone()));
            }
            let mut call = Call::new(PostToken::OPERATION);
            if let Some(token) = exchange.refresh_token() {
                call.json_body(&TokenRequest::RefreshTokenGrant(RefreshTokenGrant::new(
                    token.clone(),
                )));
            } else if let Kind::Grant {
                grant: Grant::RefreshToken(_),
                ..
            } = &self.0
            {
                return Err(Error::credentials(
                    "the refresh token is used up and there is no other grant: give a new one, or .credentials(Credentials::password(…))",
                ));
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
            Kind::Grant { .. } | Kind::AppToken(_) => None,
        }
    }

    fn client_id(&self) -> Option<&str> {
        match &self.0 {
            Kind::Grant { client_id, .. } => Some(client_id),
            Kind::AppToken(_) => None,
        }
    }

    fn user(&self) -> Option<&str> {
        match &self.0 {
            Kind::Grant {
                grant: Grant::Password { username, .. },
                ..
            } => Some(username),
            Kind::Grant { .. } | Kind::AppToken(_) => None,
        }
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
        let Kind::Grant {
            client_id,
            secret,
            grant,
        } = &self.0
        else {
            return;
        };
        if call.operation().id != PostToken::OPERATION.id {
            return;
        }
        if !call.has_body() {
            match grant {
                Grant::Password { username, password } => {
                    call.json_body(&TokenRequest::PasswordGrant(PasswordGrant::new(
                        username,
                        password.clone(),
                    )));
                }
                // Asked for by the caller; the client's own exchange takes it from the runtime, once.
                Grant::RefreshToken(token) => {
                    call.json_body(&TokenRequest::RefreshTokenGrant(RefreshTokenGrant::new(
                        token.clone(),
                    )));
                }
            }
        }
        if !call.has_basic_auth() {
            call.basic_auth(client_id, secret.clone());
        }
    }
}

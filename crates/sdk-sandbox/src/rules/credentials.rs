//! Credentials that a simulated vendor accepts.

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::json::template::Values;

/// Credentials that a simulated vendor accepts: client, user, API key, and standing token.
///
/// Each vendor has its own default set. To replace it, call
/// [`Builder::credentials`](crate::Builder::credentials). `Debug` hides all values except the
/// client id, although they are test values.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Credentials {
    /// Client id, application id or access key.
    pub client_id: String,
    /// Secret of the client.
    pub client_secret: String,
    /// User name for the password grant.
    pub username: Option<String>,
    /// Password for the password grant.
    pub password: Option<String>,
    /// API key that is sent instead of a token, if the vendor has such keys.
    pub api_key: Option<String>,
    /// Pre-issued access token that does not expire.
    pub standing_token: Option<String>,
}

impl Credentials {
    /// Creates credentials with a client id and its secret.
    pub fn client(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            client_id: id.into(),
            client_secret: secret.into(),
            ..Self::default()
        }
    }

    /// Adds a user.
    #[must_use]
    pub fn user(mut self, username: impl Into<String>, password: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self.password = Some(password.into());
        self
    }

    /// Adds an API key.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Adds an access token that does not expire.
    #[must_use]
    pub fn standing_token(mut self, token: impl Into<String>) -> Self {
        self.standing_token = Some(token.into());
        self
    }

    pub(crate) fn values(&self) -> Values {
        let mut values = Values::from([
            ("client_id", json!(self.client_id)),
            ("client_secret", json!(self.client_secret)),
        ]);
        let optional = [
            ("username", &self.username),
            ("password", &self.password),
            ("api_key", &self.api_key),
            ("standing_token", &self.standing_token),
        ];
        values.extend(
            optional
                .into_iter()
                .filter_map(|(name, value)| Some((name, Value::from(value.clone()?)))),
        );
        values
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_contains_no_secrets() {
        let all = Credentials::client("id", "s3cret")
            .user("anna", "pa55")
            .api_key("k3y")
            .standing_token("t0ken");
        assert_eq!(format!("{all:?}"), r#"Credentials { client_id: "id", .. }"#);
    }
}

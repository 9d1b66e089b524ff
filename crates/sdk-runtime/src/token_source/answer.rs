//! What a token operation answers, whatever the vendor's spelling.

use serde::Deserialize;

use crate::{AccessToken, ExpiresIn, Secret};

/// The successful answer of RFC 6749, section 5.1, in snake case or camel case.
///
/// Only the token itself is indispensable; what else is missing, null or odd costs no login.
#[derive(Deserialize)]
pub(crate) struct TokenAnswer {
    #[serde(alias = "accessToken")]
    access_token: Secret,
    #[serde(default, alias = "tokenType")]
    token_type: Option<String>,
    #[serde(default, alias = "expiresIn")]
    expires_in: ExpiresIn,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default, alias = "refreshToken")]
    refresh_token: Option<Secret>,
}

impl From<TokenAnswer> for AccessToken {
    fn from(answer: TokenAnswer) -> Self {
        Self::new(answer.access_token)
            .with_type(answer.token_type)
            .with_expires_in(answer.expires_in)
            .with_scope(answer.scope)
            .with_refresh_token(answer.refresh_token)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_token_answer_is_read_in_either_case_and_with_what_is_odd() {
        for (text, lifetime) in [
            (
                r#"{"access_token":"t","token_type":"bearer","expires_in":3600,"scope":null}"#,
                Some(3600),
            ),
            (
                r#"{"accessToken":"t","tokenType":"bearer","expiresIn":900}"#,
                Some(900),
            ),
            (r#"{"access_token":"t","expires_in":"60"}"#, Some(60)),
            (
                r#"{"access_token":"t","expires_in":null,"refresh_token":null}"#,
                None,
            ),
            (r#"{"access_token":"t"}"#, None),
        ] {
            let token: AccessToken = serde_json::from_str::<TokenAnswer>(text).unwrap().into();
            assert_eq!(token.value().expose(), "t");
            assert_eq!(
                token.lifetime(),
                lifetime.map(Duration::from_secs),
                "{text}"
            );
        }
        assert!(serde_json::from_str::<TokenAnswer>(r#"{"token":"t"}"#).is_err());
    }
}

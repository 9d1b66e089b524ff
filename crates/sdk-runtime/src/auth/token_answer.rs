//! Response of a token operation, in the formats that vendors use.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::token::access_token::AccessToken;
use crate::token::expires_in::ExpiresIn;
use crate::value::secret::Secret;

/// Success response as defined in RFC 6749, section 5.1, with names in snake or camel case.
///
/// Only the access token is required; other fields may be missing, null or of another type.
#[derive(Deserialize)]
#[serde(try_from = "RawTokenAnswer")]
pub(crate) struct TokenAnswer {
    access_token: Secret,
    token_type: Option<String>,
    expires_in: ExpiresIn,
    scope: Option<String>,
    refresh_token: Option<Secret>,
}

/// Each spelling is a separate field, because some vendors send both.
///
/// Everything except the access token is first kept as raw text, because otherwise a number such as
/// `1e400` would make the whole response unreadable.
#[derive(Deserialize)]
struct RawTokenAnswer {
    access_token: Option<Secret>,
    #[serde(rename = "accessToken")]
    camel_access_token: Option<Secret>,
    token_type: Option<Box<RawValue>>,
    #[serde(rename = "tokenType")]
    camel_token_type: Option<Box<RawValue>>,
    expires_in: Option<Box<RawValue>>,
    #[serde(rename = "expiresIn")]
    camel_expires_in: Option<Box<RawValue>>,
    scope: Option<Box<RawValue>>,
    refresh_token: Option<Box<RawValue>>,
    #[serde(rename = "refreshToken")]
    camel_refresh_token: Option<Box<RawValue>>,
}

impl TryFrom<RawTokenAnswer> for TokenAnswer {
    type Error = &'static str;

    fn try_from(read: RawTokenAnswer) -> Result<Self, Self::Error> {
        let (snake, camel) = (read.access_token, read.camel_access_token);
        let access_token = match snake {
            Some(token) if !token.is_empty() => token,
            snake => camel.or(snake).ok_or("missing field `access_token`")?,
        };
        let exposed = |text: Secret| text.expose().to_owned();
        let token_type = text(read.token_type).or_else(|| text(read.camel_token_type));
        let expires_in = lifetime(read.expires_in).or_else(|| lifetime(read.camel_expires_in));
        Ok(Self {
            access_token,
            token_type: token_type.map(exposed),
            expires_in: expires_in.into(),
            scope: text(read.scope).map(exposed),
            refresh_token: text(read.refresh_token).or_else(|| text(read.camel_refresh_token)),
        })
    }
}

/// Returns a string, or the strings of a list joined by spaces. Returns `None` for any other value.
fn text(json: Option<Box<RawValue>>) -> Option<Secret> {
    let json = json?;
    if let Ok(text) = serde_json::from_str(json.get()) {
        return Some(text);
    }
    let items: Vec<&RawValue> = serde_json::from_str(json.get()).ok()?;
    let items = items.iter().map(|item| serde_json::from_str(item.get()));
    let texts: Vec<String> = items.filter_map(Result::ok).collect();
    (!texts.is_empty()).then(|| texts.join(" ").into())
}

/// Returns the lifetime from a number of seconds, or from a string that contains a number.
fn lifetime(json: Option<Box<RawValue>>) -> Option<Duration> {
    let json = json?;
    let seconds: Option<ExpiresIn> = serde_json::from_str(json.get()).ok();
    seconds?.lifetime()
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
    use super::*;

    fn token(json: &str) -> AccessToken {
        serde_json::from_str::<TokenAnswer>(json)
            .unwrap_or_else(|error| panic!("{json}: {error}"))
            .into()
    }

    #[test]
    fn a_token_response_is_parsed_in_snake_or_camel_case_with_odd_lifetimes() {
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
            (r#"{"access_token":"t","expires_in":true}"#, None),
            (r#"{"access_token":"t","expires_in":1e400}"#, None),
            (
                r#"{"access_token":"t","expires_in":-1e400,"expiresIn":7}"#,
                Some(7),
            ),
            (r#"{"access_token":"t","expires_in":[]}"#, None),
            (r#"{"access_token":"t","expires_in":[60]}"#, None),
            (r#"{"access_token":"t","expires_in":{"s":[1]}}"#, None),
            (
                r#"{"access_token":"t","accessToken":"u","expires_in":60,"expiresIn":7}"#,
                Some(60),
            ),
            (
                r#"{"access_token":"","accessToken":"t","expires_in":0,"expiresIn":7}"#,
                Some(7),
            ),
            (r#"{"access_token":null,"accessToken":"t"}"#, None),
        ] {
            let token = token(text);
            assert_eq!(token.value().expose(), "t");
            assert_eq!(
                token.lifetime(),
                lifetime.map(Duration::from_secs),
                "{text}"
            );
        }
        for text in [r#"{"token":"t"}"#, "{}", r#"{"access_token":null}"#] {
            let error = serde_json::from_str::<TokenAnswer>(text).err().unwrap();
            assert_eq!(error.to_string(), "missing field `access_token`");
        }
    }

    #[test]
    fn malformed_optional_fields_do_not_invalidate_the_token() {
        for odd in [
            "1",
            "-1",
            "1.5",
            "1e400",
            "true",
            "null",
            "{\"a\":[1]}",
            "[]",
            "[1,{}]",
        ] {
            let names = ["token_type", "scope", "refresh_token", "tokenType"];
            for name in names {
                let token = token(&format!(r#"{{"access_token":"t","{name}":{odd}}}"#));
                assert_eq!(token, AccessToken::new("t"), "{name} {odd}");
            }
        }
        let token = token(r#"{"access_token":"t","scope":["a","b"],"refreshToken":"r"}"#);
        assert_eq!(token.scope(), Some("a b"));
        assert_eq!(token.refresh_token(), Some(&"r".into()));
    }
}

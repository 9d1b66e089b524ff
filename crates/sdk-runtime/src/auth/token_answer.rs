//! What a token operation answers, whatever the vendor's spelling.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::token::access_token::AccessToken;
use crate::token::expires_in::ExpiresIn;
use crate::value::secret::Secret;

/// The successful answer of RFC 6749, section 5.1, in snake case or camel case.
///
/// Only the token itself is indispensable; what else is missing, null or odd costs no login.
#[derive(Deserialize)]
#[serde(try_from = "Read")]
pub(crate) struct TokenAnswer {
    access_token: Secret,
    token_type: Option<String>,
    expires_in: ExpiresIn,
    scope: Option<String>,
    refresh_token: Option<Secret>,
}

/// Each name on its own: some vendors write both.
#[derive(Deserialize)]
struct Read {
    access_token: Option<Secret>,
    #[serde(rename = "accessToken")]
    camel_access_token: Option<Secret>,
    #[serde(default)]
    token_type: Odd,
    #[serde(default, rename = "tokenType")]
    camel_token_type: Odd,
    #[serde(default)]
    expires_in: ExpiresIn,
    #[serde(default, rename = "expiresIn")]
    camel_expires_in: ExpiresIn,
    #[serde(default)]
    scope: Odd,
    #[serde(default)]
    refresh_token: Odd,
    #[serde(default, rename = "refreshToken")]
    camel_refresh_token: Odd,
}

impl TryFrom<Read> for TokenAnswer {
    type Error = &'static str;

    fn try_from(read: Read) -> Result<Self, Self::Error> {
        let (snake, camel) = (read.access_token, read.camel_access_token);
        let access_token = match snake {
            Some(token) if !token.is_empty() => token,
            snake => camel.or(snake).ok_or("missing field `access_token`")?,
        };
        let text = |text: Secret| text.expose().to_owned();
        let lifetime = read.expires_in.lifetime();
        Ok(Self {
            access_token,
            token_type: read.token_type.0.or(read.camel_token_type.0).map(text),
            expires_in: lifetime.or(read.camel_expires_in.lifetime()).into(),
            scope: read.scope.0.map(text),
            refresh_token: read.refresh_token.0.or(read.camel_refresh_token.0),
        })
    }
}

/// A text, or a list of texts as one with spaces; anything else is none.
#[derive(Default)]
struct Odd(Option<Secret>);

impl<'de> Deserialize<'de> for Odd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text).map(Self)
    }
}

struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = Option<Secret>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<Secret>, E> {
        Ok(Some(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<Secret>, A::Error> {
        let mut texts = Vec::new();
        while let Some(Odd(text)) = items.next_element()? {
            texts.extend(text.map(|text| text.expose().to_owned()));
        }
        Ok((!texts.is_empty()).then(|| texts.join(" ").into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Secret>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<Secret>, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<Secret>, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<Secret>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<Secret>, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Option<Secret>, E> {
        Ok(None)
    }
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

    fn token(json: &str) -> AccessToken {
        serde_json::from_str::<TokenAnswer>(json)
            .unwrap_or_else(|error| panic!("{json}: {error}"))
            .into()
    }

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
            (r#"{"access_token":"t","expires_in":true}"#, None),
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
    fn what_is_odd_beside_the_token_costs_no_login() {
        for odd in [
            "1",
            "-1",
            "1.5",
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

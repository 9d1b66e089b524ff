//! A string that is never printed and is wiped from memory on drop.

use std::cell::RefCell;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// A password, key or token.
///
/// `Debug` and `Display` print `[redacted]`. Serialization writes the actual string, which the
/// vendor needs. Never serialize a secret into a log.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Creates a secret from a string.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the string. The conspicuous name makes every use easy to review.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns whether the string is empty.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<&String> for Secret {
    fn from(text: &String) -> Self {
        Self::new(text.as_str())
    }
}

impl From<&Secret> for Secret {
    fn from(secret: &Secret) -> Self {
        secret.clone()
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        note(self);
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

thread_local! {
    /// Secrets found in the body or argument that is being serialized. `None` at other times.
    static SERIALIZED_SECRETS: RefCell<Option<Vec<Secret>>> = const { RefCell::new(None) };
}

/// Serializes a body or an argument, and returns the result and the secrets in it.
pub(crate) fn written<R>(serialize: impl FnOnce() -> R) -> (R, Vec<Secret>) {
    let outer = SERIALIZED_SECRETS.replace(Some(Vec::new()));
    let result = serialize();
    let secrets = SERIALIZED_SECRETS.replace(outer).unwrap_or_default();
    (result, secrets)
}

/// Returns whether serde omits a read-only property.
///
/// This is true if the property doesn't have a value, or if it is part of a body that is being
/// sent.
///
/// Any other serialization, such as a program's own storage, includes the property.
pub fn is_not_sent<T>(value: &Option<T>) -> bool {
    value.is_none() || SERIALIZED_SECRETS.with_borrow(Option::is_some)
}

/// Records a secret that is being serialized.
pub(crate) fn note(secret: &Secret) {
    SERIALIZED_SECRETS.with_borrow_mut(|written| {
        if let Some(written) = written {
            written.push(secret.clone());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_redacted_when_printed() {
        let secret = Secret::from("hush-hush");
        assert_eq!(
            format!("{secret} {secret:?} {:#?}", Some(&secret)),
            "[redacted] [redacted] Some(\n    [redacted],\n)"
        );
        assert_eq!(secret.expose(), "hush-hush");
    }

    #[test]
    fn a_secret_serializes_as_plain_text() {
        let secret: Secret = serde_json::from_str(r#""hush""#).unwrap();
        assert_eq!(serde_json::to_string(&secret).unwrap(), r#""hush""#);
    }

    #[test]
    fn a_read_only_property_is_omitted_only_from_request_bodies() {
        #[derive(Serialize)]
        struct Thing {
            #[serde(skip_serializing_if = "is_not_sent")]
            id: Option<i64>,
        }
        let thing = Thing { id: Some(1) };
        assert_eq!(serde_json::to_string(&thing).unwrap(), r#"{"id":1}"#);
        let (json, _) = written(|| serde_json::to_string(&thing));
        assert_eq!(json.unwrap(), "{}");
        assert_eq!(serde_json::to_string(&thing).unwrap(), r#"{"id":1}"#);
    }

    #[test]
    fn only_secrets_in_the_body_are_collected() {
        let before = Secret::from("before");
        assert!(serde_json::to_string(&before).is_ok());
        let (json, secrets) = written(|| serde_json::to_string(&[Secret::from("a"), "b".into()]));
        assert_eq!(json.unwrap(), r#"["a","b"]"#);
        assert_eq!(secrets, ["a".into(), "b".into()]);
        assert_eq!(written(|| ()).1, []);
    }
}

//! Signs webhooks as the document describes. The clients' verifier is intentionally separate code.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::json::pointer::{remove, set};
use crate::openapi::webhook::{Encoding, Verification};
use crate::webhooks::canonical_json::canonical;

/// Secret that signs a webhook.
#[derive(Clone, Default)]
pub(crate) enum SigningSecret {
    /// No signature, because the family is unsigned or the private key is unknown.
    #[default]
    Nothing,
    /// One secret per header.
    Texts(Vec<String>),
    Key(Box<SigningKey>),
}

/// A signed webhook, ready to send.
#[derive(Debug, Clone)]
pub(crate) struct SignedRequest {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// Signs a payload. `at` is the signed timestamp, as a Unix time in seconds.
pub(crate) fn sign(
    verification: &Verification,
    secret: &SigningSecret,
    payload: &Value,
    at: u64,
) -> SignedRequest {
    let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    let mut payload = payload.clone();
    match (verification, secret) {
        (
            Verification::Ed25519 {
                signature,
                timestamp,
            },
            SigningSecret::Key(key),
        ) => {
            let place = format!("/{signature}");
            remove(&mut payload, &place);
            set(&mut payload, timestamp, json!(at));
            let signed = key.sign(canonical(&payload).as_bytes());
            set(
                &mut payload,
                &place,
                json!(STANDARD.encode(signed.to_bytes())),
            );
        }
        (
            Verification::HmacSha256 {
                headers: names,
                encoding,
                algorithm,
                timestamp,
            },
            SigningSecret::Texts(secrets),
        ) => {
            let body = payload.to_string();
            let text = match timestamp {
                Some(name) => {
                    headers.push((name.clone(), at.to_string()));
                    format!("{at}.{body}")
                }
                None => body,
            };
            if let Some(algorithm) = algorithm {
                headers.push((algorithm.header.clone(), algorithm.value.clone()));
            }
            for (name, secret) in names.iter().zip(secrets) {
                headers.push((name.clone(), hmac(secret, &text, *encoding)));
            }
        }
        _ => {}
    }
    SignedRequest {
        headers,
        body: payload.to_string().into(),
    }
}

fn hmac(secret: &str, text: &str, encoding: Encoding) -> String {
    // HMAC accepts keys of any length, so this branch is unreachable.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    let bytes = mac.finalize().into_bytes();
    match encoding {
        Encoding::Base64 => STANDARD.encode(bytes),
        Encoding::Hex => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signature, Verifier};

    #[test]
    fn hmac_signs_the_timestamp_a_dot_and_the_body() {
        let verification: Verification = serde_json::from_value(json!({
            "kind": "hmac_sha256", "headers": ["X-One", "X-Two"], "encoding": "hex", "timestamp": "X-Time",
            "algorithm": { "header": "X-Algorithm", "value": "HmacSHA256" },
        }))
        .unwrap();
        let secret = SigningSecret::Texts(vec!["key".into()]);
        let sent = sign(&verification, &secret, &json!({ "a": 1 }), 7);
        assert_eq!(sent.body, r#"{"a":1}"#);
        // printf '7.{"a":1}' | openssl dgst -sha256 -hmac key
        let expected = "ad368b5d28884a4e90ca5d5d9c7ac043bebf143c241daa6764403e9fa356551e";
        let header = |name: &str| {
            let found = sent.headers.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.as_str())
        };
        assert_eq!(header("X-One"), Some(expected));
        assert_eq!(header("X-Two"), None);
        assert_eq!(header("X-Time"), Some("7"));
        assert_eq!(header("X-Algorithm"), Some("HmacSHA256"));
    }

    #[test]
    fn ed25519_signs_everything_except_the_signature() {
        let verification: Verification = serde_json::from_value(json!({
            "kind": "ed25519", "signature": "signature", "timestamp": "/timestamp",
        }))
        .unwrap();
        let key = SigningKey::from_bytes(&[7; 32]);
        let secret = SigningSecret::Key(Box::new(key.clone()));
        let payload = json!({ "b": 1.5, "a": "é", "signature": "old" });
        let sent = sign(&verification, &secret, &payload, 1_700_000_000);
        let body: Value = serde_json::from_slice(&sent.body).unwrap();
        let signature = STANDARD
            .decode(body["signature"].as_str().unwrap())
            .unwrap();
        let signature = Signature::from_slice(&signature).unwrap();
        let text = r#"{"a":"é","b":1.5,"timestamp":1700000000}"#;
        key.verifying_key()
            .verify(text.as_bytes(), &signature)
            .unwrap();
    }
}

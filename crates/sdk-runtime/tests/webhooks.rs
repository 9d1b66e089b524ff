//! Accepted and rejected webhooks, with test vectors created by other programs.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

use std::time::{Duration, SystemTime};

use sdk_runtime::{
    HeaderMap, SignatureEncoding, Verification, WebhookError, WebhookFamily, WebhookKeys,
    verify_webhook,
};

const FIVE_MINUTES: Duration = Duration::from_secs(300);

const SIGNED_BODY: WebhookFamily = WebhookFamily {
    name: "events",
    event: "/eventName",
    verification: Verification::Ed25519 {
        signature: "signature",
        timestamp: "/timestamp",
        tolerance: FIVE_MINUTES,
    },
};

// The keys were created with `openssl genpkey -algorithm ed25519`, and the signature with
// `openssl pkeyutl -sign -rawin` over the canonical text. For an object with sorted property names,
// Node's `JSON.stringify` writes the canonical text.
const PUBLIC_KEY: &str = "JvOH8E8094nvgdN8N8ePDWN9JKC1xG7eeuOwEoGHt3Y=";
const OTHER_KEY: &str = "URMxStmyirCdWbjMXKBaq/4eNzIEjc00H8CLipZTF1E=";
const BODY: &str = r#"{ "timestamp": 1795305600, "signature": "7P/i17WJB19tca+GJ56RizTdUkRtq9Tioe+RQiP0yZqw+6jMWg2ad1X7wj+NnsV85vaI3jx5udJS7KuavNU/Dg==",
  "eventName": "TransactionExecutionSuccess", "data": { "ﬁ": 2, "memo": "x", "list": [ { "b": true, "a": null }, 3.0 ],
  "10": "ten", "2": "two", "amount": 1000000000000000000000, "half": 1e-1, "a\/b": "\u00e9 \"q\" \n\u001F\u20AC", "𐀀": 1 }, "apiVersion": 0 }"#;
const SIGNED_AT: u64 = 1_795_305_600;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn signed(body: &str, keys: &WebhookKeys, seconds: u64) -> Result<(), WebhookError> {
    verify_webhook(
        &SIGNED_BODY,
        &HeaderMap::new(),
        body.as_bytes(),
        keys,
        at(seconds),
    )
}

#[test]
fn a_signed_body_is_accepted_regardless_of_its_json_formatting() {
    signed(BODY, &WebhookKeys::new(PUBLIC_KEY), SIGNED_AT).unwrap();
}

#[test]
fn a_second_key_is_accepted_during_key_rotation() {
    let keys = WebhookKeys::new(OTHER_KEY).with_key(PUBLIC_KEY);
    signed(BODY, &keys, SIGNED_AT).unwrap();
    let refused = signed(BODY, &WebhookKeys::new(OTHER_KEY), SIGNED_AT);
    assert!(matches!(refused, Err(WebhookError::Signature)));
}

#[test]
fn a_changed_body_is_rejected() {
    let keys = WebhookKeys::new(PUBLIC_KEY);
    for (from, to) in [
        ("\"two\"", "\"twO\""),
        ("1000000000000000000000", "1000000000000000100000"),
        ("1e-1", "1e-2"),
        // JSON inside a string is only text.
        (r#""x""#, r#""{\"b\":1,\"a\":2}""#),
        (
            r#"{ "b": true, "a": null }, 3.0"#,
            r#"3.0, { "b": true, "a": null }"#,
        ),
        (r#""a": null"#, r#""a": false"#),
        ("\"apiVersion\": 0", "\"apiVersion\": 0, \"more\": 1"),
        ("1795305600", "1795305601"),
        ("7P/i17", "7P/i18"),
        (r#""signature""#, r#""signed""#),
    ] {
        let body = BODY.replacen(from, to, 1);
        assert_ne!(body, BODY, "{from}");
        let refused = signed(&body, &keys, SIGNED_AT);
        assert!(matches!(refused, Err(WebhookError::Signature)), "{from}");
    }
}

#[test]
fn a_signed_time_outside_the_tolerance_is_rejected() {
    let keys = WebhookKeys::new(PUBLIC_KEY);
    for (now, is_accepted) in [
        (SIGNED_AT + 300, true),
        (SIGNED_AT - 300, true),
        (SIGNED_AT + 301, false),
        (SIGNED_AT - 301, false),
    ] {
        assert_eq!(signed(BODY, &keys, now).is_ok(), is_accepted, "{now}");
    }
    let strict = keys.with_tolerance(Duration::from_secs(5));
    let refused = signed(BODY, &strict, SIGNED_AT + 6);
    assert!(matches!(refused, Err(WebhookError::Timestamp)));
}

#[test]
fn malformed_keys_and_bodies_are_rejected_without_a_panic() {
    for key in ["", "short", "é", "AAAA"] {
        let refused = signed(BODY, &WebhookKeys::new(key), SIGNED_AT);
        assert!(matches!(refused, Err(WebhookError::Key)), "{key}");
    }
    let keys = WebhookKeys::new(PUBLIC_KEY);
    for body in [
        "",
        "{",
        "[]",
        "null",
        r#"{"signature":7}"#,
        r#"{"signature":"é"}"#,
    ] {
        assert!(signed(body, &keys, SIGNED_AT).is_err(), "{body}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(signed(&deep, &keys, SIGNED_AT).is_err());
}

const SIGNED_HEADER: WebhookFamily = WebhookFamily {
    name: "hooks",
    event: "/type",
    verification: Verification::HmacSha256 {
        headers: &["x-signature", "x-signature-2"],
        encoding: SignatureEncoding::Hex,
        algorithm: Some(("x-algorithm", "HmacSHA256")),
        timestamp: Some("x-timestamp"),
        tolerance: FIVE_MINUTES,
    },
};

// Created with `echo -n "1700000000.{}" | openssl dgst -sha256 -hmac secret`.
const HEX_SIGNATURE: &str = "b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163";

fn verify_with_headers(
    headers: &[(&'static str, &str)],
    body: &[u8],
    key: &str,
) -> Result<(), String> {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            (
                sdk_runtime::reqwest::header::HeaderName::from_static(name),
                value.parse().unwrap(),
            )
        })
        .collect();
    let keys = WebhookKeys::new("first").with_key(key);
    verify_webhook(&SIGNED_HEADER, &headers, body, &keys, at(1_700_000_100))
        .map_err(|error| format!("{error:?}"))
}

#[test]
fn a_header_signature_is_valid_only_for_its_key_time_and_body() {
    let time = ("x-timestamp", "1700000000");
    let upper = HEX_SIGNATURE.to_uppercase();
    for headers in [
        vec![("x-signature", HEX_SIGNATURE), time],
        vec![("x-signature", &upper), time],
        vec![
            ("x-signature-2", HEX_SIGNATURE),
            time,
            ("x-algorithm", "hmacsha256"),
        ],
        vec![
            ("x-signature", "00"),
            ("x-signature-2", HEX_SIGNATURE),
            time,
        ],
    ] {
        verify_with_headers(&headers, b"{}", "secret").unwrap();
    }
    for (headers, body, key, expected) in [
        (
            vec![("x-signature", HEX_SIGNATURE), time],
            "{ }",
            "secret",
            "Signature",
        ),
        (
            vec![("x-signature", HEX_SIGNATURE), time],
            "{}",
            "other",
            "Signature",
        ),
        (vec![("x-signature", HEX_SIGNATURE), time], "{}", "", "Key"),
        (
            vec![("x-signature", &HEX_SIGNATURE[..62]), time],
            "{}",
            "secret",
            "Signature",
        ),
        (
            vec![("x-signature", "zz"), time],
            "{}",
            "secret",
            "Signature",
        ),
        (
            vec![
                ("x-signature", HEX_SIGNATURE),
                ("x-timestamp", "1700000001"),
            ],
            "{}",
            "secret",
            "Signature",
        ),
        (vec![time], "{}", "secret", "Header(\"x-signature\")"),
        (
            vec![("x-signature", HEX_SIGNATURE)],
            "{}",
            "secret",
            "Header(\"x-timestamp\")",
        ),
        (
            vec![
                ("x-signature", HEX_SIGNATURE),
                time,
                ("x-algorithm", "HmacSHA1"),
            ],
            "{}",
            "secret",
            "Header(\"x-algorithm\")",
        ),
    ] {
        let refused = verify_with_headers(&headers, body.as_bytes(), key);
        assert_eq!(refused, Err(expected.to_owned()), "{headers:?}");
    }
}

#[test]
fn keys_are_not_shown_in_debug_output() {
    assert!(!format!("{:?}", WebhookKeys::new("s3cret")).contains("s3cret"));
}

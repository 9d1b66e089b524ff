//! Events as the PIM sends them: signatures of the raw body, changes of secrets, and unknown payloads.
#![cfg(feature = "events")]
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

use std::time::{Duration, SystemTime};

use akeneo_sdk::events::{
    Action, EventError, EventPlatform, EventType, EventsApi, HeaderMap, NotificationType,
};
use hmac::{Hmac, Mac};

#[path = "../examples/akeneo_receive_event.rs"]
#[allow(dead_code)] // Its `main` reads the environment, so tests do not call it.
mod example;

const BODY: &str = r#"{"events": [
  {"action": "product.updated", "event_id": "e1", "event_datetime": "2026-01-02T03:04:05+00:00", "author": "mary",
   "author_type": "ui", "pim_source": "https://pim", "data": {"resource": {"uuid": "u", "identifier": "sku-1", "new": 1}}, "soon": true},
  {"action": "asset.created", "event_id": "e2", "data": {"resource": {"code": "a"}}}
]}"#;
const TIME: u64 = 1_700_000_000;

fn sign(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in all {
        headers.insert(*name, value.parse().unwrap());
    }
    headers
}

fn signed(secret: &str, timestamp: &str, body: &str) -> HeaderMap {
    headers(&[
        (
            "x-akeneo-request-signature",
            &sign(secret, &format!("{timestamp}.{body}")),
        ),
        ("x-akeneo-request-timestamp", timestamp),
    ])
}

fn after(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(TIME + seconds)
}

#[test]
fn an_unknown_event_is_kept_with_all_its_fields() {
    let receiver = EventsApi::new("secret");
    let headers = signed("secret", &TIME.to_string(), BODY);
    let batch = receiver
        .receive(&headers, BODY.as_bytes(), after(1))
        .unwrap();
    let [known, unknown] = batch.events.as_slice() else {
        unreachable!()
    };
    assert_eq!(known.action, Action::ProductUpdated);
    assert_eq!(known.data.identifier(), Some("sku-1"));
    assert_eq!(known.extra["soon"].value(), true);
    let product: akeneo_sdk::types::ProductByUuid = known.data.read().unwrap();
    assert_eq!(product.uuid.as_deref(), Some("u"));
    assert_eq!(unknown.action.as_str(), "asset.created");
    assert_eq!(unknown.data.code(), Some("a"));
}

#[test]
fn the_signature_covers_the_raw_body_and_the_timestamp() {
    let receiver = EventsApi::new("secret");
    let time = TIME.to_string();
    let good = signed("secret", &time, BODY);
    receiver.verify(&good, BODY.as_bytes(), after(0)).unwrap();

    let again = BODY.replace(": ", ":");
    let other_time = {
        let mut headers = good.clone();
        headers.insert("x-akeneo-request-timestamp", "1700000001".parse().unwrap());
        headers
    };
    let refused = [
        receiver.verify(&good, again.as_bytes(), after(0)),
        receiver.verify(&other_time, BODY.as_bytes(), after(0)),
        receiver.verify(&signed("other", &time, BODY), BODY.as_bytes(), after(0)),
    ];
    for result in refused {
        assert!(matches!(result, Err(EventError::Signature)), "{result:?}");
    }
    let missing = receiver.verify(&HeaderMap::new(), BODY.as_bytes(), after(0));
    assert!(matches!(missing, Err(EventError::Header(_))), "{missing:?}");
}

#[test]
fn a_request_with_an_old_or_a_future_timestamp_is_refused() {
    let receiver = EventsApi::new("secret").with_tolerance(Duration::from_secs(60));
    let headers = signed("secret", &TIME.to_string(), BODY);
    let at = |now| receiver.verify(&headers, BODY.as_bytes(), now);
    assert!(at(after(60)).is_ok());
    assert!(at(SystemTime::UNIX_EPOCH + Duration::from_secs(TIME - 60)).is_ok());
    assert!(matches!(at(after(61)), Err(EventError::Time)));
    let early = SystemTime::UNIX_EPOCH + Duration::from_secs(TIME - 61);
    assert!(matches!(at(early), Err(EventError::Time)));
    for odd in ["soon", "99999999999999999999", "18446744073709551615", "-5"] {
        let result = receiver.verify(&signed("secret", odd, BODY), BODY.as_bytes(), after(0));
        assert!(result.is_err(), "{odd}");
    }
}

#[test]
fn events_are_accepted_while_the_secrets_change() {
    let body = r#"{"specversion": "1.0", "id": "1", "type": "com.akeneo.pim.v1.product.created", "subject": "s",
        "time": "2026-01-02T03:04:05Z", "data": {"product": {"uuid": "u"}, "author": {"identifier": "me", "type": "api"}}}"#;
    let [old, new] = [sign("old", body), sign("new", body)];
    let changing = headers(&[
        ("x-akeneo-signature-primary", &new),
        ("x-akeneo-signature-secondary", &old),
        ("x-akeneo-signature-algorithm", "HmacSHA256"),
    ]);
    let receivers = [
        EventPlatform::new("old"),
        EventPlatform::new("new"),
        EventPlatform::new("other").with_secondary("new"),
    ];
    for receiver in receivers {
        let event = receiver.receive(&changing, body.as_bytes()).unwrap();
        assert_eq!(event.type_, EventType::ProductCreated);
        assert_eq!(event.data.product.unwrap().uuid, "u");
        assert_eq!(event.data.author.unwrap().identifier.as_deref(), Some("me"));
    }
    let stranger = EventPlatform::new("other").verify(&changing, body.as_bytes());
    assert!(matches!(stranger, Err(EventError::Signature)));
    let unsigned = EventPlatform::new("old").verify(&HeaderMap::new(), body.as_bytes());
    assert!(matches!(unsigned, Err(EventError::Header(_))));
    let mut weak = changing.clone();
    weak.insert("x-akeneo-signature-algorithm", "HmacMD5".parse().unwrap());
    let weak = EventPlatform::new("new").verify(&weak, body.as_bytes());
    assert!(matches!(weak, Err(EventError::Header(_))));
}

#[test]
fn a_new_type_of_event_and_a_notification_are_read() {
    let receiver = EventPlatform::new("s");
    let signed = |body: &str| headers(&[("x-akeneo-signature-primary", &sign("s", body))]);
    let body = r#"{"id": "2", "type": "com.akeneo.pim.v1.asset.created", "data": {"asset": {"code": "a"}}, "x": [1]}"#;
    let event = receiver.receive(&signed(body), body.as_bytes()).unwrap();
    assert_eq!(event.type_.as_str(), "com.akeneo.pim.v1.asset.created");
    assert_eq!(event.data.extra["asset"]["code"], "a");
    assert_eq!(event.extra["x"][0], 1);

    let body = r#"{"notification_type": "subscription.revoked", "subscription_id": "s1", "destination": {"type": "https"}}"#;
    let notice = receiver
        .receive_notification(&signed(body), body.as_bytes())
        .unwrap();
    assert_eq!(notice.notification_type, NotificationType::Revoked);
    assert_eq!(notice.extra["destination"]["type"], "https");

    let not_json = receiver.receive(&signed("no"), b"no");
    assert!(matches!(not_json, Err(EventError::Malformed(_))));
}

#[test]
fn the_example_answers_200_401_or_400() {
    let receiver = EventsApi::new("secret");
    let good = signed("secret", &TIME.to_string(), BODY);
    let (status, text) = example::answer(&receiver, &good, BODY.as_bytes(), after(1));
    assert_eq!(
        (status, text.as_str()),
        (
            200,
            "sku-1: product.updated\na: asset.created, which is new"
        )
    );
    let (status, _) = example::answer(&receiver, &good, b"{}", after(1));
    assert_eq!(status, 401);
    let odd = signed("secret", &TIME.to_string(), "[]x");
    assert_eq!(example::answer(&receiver, &odd, b"[]x", after(1)).0, 400);
}

//! Events as the PIM sends them: signatures of the raw body, changed secrets, and unknown payloads.
#![cfg(feature = "webhooks")]
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

use std::time::{Duration, SystemTime};

use akeneo_sdk::types::{EventBatch, PimEventAction, PlatformEventType, PlatformNotificationType};
use akeneo_sdk::webhooks::{
    EventPlatform, EventsApi, HeaderMap, PlatformNotification, WebhookError, WebhookKeys,
};
use hmac::{Hmac, Mac};

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

fn receive(headers: &HeaderMap, body: &str, now: SystemTime) -> Result<EventBatch, WebhookError> {
    let keys = WebhookKeys::new("secret");
    EventsApi::verify_and_parse(headers, body.as_bytes(), &keys, now)
}

#[test]
fn unknown_events_and_properties_are_kept() {
    let headers = signed("secret", &TIME.to_string(), BODY);
    let batch = receive(&headers, BODY, after(1)).unwrap();
    let [known, unknown] = batch.events.as_slice() else {
        unreachable!()
    };
    assert_eq!(known.action, PimEventAction::ProductUpdated);
    let resource =
        |event: &akeneo_sdk::types::PimEvent| event.data.clone().unwrap().resource.unwrap();
    assert_eq!(resource(known)["identifier"], "sku-1");
    assert_eq!(known.extra["soon"].value(), true);
    let product: akeneo_sdk::types::ProductByUuid = resource(known).read().unwrap();
    assert_eq!(product.uuid.as_deref(), Some("u"));
    assert_eq!(unknown.action.as_str(), "asset.created");
    assert_eq!(resource(unknown)["code"], "a");
}

#[test]
fn the_signature_covers_the_raw_body_and_the_timestamp() {
    let time = TIME.to_string();
    let good = signed("secret", &time, BODY);
    receive(&good, BODY, after(0)).unwrap();

    let again = BODY.replace(": ", ":");
    let mut other_time = good.clone();
    other_time.insert("x-akeneo-request-timestamp", "1700000001".parse().unwrap());
    let refused = [
        receive(&good, &again, after(0)),
        receive(&other_time, BODY, after(0)),
        receive(&signed("other", &time, BODY), BODY, after(0)),
    ];
    for result in refused {
        assert!(matches!(result, Err(WebhookError::Signature)), "{result:?}");
    }
    let missing = receive(&HeaderMap::new(), BODY, after(0));
    assert!(
        matches!(missing, Err(WebhookError::Header(_))),
        "{missing:?}"
    );
}

#[test]
fn requests_with_an_old_or_future_timestamp_are_rejected() {
    let keys = WebhookKeys::new("secret").with_tolerance(Duration::from_secs(60));
    let headers = signed("secret", &TIME.to_string(), BODY);
    let at = |now| EventsApi::verify_and_parse(&headers, BODY.as_bytes(), &keys, now);
    assert!(at(after(60)).is_ok());
    assert!(at(SystemTime::UNIX_EPOCH + Duration::from_secs(TIME - 60)).is_ok());
    assert!(matches!(at(after(61)), Err(WebhookError::Timestamp)));
    let early = SystemTime::UNIX_EPOCH + Duration::from_secs(TIME - 61);
    assert!(matches!(at(early), Err(WebhookError::Timestamp)));
    for odd in ["soon", "99999999999999999999", "18446744073709551615", "-5"] {
        let result = receive(&signed("secret", odd, BODY), BODY, after(0));
        assert!(result.is_err(), "{odd}");
    }
}

#[test]
fn events_are_accepted_with_either_secret_during_rotation() {
    let body = r#"{"specversion": "1.0", "id": "1", "type": "com.akeneo.pim.v1.product.created", "subject": "s",
        "time": "2026-01-02T03:04:05Z", "data": {"product": {"uuid": "u"}, "author": {"identifier": "me", "type": "api"}}}"#;
    let [old, new] = [sign("old", body), sign("new", body)];
    let changing = headers(&[
        ("x-akeneo-signature-primary", &new),
        ("x-akeneo-signature-secondary", &old),
        ("x-akeneo-signature-algorithm", "HmacSHA256"),
    ]);
    let receive = |headers: &HeaderMap, keys: &WebhookKeys| {
        EventPlatform::verify_and_parse(headers, body.as_bytes(), keys, after(0))
    };
    for keys in [
        WebhookKeys::new("old"),
        WebhookKeys::new("new"),
        WebhookKeys::new("other").with_key("new"),
    ] {
        let event = receive(&changing, &keys).unwrap();
        assert_eq!(event.type_, PlatformEventType::ComAkeneoPimV1ProductCreated);
        let data = event.data.unwrap();
        assert_eq!(data.product.unwrap().uuid, "u");
        assert_eq!(data.author.unwrap().identifier.as_deref(), Some("me"));
    }
    let stranger = receive(&changing, &WebhookKeys::new("other"));
    assert!(matches!(stranger, Err(WebhookError::Signature)));
    let unsigned = receive(&HeaderMap::new(), &WebhookKeys::new("old"));
    assert!(matches!(unsigned, Err(WebhookError::Header(_))));
    let mut weak = changing.clone();
    weak.insert("x-akeneo-signature-algorithm", "HmacMD5".parse().unwrap());
    let weak = receive(&weak, &WebhookKeys::new("new"));
    assert!(matches!(weak, Err(WebhookError::Header(_))));
}

#[test]
fn unknown_event_types_and_notifications_are_parsed() {
    let keys = WebhookKeys::new("s");
    let signed = |body: &str| headers(&[("x-akeneo-signature-primary", &sign("s", body))]);
    let event = |body: &str| {
        EventPlatform::verify_and_parse(&signed(body), body.as_bytes(), &keys, after(0))
    };
    let body = r#"{"id": "2", "type": "com.akeneo.pim.v1.asset.created", "data": {"asset": {"code": "a"}}, "x": [1]}"#;
    let read = event(body).unwrap();
    assert_eq!(read.type_.as_str(), "com.akeneo.pim.v1.asset.created");
    assert_eq!(read.data.unwrap().extra["asset"]["code"], "a");
    assert_eq!(read.extra["x"][0], 1);

    let body = r#"{"notification_type": "subscription.revoked", "subscription_id": "s1", "destination": {"type": "https"}}"#;
    let notice =
        PlatformNotification::verify_and_parse(&signed(body), body.as_bytes(), &keys, after(0))
            .unwrap();
    let revoked = PlatformNotificationType::SubscriptionRevoked;
    assert_eq!(notice.notification_type, revoked);
    assert_eq!(notice.extra["destination"]["type"], "https");
    assert!(matches!(event("no"), Err(WebhookError::Malformed(_))));
}

//! Parses callbacks with the seven documented payloads and with undocumented ones.
#![cfg(feature = "webhooks")]
#![allow(clippy::unwrap_used, clippy::panic)] // In a test, a panic is the failure report.

use serde_json::{Value, json};
use smscx_sdk::types::{
    DeliveryStatus, DeviceType, LookupCallback, LookupStatus, OptoutSource, OtpStatus,
};
use smscx_sdk::webhooks::{CallbackEvent, WebhookError};

const ID: &str = "2f1c1a52-7c0e-4f1e-9a43-5a1f0f3f9b11";

fn read(event: &str, items: Value) -> CallbackEvent {
    let body = json!({"event": event, "data": items}).to_string();
    let read = CallbackEvent::parse(body.as_bytes()).unwrap();
    assert_eq!(read.event(), event);
    read
}

fn hit() -> Value {
    json!({
        "hitId": 7, "shortlinkId": "aB3", "url": "https://example.com/a", "phoneNumber": "+33612424105",
        "campaignId": ID, "groupId": "12", "device": "mobile", "browser": "Firefox", "browserVersion": "140",
        "os": "Android", "osVersion": "16", "brand": "Fairphone", "model": "6", "screenResolution": "1116x2484",
        "acceptLanguage": "fr", "referrer": null, "ipAddress": "192.0.2.0", "countryIso": "FR", "city": "Lyon",
        "datetime": "2026-01-02 03:04:05",
    })
}

fn lookup() -> Value {
    let network = json!({"mcc": "208", "mnc": "01", "networkName": "Orange", "countryIso": "FR"});
    json!({
        "phoneNumber": "+33612424105", "lookupBulkId": null, "lookupId": ID, "cost": 0.004, "mcc": "208",
        "mccmnc": "20801", "countryIso": "FR", "countryName": "France", "countryNameLocale": "France",
        "status": "ACTIVE", "statusDescription": "Reachable", "ported": false, "roaming": false,
        "originalNetwork": network, "portedNetwork": {}, "roamingNetwork": {}, "datetime": "2026-01-02T03:04:05Z",
    })
}

fn otp() -> Value {
    json!({
        "otpId": ID, "trackId": null, "phoneNumber": "+33612424105", "countryIso": "FR", "status": "VERIFIED",
        "cost": 0.05, "parts": 1, "maxAttempts": 3, "attempts": 1, "ttl": 300, "otpCallbackUrl": null,
        "dateCreated": "2026-01-02 03:04:05", "dateExpires": "2026-01-02 03:09:05",
    })
}

#[test]
fn every_item_of_a_delivery_report_callback_is_parsed() {
    let items = json!([
        {"campaignId": ID, "msgId": ID, "trackData": null, "statusCode": 2, "status": "DELIVERED",
         "errorCode": null, "datetime": "2026-01-02 03:04:05"},
        {"campaignId": ID, "msgId": ID, "trackData": ID, "statusCode": 9, "status": "NO COVERAGE",
         "errorCode": 12, "datetime": "2026-01-02 03:04:05"},
    ]);
    let CallbackEvent::DlrUpdate(reports) = read("dlr_update", items) else {
        panic!("not delivery reports")
    };
    let [first, second] = &reports.data[..] else {
        panic!("not two reports")
    };
    assert_eq!(first.msg_id, ID);
    assert_eq!(first.status, Some(DeliveryStatus::Delivered));
    assert_eq!((first.error_code, second.error_code), (None, Some(12)));
    assert_eq!(second.status, Some(DeliveryStatus::NoCoverage));
    assert_eq!(second.track_data.as_deref(), Some(ID));
    let time = first.datetime.as_ref().unwrap();
    assert_eq!(time.as_str(), "2026-01-02 03:04:05");
    assert!(
        time.local().is_some(),
        "times without a time zone must be parsed"
    );
}

#[test]
fn received_messages_are_parsed() {
    let text = json!([{"msgId": ID, "from": "+33612424105", "countryIso": "FR", "to": "+33600000000",
        "text": "Yes", "cost": 0, "receivedAt": "2026-01-02T03:04:05Z"}]);
    let CallbackEvent::ReceiveSms(texts) = read("receive_sms", text) else {
        panic!("not texts")
    };
    let text = &texts.data[0];
    assert_eq!(text.from.as_deref(), Some("+33612424105"));
    assert_eq!((text.text.as_deref(), text.cost), (Some("Yes"), Some(0.0)));
}

#[test]
fn short_link_and_attachment_hits_identify_their_link() {
    let hits = |event| match read(event, json!([hit()])) {
        CallbackEvent::ShortlinkHit(hits) | CallbackEvent::ShortlinkHitUpdate(hits) => hits.data,
        CallbackEvent::AttachmentHit(hits) | CallbackEvent::AttachmentHitUpdate(hits) => hits.data,
        other => panic!("{other:?}"),
    };
    for event in [
        "shortlink_hit",
        "shortlink_hit_update",
        "attachment_hit",
        "attachment_hit_update",
    ] {
        let hits = hits(event);
        assert_eq!(hits[0].shortlink_id.as_deref(), Some("aB3"), "{event}");
        assert_eq!(hits[0].url.as_deref(), Some("https://example.com/a"));
        assert_eq!(
            (hits[0].hit_id, &hits[0].device),
            (7, &Some(DeviceType::Mobile))
        );
        assert_eq!(hits[0].group_id.as_deref(), Some("12"));
    }
}

#[test]
fn optouts_are_parsed() {
    let optout = json!([{"hitId": 7, "optoutId": "31", "optoutUrl": "https://example.com/o", "optoutType": "link",
        "phoneNumber": "+33612424105", "campaignId": ID, "groupId": null, "countryIso": "FR",
        "datetime": "2026-01-02 03:04:05"}]);
    let CallbackEvent::NewOptout(optouts) = read("new_optout", optout) else {
        panic!("not opt-outs")
    };
    assert_eq!(optouts.data[0].optout_type, Some(OptoutSource::Link));
    assert_eq!(
        optouts.data[0].phone_number.as_deref(),
        Some("+33612424105")
    );
}

#[test]
fn lookups_and_otps_that_share_an_event_name_are_distinguished() {
    let CallbackEvent::LookupUpdate(lookups) = read("otp_update", json!([lookup()])) else {
        panic!("not a lookup")
    };
    assert_eq!(lookups.data[0].status, Some(LookupStatus::Active));
    assert_eq!(lookups.data[0].lookup_bulk_id, None);
    let CallbackEvent::OtpUpdate(otps) = read("otp_update", json!([otp()])) else {
        panic!("not an OTP")
    };
    assert_eq!(otps.data[0].status, Some(OtpStatus::Verified));
    let empty = read("otp_update", json!([]));
    assert!(matches!(empty, CallbackEvent::OtpUpdate(_)), "{empty:?}");
}

#[test]
fn a_lookup_update_event_is_unknown_but_can_be_deserialized() {
    let CallbackEvent::Unknown { event, body } = read("lookup_update", json!([lookup()])) else {
        panic!("this event has a variant now")
    };
    assert_eq!(event, "lookup_update");
    let lookups: LookupCallback = body.read().unwrap();
    assert_eq!(
        lookups.data[0].phone_number.as_deref(),
        Some("+33612424105")
    );
}

#[test]
fn events_without_a_documented_payload_are_preserved() {
    for event in ["receive_viber", "receive_whatsapp", "price_change"] {
        let CallbackEvent::Unknown { body, .. } = read(event, json!([{"msgId": ID, "n": 1}]))
        else {
            panic!("{event} has a variant now")
        };
        assert_eq!(body.value()["data"][0]["n"], 1);
    }
    let nameless = CallbackEvent::parse(br#"{"data": []}"#).unwrap();
    assert_eq!(nameless.event(), "");
}

#[test]
fn unknown_states_extra_fields_and_missing_fields_are_tolerated() {
    let items = json!([{"msgId": ID, "status": "READ", "errorCode": "12", "price": {"amount": 1}}]);
    let CallbackEvent::DlrUpdate(reports) = read("dlr_update", items) else {
        panic!("not delivery reports")
    };
    let report = &reports.data[0];
    assert_eq!(
        report.status.as_ref().map(DeliveryStatus::as_str),
        Some("READ")
    );
    assert_eq!(report.error_code, Some(12));
    assert_eq!(report.extra["price"].value()["amount"], 1);
    let hit = json!([{"hitId": "8", "groupId": 12, "attachmentId": "xY9"}]);
    let CallbackEvent::AttachmentHit(hits) = read("attachment_hit", hit) else {
        panic!("not hits")
    };
    assert_eq!(hits.data[0].extra["attachmentId"].value(), "xY9");
    assert_eq!(hits.data[0].hit_id, 8);
    assert_eq!(hits.data[0].group_id.as_deref(), Some("12"));
}

#[test]
fn a_body_that_is_not_a_callback_is_an_error() {
    for body in ["", "no", "[]x", r#"{"event": "dlr_update", "data": 7}"#] {
        let error = CallbackEvent::parse(body.as_bytes()).unwrap_err();
        assert!(
            matches!(error, WebhookError::Malformed(_)),
            "{body}: {error}"
        );
    }
}

#[test]
fn a_callback_can_contain_two_hundred_items() {
    let items: Vec<Value> = (0..200)
        .map(|_| json!({"msgId": ID, "status": "SENT"}))
        .collect();
    let CallbackEvent::DlrUpdate(reports) = read("dlr_update", json!(items)) else {
        panic!("not delivery reports")
    };
    assert_eq!(reports.data.len(), 200);
}

//! Value of `x-sdk-webhooks`, which describes the families of webhooks that a vendor sends.

use crate::spec::extension::shape::{is, is_pointer, numbers, object, one_of};
use serde_json::{Value, json};

pub(super) fn check(value: &Value) -> Result<(), String> {
    let families = value.as_array().ok_or("a list of families")?;
    families.iter().try_for_each(family)
}

fn family(value: &Value) -> Result<(), String> {
    let has_one_payload = value.get("payload").is_some();
    let needs: &[&str] = match has_one_payload {
        true => &["name", "description", "payload", "verification"],
        false => &["name", "description", "event", "events", "verification"],
    };
    let family = object(value, needs, &[])?;
    for key in ["name", "description", "payload"] {
        let is_text = family.get(key).is_none_or(Value::is_string);
        is(is_text, &format!("a string as `{key}`"))?;
    }
    if has_one_payload {
        return verification(&family["verification"]);
    }
    is(is_pointer(&family["event"]), "a JSON pointer as `event`")?;
    let events = family["events"]
        .as_array()
        .filter(|events| !events.is_empty());
    for event in events.ok_or("a non-empty list of {event, payload} as `events`")? {
        let event = object(event, &["event", "payload"], &["variant", "has"])?;
        is(
            event.values().all(Value::is_string) && event.get("has").is_none_or(is_pointer),
            "strings as the values of each object in `events`, and a JSON pointer as `has`",
        )?;
    }
    verification(&family["verification"])
}

fn verification(value: &Value) -> Result<(), String> {
    match value.get("kind").and_then(Value::as_str) {
        Some("none") => object(value, &["kind"], &[]).map(|_| ()),
        Some("hmac_sha256") => {
            let may = ["algorithm", "timestamp", "tolerance"];
            let rule = object(value, &["kind", "headers", "encoding"], &may)?;
            let headers = rule["headers"].as_array();
            is(
                headers.is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string)),
                "a non-empty list of header names as `headers`",
            )?;
            one_of(&rule["encoding"], &["hex", "base64"])
                .map_err(|wanted| format!("{wanted} as `encoding`"))?;
            is(
                rule.get("timestamp").is_none_or(Value::is_string),
                "the name of a header as `timestamp`",
            )?;
            if let Some(algorithm) = rule.get("algorithm") {
                let algorithm = object(algorithm, &["header", "value"], &[])?;
                is(
                    algorithm.values().all(Value::is_string),
                    "strings in `algorithm`",
                )?;
            }
            tolerance(value)
        }
        Some("ed25519") => {
            let rule = object(value, &["kind", "signature", "timestamp"], &["tolerance"])?;
            is(
                rule["signature"].is_string(),
                "the name of a property as `signature`",
            )?;
            is(
                is_pointer(&rule["timestamp"]),
                "a JSON pointer as `timestamp`",
            )?;
            tolerance(value)
        }
        _ => Err("none, hmac_sha256 or ed25519 as `kind` of `verification`".to_owned()),
    }
}

/// Checks the tolerance in seconds.
fn tolerance(rule: &Value) -> Result<(), String> {
    match rule.get("tolerance") {
        Some(seconds) => numbers(&json!({ "tolerance": seconds }), &["tolerance"], &[]),
        None => Ok(()),
    }
}

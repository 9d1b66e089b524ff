//! The closed list of extensions: the kinds of nodes that each extension is allowed on, and the
//! structure of its value.

mod job;
mod shape;
mod webhook;

use crate::spec::extension::shape::{is, is_pointer, object, one_of};
use crate::spec::kind::Kind;
use serde_json::{Map, Value};

macro_rules! extensions {
    ($($variant:ident = $name:literal,)+) => {
        /// An `x-` key that the generator reads, or that documents a deviation from the vendor's
        /// document.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Extension { $($variant,)+ }

        impl Extension {
            pub(crate) const ALL: &[Extension] = &[$(Extension::$variant,)+];

            /// Returns the key.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Extension::$variant => $name,)+ }
            }
        }
    };
}

extensions! {
    UpstreamOperationId = "x-upstream-operation-id",
    UpstreamDeclared = "x-upstream-declared",
    Name = "x-sdk-name",
    Placeholder = "x-sdk-placeholder",
    TakesCredentials = "x-sdk-takes-credentials",
    Token = "x-sdk-token",
    Secret = "x-sdk-secret",
    Alias = "x-sdk-alias",
    Patch = "x-sdk-patch",
    AnswerName = "x-sdk-answer-name",
    Error = "x-sdk-error",
    ErrorCodes = "x-sdk-error-codes",
    Limits = "x-sdk-limits",
    Pagination = "x-sdk-pagination",
    Bulk = "x-sdk-bulk",
    Internal = "x-sdk-internal",
    KeepSlashes = "x-sdk-keep-slashes",
    Repeat = "x-sdk-repeat",
    Effect = "x-sdk-effect",
    Variants = "x-sdk-variants",
    Wait = "x-sdk-wait",
    Find = "x-sdk-find",
    Webhooks = "x-sdk-webhooks",
    Credentials = "x-sdk-credentials",
    Imported = "x-sdk-imported",
}

impl Extension {
    pub(crate) fn of(key: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|extension| extension.name() == key)
    }

    /// Returns the kinds of nodes that the extension is allowed on. An empty slice means all kinds.
    pub(crate) fn kinds(self) -> &'static [Kind] {
        match self {
            Self::UpstreamDeclared => &[],
            Self::Name | Self::Placeholder | Self::TakesCredentials => &[Kind::Server],
            Self::Secret | Self::Alias | Self::Patch | Self::AnswerName | Self::Error => {
                &[Kind::Schema]
            }
            Self::Limits | Self::Webhooks | Self::Credentials | Self::Imported => &[Kind::Document],
            Self::KeepSlashes => &[Kind::Document, Kind::Parameter],
            Self::UpstreamOperationId
            | Self::Token
            | Self::ErrorCodes
            | Self::Pagination
            | Self::Bulk
            | Self::Internal
            | Self::Repeat
            | Self::Effect
            | Self::Variants
            | Self::Wait
            | Self::Find => &[Kind::Operation],
        }
    }

    /// Checks the value itself, independently of the rest of the document. The error describes the
    /// expected value.
    pub(crate) fn check(self, value: &Value) -> Result<(), String> {
        match self {
            Self::UpstreamOperationId | Self::Name | Self::Alias | Self::AnswerName => {
                is(value.is_string(), "a string")
            }
            Self::UpstreamDeclared => departure(value),
            Self::TakesCredentials => is(value.is_boolean(), "true or false"),
            Self::Secret => is(
                value.is_boolean(),
                "true, or false if it only looks like a secret",
            ),
            Self::Placeholder
            | Self::Token
            | Self::Patch
            | Self::Internal
            | Self::KeepSlashes
            | Self::Imported => is(value.as_bool() == Some(true), "true, or omit it"),
            Self::Effect => one_of(value, &["money", "message", "signature"]),
            Self::Repeat => repeat(value),
            Self::Error => error(value),
            Self::ErrorCodes => error_codes(value),
            Self::Limits => limits(value),
            Self::Bulk => bulk(value),
            Self::Pagination => pagination(value),
            Self::Variants => variants(value),
            Self::Wait => job::check(value),
            Self::Find => is(
                value.as_str().is_some_and(|text| !text.is_empty()),
                "a string that describes how to find out whether the call took effect",
            ),
            Self::Webhooks => webhook::check(value),
            // Separate rules check the content and report exact locations.
            Self::Credentials => Ok(()),
        }
    }
}

/// Checks the rate limits, which are positive 32-bit integers, and the header with a retry delay.
/// If the vendor doesn't publish numbers, only the header is present.
fn limits(value: &Value) -> Result<(), String> {
    let has_numbers = value
        .as_object()
        .is_none_or(|object| object.len() != 1 || !object.contains_key("wait"));
    let limits = match has_numbers {
        true => object(value, &["requests", "per_seconds"], &["concurrent", "wait"])?,
        false => object(value, &["wait"], &[])?,
    };
    for (key, value) in limits {
        if key == "wait" {
            let wait = object(value, &["header", "unit"], &[])?;
            let is_name = wait["header"].as_str().is_some_and(|name| !name.is_empty());
            is(is_name, "the name of a header as `header` of `wait`")?;
            one_of(&wait["unit"], &["milliseconds", "seconds", "unix"])
                .map_err(|wanted| format!("{wanted} as `unit` of `wait`"))?;
            continue;
        }
        let fits = value
            .as_u64()
            .is_some_and(|number| number > 0 && u32::try_from(number).is_ok());
        is(fits, &format!("a whole number of at least 1 as `{key}`"))?;
    }
    Ok(())
}

/// Checks a deviation: a string, or `was` (the vendor's version) and `why` (the reason for the
/// deviation). If `was` is `absent`, the vendor's document lacks the key.
fn departure(value: &Value) -> Result<(), String> {
    let wanted = "a string, or {was: <JSON, or absent>, why: <string>}";
    if value.is_string() {
        return Ok(());
    }
    let departure = object(value, &["was", "why"], &[]).map_err(|_| wanted.to_owned())?;
    is(departure["why"].is_string(), wanted)
}

fn repeat(value: &Value) -> Result<(), String> {
    let wanted = "safe, never, or keyed: {header: <name>} or {body: <property>}";
    if value.is_string() {
        return one_of(value, &["safe", "never"]).map_err(|_| wanted.to_owned());
    }
    let keyed = object(value, &["keyed"], &[]).ok();
    let name = keyed.and_then(|keyed| {
        ["header", "body"].iter().find_map(|place| {
            let place = object(&keyed["keyed"], &[place], &[]).ok()?;
            place.values().next()?.as_str()
        })
    });
    is(name.is_some_and(|name| !name.is_empty()), wanted)
}

fn error(value: &Value) -> Result<(), String> {
    for (key, pointers) in object(
        value,
        &["message"],
        &["code", "type", "fields", "in_success"],
    )? {
        let are_pointers = pointers
            .as_array()
            .is_some_and(|list| list.iter().all(is_pointer));
        is(are_pointers, &format!("a list of JSON pointers as `{key}`"))?;
    }
    Ok(())
}

fn error_codes(value: &Value) -> Result<(), String> {
    let rows = value
        .as_array()
        .ok_or("a list of {status, code, type, description}")?;
    for row in rows {
        let row = object(row, &["status", "code"], &["type", "description"])?;
        let status = row["status"]
            .as_u64()
            .is_some_and(|status| (100..600).contains(&status));
        is(status, "a status from 100 to 599 in every row")?;
        is(
            row["code"].is_string() || row["code"].is_u64(),
            "a string or a whole number as `code`",
        )?;
        for key in ["type", "description"] {
            is(
                row.get(key).is_none_or(Value::is_string),
                &format!("a string as `{key}`"),
            )?;
        }
    }
    Ok(())
}

fn bulk(value: &Value) -> Result<(), String> {
    let bulk = object(value, &["format", "max_lines"], &["max_line_length"])?;
    one_of(&bulk["format"], &["ndjson", "array"])
        .map_err(|wanted| format!("{wanted} as `format`"))?;
    for key in ["max_lines", "max_line_length"] {
        let fits = |number: &Value| {
            number
                .as_u64()
                .is_some_and(|number| number > 0 && u32::try_from(number).is_ok())
        };
        is(
            bulk.get(key).is_none_or(fits),
            &format!("a whole number of at least 1 as `{key}`"),
        )?;
    }
    Ok(())
}

fn variants(value: &Value) -> Result<(), String> {
    let wanted = "{parameter: <path parameter>, values: {<value>: <schema>, …}}";
    let variants = object(value, &["parameter", "values"], &[]).map_err(|_| wanted.to_owned())?;
    let values = variants["values"].as_object();
    let are_schemas =
        values.is_some_and(|values| values.len() > 1 && values.values().all(Value::is_string));
    is(variants["parameter"].is_string() && are_schemas, wanted)
}

fn pagination(value: &Value) -> Result<(), String> {
    let style = value.get("style").and_then(Value::as_str);
    let paging = match style {
        Some("page") => object(
            value,
            &["style", "page", "items"],
            &["limit", "first", "total", "next", "end", "max_limit"],
        ),
        Some("offset") => object(
            value,
            &["style", "offset", "limit", "items"],
            &["default_limit", "total", "end", "max_limit"],
        ),
        Some("cursor") => object(
            value,
            &["style", "cursor", "next", "items"],
            &["limit", "total"],
        ),
        Some("link") => object(
            value,
            &["style", "next", "items"],
            &["limit", "total", "choose"],
        ),
        _ => Err("page, offset, cursor or link as `style`".to_owned()),
    }?;
    for (key, value) in paging {
        match key.as_str() {
            "items" if value.is_array() => {
                let all = value.as_array();
                let are_pointers = |all: &Vec<Value>| all.len() > 1 && all.iter().all(is_pointer);
                is(
                    all.is_some_and(are_pointers),
                    "a JSON pointer, or a list of at least two JSON pointers, as `items`",
                )?;
            }
            "items" | "next" | "total" => {
                is(is_pointer(value), &format!("a JSON pointer as `{key}`"))?
            }
            "first" | "default_limit" | "max_limit" => {
                is(value.is_u64(), &format!("a whole number as `{key}`"))?
            }
            "end" => list_end(paging, value)?,
            "choose" => {
                let choose = object(value, &["parameter", "value"], &[])?;
                is(choose.values().all(Value::is_string), "strings in `choose`")?;
            }
            _ => is(
                value.is_string(),
                &format!("the name of a query parameter as `{key}`"),
            )?,
        }
    }
    Ok(())
}

/// Checks the condition that ends a list. The conditions `total` and `next` require the pointer
/// with the same name.
fn list_end(paging: &Map<String, Value>, end: &Value) -> Result<(), String> {
    one_of(end, &["total", "next", "empty", "short"])
        .map_err(|wanted| format!("{wanted} as `end`"))?;
    match end.as_str() {
        Some(word @ ("total" | "next")) => is(
            paging.contains_key(word),
            &format!("a JSON pointer as `{word}`, which `end` refers to"),
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::Extension;
    use serde_json::json;

    #[test]
    fn documented_extension_values_are_accepted() {
        let cases = [
            ("x-upstream-declared", json!("Not nullable.")),
            (
                "x-upstream-declared",
                json!({"was": "absent", "why": "Its client sends it."}),
            ),
            (
                "x-upstream-declared",
                json!({"was": {"required": ["id"], "nullable": "absent"}, "why": "Seen null."}),
            ),
            ("x-sdk-repeat", json!("never")),
            (
                "x-sdk-repeat",
                json!({"keyed": {"header": "Idempotency-Key"}}),
            ),
            ("x-sdk-repeat", json!({"keyed": {"body": "requestId"}})),
            (
                "x-sdk-limits",
                json!({"requests": 100, "per_seconds": 60, "concurrent": 4}),
            ),
            (
                "x-sdk-limits",
                json!({"wait": {"header": "X-Wait-Ms", "unit": "milliseconds"}}),
            ),
            (
                "x-sdk-pagination",
                json!({"style": "offset", "offset": "first", "limit": "limit", "items": "", "end": "short", "max_limit": 100}),
            ),
            (
                "x-sdk-bulk",
                json!({"format": "ndjson", "max_lines": 100, "max_line_length": 1_000_000}),
            ),
            (
                "x-sdk-error",
                json!({"code": ["/code"], "message": ["/message", "/error/message"]}),
            ),
            (
                "x-sdk-error-codes",
                json!([{"status": 401, "code": 1600, "type": "invalid_client"}]),
            ),
            (
                "x-sdk-pagination",
                json!({"style": "offset", "offset": "first", "limit": "limit", "items": ""}),
            ),
            (
                "x-sdk-pagination",
                json!({"style": "page", "page": "page", "items": ["/comments", "/activities"]}),
            ),
            (
                "x-sdk-pagination",
                json!({"style": "link", "next": "/next", "items": "/items", "choose": {"parameter": "by", "value": "cursor"}}),
            ),
            (
                "x-sdk-wait",
                json!({"state": "/status", "done": ["done"], "failed": ["failed"], "reason": "/why", "first_delay": 2, "longest_delay": 10, "deadline": 600}),
            ),
            (
                "x-sdk-wait",
                json!({"state": "/data/*/status", "count": "/total", "done": ["done"], "first_delay": 2, "longest_delay": 10, "deadline": 600}),
            ),
            (
                "x-sdk-wait",
                json!({"poll": {"operation": "get_job", "arguments": {"key": "/key"}}, "result": {"operation": "download"}, "fixed": {"async": 1}, "find": "look"}),
            ),
            ("x-sdk-find", json!("call `list_payments`")),
        ];
        for (key, value) in cases {
            let check = Extension::of(key).map(|extension| extension.check(&value));
            assert_eq!(check, Some(Ok(())), "{key}: {value}");
        }
    }

    #[test]
    fn errors_for_invalid_extension_values_state_what_is_expected() {
        let cases = [
            ("x-sdk-token", json!(false), "true, or omit it"),
            (
                "x-upstream-declared",
                json!({"was": {"type": "string"}}),
                "a string, or {was: <JSON, or absent>, why: <string>}",
            ),
            (
                "x-upstream-declared",
                json!(["absent"]),
                "a string, or {was: <JSON, or absent>, why: <string>}",
            ),
            ("x-sdk-effect", json!("mail"), "money, message or signature"),
            (
                "x-sdk-repeat",
                json!({"keyed": "X"}),
                "safe, never, or keyed: {header: <name>} or {body: <property>}",
            ),
            (
                "x-sdk-repeat",
                json!({"keyed": {"header": "X", "body": "x"}}),
                "safe, never, or keyed: {header: <name>} or {body: <property>}",
            ),
            (
                "x-sdk-limits",
                json!({"requests": 100}),
                "an object with `requests` and `per_seconds`, and optionally `concurrent` and `wait`",
            ),
            (
                "x-sdk-limits",
                json!({"wait": {"header": "X-Wait", "unit": "minutes"}}),
                "milliseconds, seconds or unix as `unit` of `wait`",
            ),
            (
                "x-sdk-pagination",
                json!({"style": "page", "page": "page", "items": "", "end": "total"}),
                "a JSON pointer as `total`, which `end` refers to",
            ),
            (
                "x-sdk-pagination",
                json!({"style": "page", "page": "page", "items": "", "end": "never"}),
                "total, next, empty or short as `end`",
            ),
            (
                "x-sdk-limits",
                json!({"requests": 0, "per_seconds": 1}),
                "a whole number of at least 1 as `requests`",
            ),
            (
                "x-sdk-error",
                json!({"message": ["code"]}),
                "a list of JSON pointers as `message`",
            ),
            (
                "x-sdk-error-codes",
                json!([{"status": 99, "code": 1}]),
                "a status from 100 to 599 in every row",
            ),
            (
                "x-sdk-pagination",
                json!({"style": "pages"}),
                "page, offset, cursor or link as `style`",
            ),
            (
                "x-sdk-pagination",
                json!({"style": "page", "page": "page", "items": ["/a"]}),
                "a JSON pointer, or a list of at least two JSON pointers, as `items`",
            ),
            (
                "x-sdk-variants",
                json!({"parameter": "by", "values": {"day": "ByDay"}}),
                "{parameter: <path parameter>, values: {<value>: <schema>, …}}",
            ),
            (
                "x-sdk-bulk",
                json!({"format": "csv", "max_lines": 1}),
                "ndjson or array as `format`",
            ),
            (
                "x-sdk-wait",
                json!({"state": "/status", "first_delay": 2, "longest_delay": 10, "deadline": 600}),
                "either `done` or `pending`, a list of states",
            ),
            (
                "x-sdk-wait",
                json!({"state": "/status", "count": "/total", "done": ["done"], "first_delay": 2, "longest_delay": 10, "deadline": 600}),
                "`count` only together with a `state` that contains `*`",
            ),
            (
                "x-sdk-webhooks",
                json!([{"name": "n", "description": "N.", "event": "/e", "events": [], "verification": {"kind": "none"}}]),
                "a non-empty list of {event, payload} as `events`",
            ),
            (
                "x-sdk-webhooks",
                json!([{"name": "n", "description": "N.", "event": "/e", "events": [{"event": "a", "payload": "A"}], "verification": {"kind": "rsa"}}]),
                "none, hmac_sha256 or ed25519 as `kind` of `verification`",
            ),
            (
                "x-sdk-wait",
                json!({"poll": {"operation": "get_job", "arguments": {"key": "key"}}, "find": "look"}),
                "a JSON pointer as every value of `arguments`",
            ),
            (
                "x-sdk-find",
                json!(true),
                "a string that describes how to find out whether the call took effect",
            ),
        ];
        for (key, value, wanted) in cases {
            let check = Extension::of(key).map(|extension| extension.check(&value));
            assert_eq!(check, Some(Err(wanted.to_owned())), "{key}: {value}");
        }
    }
}

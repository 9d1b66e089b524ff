//! Security schemes that the runtime supports: a bearer token, HTTP Basic, and a key in a header or
//! in the query.

use crate::command::import::draft::{Notes, component};
use crate::command::import::visit;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(super) const TOPIC: &str = "credentials";

/// Where the value of a security scheme is sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Travel {
    Bearer,
    Basic,
    Header(String),
    Query(String),
}

/// A supported security scheme.
#[derive(Clone, Debug)]
pub(super) struct Scheme {
    pub(super) travel: Travel,
    /// Name of the cookie, for a key that is sent in one.
    pub(super) cookie: Option<String>,
    /// The flows of OAuth 2.0.
    pub(super) flows: Option<Value>,
}

/// Supported schemes by name.
pub(super) type Schemes = BTreeMap<String, Scheme>;

/// Converts the document's security schemes to the house style, and removes unsupported ones.
pub(super) fn settle(document: &mut Value, notes: &mut Notes) -> Schemes {
    let declared = match document["components"].get("securitySchemes") {
        Some(Value::Object(declared)) => declared.clone(),
        _ => return Schemes::new(),
    };
    let mut schemes = Schemes::new();
    let mut written = Map::new();
    for (name, value) in &declared {
        let at = component("securitySchemes", name);
        let value = visit::resolve(document, value).cloned().unwrap_or_default();
        match read(&at, name, &value, notes) {
            Some(scheme) => {
                written.insert(name.clone(), write(&scheme, &value));
                schemes.insert(name.clone(), scheme);
            }
            None => notes.loss(
                TOPIC,
                &at,
                format!(
                    "the security scheme `{}` is not supported and is omitted",
                    shown(name)
                ),
            ),
        }
    }
    document["components"]["securitySchemes"] = Value::Object(written);
    schemes
}

pub(super) fn shown(text: &str) -> String {
    let text = text.replace('`', "'");
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn read(at: &str, name: &str, value: &Value, notes: &mut Notes) -> Option<Scheme> {
    let word = |key: &str| {
        value
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim()
    };
    let mut scheme = Scheme {
        travel: Travel::Bearer,
        cookie: None,
        flows: None,
    };
    let kind = word("type").to_ascii_lowercase();
    match kind.as_str() {
        "http" => scheme.travel = http(at, name, word("scheme"), notes),
        "basic" => scheme.travel = Travel::Basic,
        "oauth2" => scheme.flows = Some(value.get("flows").cloned().unwrap_or_default()),
        "openidconnect" => notes.question(
            TOPIC,
            at,
            format!("`{}` uses OpenID Connect: how does a client obtain a token? Users of the crate must supply one; to change that, specify a token operation in `x-sdk-credentials`", shown(name)),
        ),
        "apikey" => {
            let key = match word("name") {
                "" => name,
                key => key,
            };
            if key.is_empty() || key.contains(['\r', '\n', '\0']) {
                return None;
            }
            scheme.travel = match word("in").to_ascii_lowercase().as_str() {
                "query" => Travel::Query(key.to_owned()),
                "cookie" => {
                    scheme.cookie = Some(key.to_owned());
                    notes.change(TOPIC, at, format!("`{}` is a cookie: the client sends it in the header `Cookie`, and does not store other cookies", shown(name)));
                    Travel::Header("Cookie".to_owned())
                }
                "header" | "" if is_header_name(key) => Travel::Header(key.to_owned()),
                _ => return None,
            };
        }
        "mutualtls" => return None,
        _ => notes.question(
            TOPIC,
            at,
            format!("`{}` has the unknown type `{}`: the crate sends a bearer token; is that right?", shown(name), shown(word("type"))),
        ),
    }
    Some(scheme)
}

/// Returns where the value of a scheme of the type `http` is sent.
fn http(at: &str, name: &str, scheme: &str, notes: &mut Notes) -> Travel {
    match scheme.to_ascii_lowercase().as_str() {
        "basic" => Travel::Basic,
        "bearer" => Travel::Bearer,
        other => {
            notes.question(
                TOPIC,
                at,
                format!("`{}` has the HTTP scheme `{}`: what does the client send? The crate sends the user's value unchanged in `Authorization`", shown(name), shown(other)),
            );
            Travel::Header("Authorization".to_owned())
        }
    }
}

/// Returns whether a string is a valid HTTP field name (RFC 9110, section 5.1).
pub(super) fn is_header_name(text: &str) -> bool {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !text.is_empty() && text.chars().all(is_token)
}

fn write(scheme: &Scheme, value: &Value) -> Value {
    let mut out = match &scheme.travel {
        Travel::Basic => json!({ "type": "http", "scheme": "basic" }),
        Travel::Header(name) => json!({ "type": "apiKey", "in": "header", "name": name }),
        Travel::Query(name) => json!({ "type": "apiKey", "in": "query", "name": name }),
        Travel::Bearer => match &scheme.flows {
            Some(flows) => json!({ "type": "oauth2", "flows": flows }),
            None => json!({ "type": "http", "scheme": "bearer" }),
        },
    };
    for key in ["description", "bearerFormat"] {
        let is_kept = key == "description" || out["scheme"] == "bearer";
        if let Some(text @ Value::String(_)) = value.get(key).filter(|_| is_kept) {
            out[key] = text.clone();
        }
    }
    out
}

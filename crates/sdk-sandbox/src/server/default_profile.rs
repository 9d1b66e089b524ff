//! Default profile of a vendor, derived from its document: credentials, token exchanges, error
//! format and jobs.

use serde_json::{Map, Value, json};

use crate::json::letters::letters;
use crate::json::pointer::set;
use crate::openapi::document::Document;
use crate::openapi::operation::Operation;
use crate::openapi::property::{is_required, properties, property};
use crate::openapi::schema::is_type;
use crate::openapi::security::Scheme;
use crate::sample::prng::Prng;
use crate::sample::sampler::Sampler;
use crate::server::default_jobs::default_jobs;

/// Common names of the client id in the body of a token request, in lower case without punctuation.
const CLIENT_ID_NAMES: [&str; 6] = [
    "clientid",
    "accesskey",
    "apikey",
    "appid",
    "applicationid",
    "key",
];
const CLIENT_SECRET_NAMES: [&str; 5] = [
    "clientsecret",
    "secretkey",
    "apisecret",
    "secret",
    "appsecret",
];

/// Properties of a token response, and their values.
const TOKEN_RESPONSE_FIELDS: [(&str, &str); 6] = [
    ("accesstoken", "{access_token}"),
    ("token", "{access_token}"),
    ("expiresin", "{expires_in}"),
    ("scope", "{scope}"),
    ("refreshtoken", "{refresh_token}"),
    ("tokentype", "Bearer"),
];

/// Properties that are commonly the key of a record.
const KEY_NAMES: [&str; 5] = ["id", "identifier", "code", "key", "uuid"];

/// Builds a profile in the format of a profile file.
pub(crate) fn default_profile(name: &str, document: &Document) -> Value {
    let tokens = document.operations.iter().filter(|o| o.token);
    let exchanges = tokens.map(|o| (o.id.clone(), exchange(document, o)));
    let exchanges: Map<String, Value> = exchanges.collect();
    let is_described = document.root().get("x-sdk-credentials").is_some();
    let prefix = crate::state::vendor::prefix(name);
    let variable = |end: &str| format!("{prefix}_{end}");
    let mut profile = json!({
        "credentials": {
            "client_id": "sandbox-client-id",
            "client_secret": "sandbox-client-secret",
            "username": "sandbox-user",
            "password": "sandbox-password",
            "api_key": "sandbox-api-key",
            "standing_token": format!("{name}-sandbox-token"),
        },
        "environments": [
            { variable("CLIENT_ID"): "{client_id}", variable("CLIENT_SECRET"): "{client_secret}" },
            { variable("API_KEY"): "{api_key}" },
            { variable("TOKEN"): "{standing_token}" },
        ],
        "tokens": { "lifetime": 3600, "exchanges": exchanges },
        "errors": errors(document),
        "keys": KEY_NAMES,
        "jobs": default_jobs(document),
    });
    if is_described && let Some(profile) = profile.as_object_mut() {
        // The variables in the document are more reliable than guessed ones.
        profile.remove("environments");
    }
    profile
}

/// Builds the rules of a token operation. If the document describes how credentials are sent, the
/// rules contain only the response. Otherwise, the client credentials are body properties with
/// common names. HTTP Basic is used instead if the security of the operation contains it, or if the
/// body has no property for the client id.
fn exchange(document: &Document, operation: &Operation) -> Value {
    if is_described(document, operation) {
        return json!({ "answer": token_response(document, operation) });
    }
    let demands = operation.security.iter().flatten();
    let is_basic = demands.into_iter().any(|d| d.scheme == Scheme::Basic);
    let body = operation.body_schema();
    let fields = body.map_or_else(Vec::new, |schema| properties(document, schema));
    let named = |known: &[&str]| {
        let is = |(name, _): &&(&str, &Value)| known.contains(&letters(name).as_str());
        fields.iter().find(is).map(|(name, _)| (*name).to_owned())
    };
    let client = match (named(&CLIENT_ID_NAMES), named(&CLIENT_SECRET_NAMES)) {
        (Some(id), secret) if !is_basic => json!({ "body": { "id": id, "secret": secret } }),
        _ => json!("basic"),
    };
    let listed = fields.iter().find(|(name, _)| *name == "grant_type");
    let listed = listed.and_then(|(_, schema)| document.resolve(schema).get("enum")?.as_array());
    let mut grants = Map::new();
    for grant in listed.into_iter().flatten().filter_map(Value::as_str) {
        let rules = match grant {
            "password" => {
                json!({ "username": "username", "password": "password", "gives_refresh_token": true })
            }
            "refresh_token" => {
                json!({ "refresh_token": "refresh_token", "gives_refresh_token": true })
            }
            _ => json!({}),
        };
        grants.insert(grant.to_owned(), rules);
    }
    if grants.is_empty() {
        grants.insert("client_credentials".to_owned(), json!({}));
    }
    let default = grants.keys().find(|grant| *grant == "client_credentials");
    let default = default.or_else(|| grants.keys().next()).cloned();
    json!({
        "client": client,
        "default_grant": default,
        "grants": grants,
        "answer": token_response(document, operation),
    })
}

/// Returns whether the document describes how credentials are sent to a token operation. Otherwise,
/// the profile contains a guess.
fn is_described(document: &Document, operation: &Operation) -> bool {
    let kinds = document.root().get("x-sdk-credentials");
    let kinds = kinds.and_then(Value::as_array).into_iter().flatten();
    let mut exchanges = kinds.filter_map(|kind| kind.get("exchange"));
    exchanges.any(|exchange| {
        let is_of_code = exchange.get("custom") == Some(&Value::Bool(true));
        exchange.get("operation") == Some(&json!(operation.id)) && !is_of_code
    })
}

fn token_response(document: &Document, operation: &Operation) -> Value {
    let Some(schema) = operation.response_schema() else {
        return json!({ "access_token": "{access_token}", "expires_in": "{expires_in}", "token_type": "Bearer" });
    };
    let seed = Prng::new(&operation.id, 1);
    let mut answer = Sampler::new(document, seed).required_only().value(schema);
    for (name, inner) in properties(document, schema) {
        let known = TOKEN_RESPONSE_FIELDS
            .iter()
            .find(|(known, _)| *known == letters(name));
        let is_listed = document.resolve(inner).get("enum").is_some();
        if let (Some((_, text)), false) = (known, is_listed) {
            set(&mut answer, &format!("/{name}"), json!(text));
        }
    }
    answer
}

/// Builds the rules for errors. Errors have the format of the schema with `x-sdk-error`, or a
/// common format if no schema has `x-sdk-error`.
fn errors(document: &Document) -> Value {
    let found = document.all_schemas().find_map(|(_, schema)| {
        let places = schema.get("x-sdk-error")?;
        Some((schema, places))
    });
    let Some((schema, places)) = found else {
        return json!({ "body": { "code": "{status}", "message": "{message}" }, "kinds": {} });
    };
    let seed = Prng::new("error", 1);
    let mut body = Sampler::new(document, seed).required_only().value(schema);
    if !body.is_object() {
        body = json!({});
    }
    for (key, text) in [
        ("code", "{code}"),
        ("type", "{type}"),
        ("message", "{message}"),
    ] {
        let place = places.get(key).and_then(Value::as_array);
        let Some(pointer) = place.and_then(|all| all.first()?.as_str()) else {
            continue;
        };
        let mut steps = pointer.split('/').skip(1);
        let field = steps.try_fold(schema, |schema, step| property(document, schema, step));
        let Some(field) = field else { continue };
        let is_listed = document.resolve(field).get("enum").is_some();
        if is_listed {
            let sample = Sampler::new(document, Prng::new(key, 1)).value(field);
            set(&mut body, pointer, sample);
        } else if key != "type" || pointer != "/type" || is_required(document, schema, "type") {
            // An integer code is the status, and a string code is the name of the error.
            let is_number = is_type(document, field, "integer");
            let text = if is_number { "{status}" } else { text };
            set(&mut body, pointer, json!(text));
        }
    }
    json!({ "body": body, "kinds": { "internal": { "code": "error", "type": "error" } } })
}

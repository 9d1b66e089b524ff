//! OAuth 2.0 exchanges whose token URL is on the API server: adds the token operation if the
//! document lacks it. In all other cases, for example with a token URL on another server or a flow
//! that needs a browser, the user supplies the token.

use crate::command::import::draft::Notes;
use crate::command::import::extensions::kinds::field;
use crate::command::import::extensions::requirement::Set;
use crate::command::import::extensions::scheme::{Schemes, TOPIC, shown};
use crate::spec::pointer::below;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Tag of the added token operation.
const TAG: &str = "access-tokens";

/// Name of the token operation's response schema.
const RESPONSE: &str = "AccessTokenResponse";

/// Name of the token operation's request body schema.
const BODY: &str = "AccessTokenRequest";

/// Returns the kind of credentials that obtains its token with an exchange, if there is one, and
/// adds the token operation.
pub(super) fn kinds(
    document: &mut Value,
    schemes: &Schemes,
    operations: &BTreeSet<BTreeSet<Set>>,
    notes: &mut Notes,
) -> Vec<Value> {
    let vendor = notes.name.clone();
    let used: BTreeSet<&String> = operations.iter().flatten().flatten().collect();
    let mut kinds = Vec::new();
    let mut has_asked = false;
    for (name, scheme) in schemes.iter().filter(|(name, _)| used.contains(name)) {
        let Some(flows) = &scheme.flows else { continue };
        let at = below(&below("/components/securitySchemes", name), "flows");
        // Only one exchange is supported, because the tokens of several exchanges can't be
        // distinguished.
        let flow = ["clientCredentials", "password"]
            .into_iter()
            .find_map(|flow| {
                let url = flows.get(flow)?.get("tokenUrl")?.as_str()?;
                Some((flow, url.trim()))
            });
        let path = flow.and_then(|(_, url)| path_below_server(document, url));
        // If an operation needs other schemes at the same time, the token alone isn't enough.
        let is_enough = operations.iter().all(|alternatives| {
            alternatives.is_empty()
                || alternatives
                    .iter()
                    .any(|set| set.len() == 1 && set.contains(name))
        });
        match (flow, path) {
            (Some((flow, _)), Some(path)) if kinds.is_empty() && is_enough => {
                if let Some(id) = operation(document, &path, &at, notes) {
                    kinds.push(kind(&vendor, flow, &id));
                    continue;
                }
            }
            _ => {}
        }
        if !has_asked {
            has_asked = true;
            let from = match flow {
                Some((_, url)) => format!("from `{}`, which the client does not call", shown(url)),
                None => "from a flow that the client does not support".to_owned(),
            };
            notes.question(
                TOPIC,
                &at,
                format!("`{}` uses OAuth 2.0, and its tokens come {from}: users of the crate must supply an access token. Specify a token operation in `x-sdk-credentials` if the client should obtain it", shown(name)),
            );
        }
    }
    kinds
}

/// Returns the path of a URL relative to the first server. Returns `None` if the URL is not below
/// the URL of that server, or if the path has a query, a fragment or a variable.
fn path_below_server(document: &Value, url: &str) -> Option<String> {
    let server = document["servers"].get(0)?.get("url")?.as_str()?;
    let server = server.trim_end_matches('/');
    let path = match url.strip_prefix(server) {
        Some(path) => path,
        // If the URL is a path relative to the host, it must start with the path of the server.
        None if url.starts_with('/') && !url.starts_with("//") => {
            let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
            match rest.split_once('/') {
                None => url,
                Some((_, base)) => url.strip_prefix('/')?.strip_prefix(base)?,
            }
        }
        None => return None,
    };
    let is_plain =
        path.starts_with('/') && path.len() > 1 && !path.contains(['?', '#', '{', '}', ' ']);
    is_plain.then(|| path.to_owned())
}

/// Adds the token operation and returns its id.
///
/// Returns `None` if its path already has a POST operation. Also returns `None` if its tag, one of
/// its schema names, or every candidate for its id is taken.
fn operation(document: &mut Value, path: &str, at: &str, notes: &mut Notes) -> Option<String> {
    let similar = |known: &str| known.trim_end_matches('/') == path.trim_end_matches('/');
    let paths = document["paths"].as_object()?;
    if paths
        .iter()
        .any(|(known, item)| similar(known) && item.get("post").is_some())
    {
        notes.question(
            TOPIC,
            at,
            format!("the document has an operation at the token URL `{}`: should the client obtain its tokens there? If so, mark the operation with `x-sdk-token: true`, and refer to it in the `exchange` of a kind in `x-sdk-credentials`", shown(path)),
        );
        return None;
    }
    let ids: BTreeSet<&str> = paths
        .values()
        .filter_map(Value::as_object)
        .flat_map(|item| item.values())
        .filter_map(|operation| operation.get("operationId")?.as_str())
        .collect();
    let id = [
        "create_access_token",
        "request_access_token",
        "create_oauth_access_token",
    ]
    .into_iter()
    .find(|id| !ids.contains(id))?
    .to_owned();
    let schemas = document["components"].get("schemas");
    let is_taken = |name: &str| schemas.is_some_and(|schemas| schemas.get(name).is_some());
    if is_taken(BODY) || is_taken(RESPONSE) {
        return None;
    }
    let tags = document.get("tags").and_then(Value::as_array);
    if tags.is_some_and(|tags| tags.iter().any(|tag| tag["name"] == TAG)) {
        return None;
    }
    if !document["components"]["schemas"].is_object() {
        document["components"]["schemas"] = json!({});
    }
    document["components"]["schemas"][BODY] = body();
    document["components"]["schemas"][RESPONSE] = response();
    if !document["tags"].is_array() {
        document["tags"] = json!([]);
    }
    if let Some(tags) = document["tags"].as_array_mut() {
        tags.push(
            json!({ "name": TAG, "description": "Exchanges credentials for access tokens." }),
        );
    }
    let operation = json!({
        "operationId": id,
        "tags": [TAG],
        "description": "Exchanges credentials for an access token.\n\nThe URL is from a security scheme of the document; the request and response bodies follow RFC 6749.",
        "x-sdk-token": true,
        "security": [],
        "requestBody": { "required": true, "content": { "application/x-www-form-urlencoded": { "schema": { "$ref": format!("#/components/schemas/{BODY}") } } } },
        "responses": { "200": { "description": "The access token.", "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{RESPONSE}") } } } } },
    });
    let known = document["paths"]
        .as_object()
        .and_then(|paths| paths.keys().find(|known| similar(known)).cloned());
    let path = known.unwrap_or_else(|| path.to_owned());
    document["paths"][&path]["post"] = operation;
    notes.moved(&below("/paths", &path), at);
    notes.question(
        TOPIC,
        at,
        format!("`{id}` is derived from the token URL: does the API accept the client id and secret as HTTP Basic, as in RFC 6749? If it expects them in the body, change `exchange` in `x-sdk-credentials`"),
    );
    Some(id)
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn body() -> Value {
    let mut password = text("Password of the user, for the grant type `password`.");
    password["format"] = json!("password");
    json!({
        "type": "object",
        "description": "Grant that is exchanged for an access token (RFC 6749).",
        "required": ["grant_type"],
        "properties": {
            "grant_type": text("Grant type, such as `client_credentials`."),
            "scope": text("Scopes of the token, separated by spaces. Omit it for the default scopes of the API."),
            "username": text("Name of the user, for the grant type `password`."),
            "password": password,
        },
    })
}

fn response() -> Value {
    let mut token = text("Access token.");
    token["format"] = json!("password");
    let mut refresh = text("Refresh token, which is exchanged for the next access token.");
    refresh["format"] = json!("password");
    json!({
        "type": "object",
        "description": "Access token with its properties (RFC 6749, section 5.1).",
        "required": ["access_token"],
        "properties": {
            "access_token": token,
            "token_type": text("Type of the token, such as `Bearer`."),
            "expires_in": { "type": "integer", "description": "Lifetime of the token in seconds." },
            "refresh_token": refresh,
            "scope": text("Scopes of the token, separated by spaces."),
        },
    })
}

fn kind(vendor: &str, flow: &str, operation: &str) -> Value {
    let mut fields = vec![
        field(vendor, "client_id", false, "Id of the client."),
        field(vendor, "client_secret", true, "Secret of the client."),
    ];
    let is_password = flow == "password";
    if is_password {
        fields.push(field(vendor, "username", false, "Name of the user."));
        fields.push(field(vendor, "password", true, "Password of the user."));
    }
    let mut scope = field(
        vendor,
        "scope",
        false,
        "Scopes of the tokens, separated by spaces.",
    );
    scope["optional"] = json!(true);
    scope["list"] = json!("scopes");
    fields.push(scope);
    let mut body = json!({ "grant_type": "client_credentials", "scope": "{scope}" });
    if is_password {
        body = json!({ "grant_type": "password", "username": "{username}", "password": "{password}", "scope": "{scope}" });
    }
    json!({
        "name": if is_password { "user" } else { "client" },
        "description": "Takes a client id and secret, which are exchanged for access tokens.",
        "fields": fields,
        "exchange": { "operation": operation, "basic": ["{client_id}", "{client_secret}"], "body": body },
    })
}

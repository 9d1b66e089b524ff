//! API browser of a vendor: Swagger UI on the vendor's port, authorized with valid credentials.

use std::sync::Arc;

use serde_json::{Value, json};
use utoipa_swagger_ui::Config;

use crate::http::reply::Reply;
use crate::state::vendor::Vendor;

/// Path prefix on a vendor's port for pages that aren't part of the vendor's API.
const SANDBOX_PREFIX: &str = "/__sandbox/";

/// Returns the URL of a vendor's API browser.
pub(crate) fn address(vendor: &Vendor) -> String {
    format!("{}{SANDBOX_PREFIX}browser/", vendor.origin())
}

/// Serves the browser, its assets and its document. Returns `None` for all other requests.
pub(crate) fn serve_browser(vendor: &Vendor, method: &str, path: &str) -> Option<Reply> {
    let file = path
        .strip_prefix(SANDBOX_PREFIX)
        .filter(|_| method == "GET")?;
    let reply = Reply {
        status: 200,
        ..Reply::default()
    };
    let file = match file {
        "openapi.json" => return Some(Reply::json(200, &document(vendor))),
        file => file.strip_prefix("browser/")?,
    };
    if file == "swagger-initializer.js" {
        return Some(reply.with_body("text/javascript", initializer(vendor)));
    }
    // The config is empty, because the initializer contains the settings.
    let found = utoipa_swagger_ui::serve(file, Arc::new(Config::from("")));
    let file = found.ok().flatten()?;
    let reply = reply.with_body(&file.content_type, file.bytes.into_owned());
    Some(if file.gzpipped {
        reply.with_header("Content-Encoding", "gzip")
    } else {
        reply
    })
}

/// Returns the vendor's document with the sandbox as the only server.
fn document(vendor: &Vendor) -> Value {
    let mut document = vendor.document.root().clone();
    document["servers"] = json!([{ "url": vendor.base_url(), "description": "Sandbox" }]);
    document
}

/// Returns the script that starts Swagger UI with the document, and with credentials for the
/// security schemes of the types `http` and `apiKey`.
fn initializer(vendor: &Vendor) -> String {
    let schemes = vendor
        .document
        .root()
        .pointer("/components/securitySchemes");
    let (credentials, token) = (&vendor.credentials, vendor.issue_token());
    let authorize = |(name, scheme): (&String, &Value)| {
        let text = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
        let name = json!(name);
        match (text("type"), text("scheme")) {
            ("http", "basic") => {
                let (id, secret) = (
                    json!(credentials.client_id),
                    json!(credentials.client_secret),
                );
                format!("ui.preauthorizeBasic({name}, {id}, {secret});")
            }
            ("apiKey", _) => {
                let key = json!(credentials.api_key.as_deref().unwrap_or_default());
                format!("ui.preauthorizeApiKey({name}, {key});")
            }
            ("http", _) => format!("ui.preauthorizeApiKey({name}, {});", json!(token)),
            _ => String::new(),
        }
    };
    let schemes = schemes.and_then(Value::as_object).into_iter().flatten();
    let authorize: String = schemes.map(authorize).collect();
    // Escape `<`, so that a name can't close the script element if the script is ever inlined.
    let authorize = authorize.replace('<', "\\u003c");
    format!(
        "window.onload = function() {{ const ui = SwaggerUIBundle({{ url: \"{SANDBOX_PREFIX}openapi.json\", dom_id: \"#swagger-ui\", \
         deepLinking: true, docExpansion: \"none\", filter: true, tryItOutEnabled: true, \
         presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset], layout: \"BaseLayout\", \
         onComplete: function() {{ {authorize} }} }}); window.ui = ui; }};"
    )
}

//! Index page: the simulated vendors, their URLs, and valid credentials.

use std::fmt::Write;
use std::sync::Arc;

use serde_json::json;

use crate::server::api_browser::address;
use crate::state::vendor::Vendor;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2430;background:#fbfbfa}\
h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin:0}section{border:1px solid #d5d8dc;border-radius:.5rem;background:#fff;\
padding:1rem 1.2rem;margin:1rem 0}section p{margin:.2rem 0 .6rem}header{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;flex-wrap:wrap}\
nav a{margin-left:1rem}code,pre{font:13px/1.5 ui-monospace,monospace}pre{background:#f0f1ef;border-radius:.3rem;padding:.5rem .75rem;\
overflow-x:auto;margin:.4rem 0}small{color:#5d6670}a{color:#27549b}";

/// Returns the page with all vendors.
pub(crate) fn page(vendors: &[Arc<Vendor>], origin: &str) -> String {
    let mut out = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
        <link rel=\"icon\" href=\"data:,\"><title>sdk-sandbox</title><style>{STYLE}</style></head><body>\
        <h1>sdk-sandbox</h1><p>Simulates vendors on this machine. Credentials are test values, and no call reaches a \
        vendor. The API browsers are already authorized.</p>"
    );
    for vendor in vendors {
        section(&mut out, vendor);
    }
    let first = vendors.first().map_or("", |vendor| vendor.name.as_str());
    let order = json!({ "vendor": first, "fault": "reset; times=2" });
    let command = format!("curl -X POST {origin}/__sandbox/faults -d '{order}'");
    let _ = writeln!(
        out,
        "<p>To make a call fail, send the header <code>X-Sandbox-Fault: status=503; retry-after=1</code> with it, or \
        add a fault for the next calls:</p>\
        <pre>{}</pre></body></html>",
        escape(&command)
    );
    out
}

fn section(out: &mut String, vendor: &Vendor) {
    let _ = write!(
        out,
        "<section id=\"{name}\"><header><h2>{title}</h2><nav><a href=\"{browser}\">API browser</a>\
        <a href=\"/{name}/openapi.json\">openapi.json</a></nav></header>\
        <p><code>{base}</code> <small>{count} operations</small></p>",
        name = escape(&vendor.name),
        title = escape(vendor.document.title()),
        browser = escape(&address(vendor)),
        base = escape(&vendor.base_url()),
        count = vendor.document.operations.len(),
    );
    let sets = vendor.environments();
    let heading = |index: usize| match (index, sets.len()) {
        (_, 1) => "Environment variables for a client".to_owned(),
        (0, _) => "Environment variables for a client, in one of these sets:".to_owned(),
        _ => "or".to_owned(),
    };
    for (index, variables) in sets.iter().enumerate() {
        let _ = write!(out, "<small>{}</small><pre>", heading(index));
        for (name, value) in variables {
            let value = quote(value);
            let _ = writeln!(out, "export {}={}", escape(name), escape(&value));
        }
        out.push_str("</pre>");
    }
    let _ = write!(
        out,
        "<small>Access token with all scopes</small><pre>{}</pre></section>",
        escape(&vendor.issue_token())
    );
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_for_shell_and_html() {
        assert_eq!(quote("a'b"), r"'a'\''b'");
        assert_eq!(escape("<a href=\"&\">"), "&lt;a href=&quot;&amp;&quot;&gt;");
    }
}

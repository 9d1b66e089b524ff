//! The index page: the played vendors, and a curl command for each operation.

use std::fmt::Write;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::json::plain_text::plain_text;
use crate::openapi::operation::{Operation, is_json};
use crate::openapi::parameter::Place;
use crate::sample::arguments::arguments;
use crate::sample::prng::Prng;
use crate::sample::sampler::Sampler;
use crate::server::api_browser::address;
use crate::vendor::Vendor;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c2430;background:#fbfbfa}\
h1{font-size:1.5rem}h2{margin-top:2.5rem;border-bottom:1px solid #d5d8dc}code,pre{font:13px/1.45 ui-monospace,monospace}\
pre{background:#f0f1ef;padding:.5rem .75rem;overflow-x:auto;white-space:pre-wrap;word-break:break-all;margin:.3rem 0 .6rem}\
summary{cursor:pointer;padding:.15rem 0}b{display:inline-block;min-width:4.2rem;font:600 12px ui-monospace,monospace}\
.GET{color:#1c6e42}.POST{color:#8a5200}.PUT,.PATCH{color:#27549b}.DELETE{color:#a12622}small{color:#5d6670}";

/// The page of all vendors.
pub(crate) fn page(vendors: &[Arc<Vendor>], origin: &str) -> String {
    let mut out = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>sdk-sandbox</title><style>{STYLE}</style></head><body>\
        <h1>sdk-sandbox</h1><p>A server that plays vendors. Nothing here is real, and nothing leaves this machine.</p><ul>"
    );
    for vendor in vendors {
        let _ = write!(
            out,
            "<li><a href=\"#{0}\">{1}</a>: {2} operations at <code>{3}</code>, <a href=\"{4}\">API browser</a>, \
            <a href=\"/{0}/openapi.json\">openapi.json</a></li>",
            escape(&vendor.name),
            escape(vendor.document.title()),
            vendor.document.operations.len(),
            escape(&vendor.base_url()),
            escape(&address(vendor)),
        );
    }
    let _ = write!(
        out,
        "</ul><p>Let a call go wrong with a header <code>X-Sandbox-Fault: status=503; retry-after=1</code>, or the next ones with</p><pre>{}</pre>",
        escape(&format!(
            "curl -X POST {origin}/__sandbox/faults -d '{}'",
            json!({ "vendor": vendors.first().map_or("", |v| v.name.as_str()), "fault": "reset; times=2" })
        ))
    );
    for vendor in vendors {
        vendor_section(&mut out, vendor);
    }
    out.push_str("</body></html>\n");
    out
}

fn vendor_section(out: &mut String, vendor: &Vendor) {
    let _ = write!(
        out,
        "<h2 id=\"{}\">{}</h2><pre>",
        escape(&vendor.name),
        escape(vendor.document.title())
    );
    for (name, value) in vendor.environments().into_iter().next().unwrap_or_default() {
        let _ = writeln!(out, "export {}='{}'", escape(&name), escape(&value));
    }
    out.push_str("</pre>");
    let token = vendor.issue_token();
    for operation in &vendor.document.operations {
        let _ = write!(
            out,
            "<details><summary><b class=\"{0}\">{0}</b><code>{1}</code> <small>{2}</small></summary><pre>{3}</pre></details>",
            operation.method,
            escape(&operation.path),
            escape(&operation.summary),
            escape(&curl(vendor, operation, &token)),
        );
    }
}

/// A curl command that calls an operation.
fn curl(vendor: &Vendor, operation: &Operation, token: &str) -> String {
    let document = &vendor.document;
    let sample = |schema: &Value, purpose: &str| {
        Sampler::new(document, Prng::new((&operation.id, purpose), 1)).value(schema)
    };
    let mut path = operation.path.clone();
    let mut query = Vec::new();
    let mut line = String::from("curl -i");
    for parameter in &operation.parameters {
        let required = parameter.required || parameter.place == Place::Path;
        if !required {
            continue;
        }
        let value = plain_text(&sample(&parameter.schema, &parameter.name));
        match parameter.place {
            Place::Path => path = path.replace(&format!("{{{}}}", parameter.name), &value),
            Place::Query => query.push((parameter.name.clone(), value)),
            Place::Header => line.push_str(&format!(
                " -H {}",
                quote(&format!("{}: {value}", parameter.name))
            )),
        }
    }
    if operation.method != "GET" {
        line.push_str(&format!(" -X {}", operation.method));
    }
    let credentials = &vendor.credentials;
    if operation.token {
        line.push_str(&format!(
            " -u {}",
            quote(&format!(
                "{}:{}",
                credentials.client_id, credentials.client_secret
            ))
        ));
    } else if !operation.security.is_empty() {
        line.push_str(&format!(
            " -H {}",
            quote(&format!("Authorization: Bearer {token}"))
        ));
    }
    if let Some(media) = operation.body.iter().flat_map(|body| &body.media).next() {
        let body = if operation.token {
            exchange(vendor, operation)
        } else {
            sample(&media.schema, "body")
        };
        let fields = || body.as_object().into_iter().flatten();
        match media.name.as_str() {
            "application/x-www-form-urlencoded" => {
                fields().for_each(|(name, value)| {
                    line.push_str(&format!(
                        " -d {}",
                        quote(&format!("{name}={}", plain_text(value)))
                    ))
                });
            }
            "multipart/form-data" => {
                let given = arguments(&vendor.document, operation, None, false, vendor.seed);
                let parts = given.get("body").and_then(Value::as_object);
                for (name, value) in parts.into_iter().flatten() {
                    line.push_str(&part(name, value));
                }
            }
            name if is_json(name) => {
                line.push_str(&format!(
                    " -H {} -d {}",
                    quote(&format!("Content-Type: {name}")),
                    quote(&body.to_string())
                ));
            }
            name => line.push_str(&format!(
                " -H {} --data-binary sample",
                quote(&format!("Content-Type: {name}"))
            )),
        }
    }
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    format!(
        "{line} {}",
        quote(&format!("{}{path}{mark}{query}", vendor.base_url()))
    )
}

/// A part as curl takes it; a file is an object with its text and name.
fn part(name: &str, value: &Value) -> String {
    let form = |content: String| format!(" -F {}", quote(&format!("{name}={content}")));
    match value {
        Value::Array(items) => items.iter().map(|item| part(name, item)).collect(),
        Value::Object(file) => match (file.get("text"), file.get("name")) {
            (Some(content), Some(file)) => form(format!(
                "{};filename={}",
                plain_text(content),
                plain_text(file)
            )),
            _ => form(format!("{value};type=application/json")),
        },
        other => form(plain_text(other)),
    }
}

/// The body of a token exchange with the usual credentials.
fn exchange(vendor: &Vendor, operation: &Operation) -> Value {
    let mut body = serde_json::Map::new();
    let credentials = &vendor.credentials;
    let Some(rules) = vendor.profile.tokens.exchanges.get(&operation.id) else {
        return Value::Object(body);
    };
    let plain = rules
        .grants
        .iter()
        .find(|(_, grant)| grant.refresh_token.is_none() && grant.once.is_none());
    let (name, grant) = match plain.or_else(|| rules.grants.iter().next()) {
        Some(found) => found,
        None => return Value::Object(body),
    };
    if rules.default_grant.as_ref() != Some(name)
        || operation.body_schema().is_some_and(|schema| {
            crate::openapi::property::property(&vendor.document, schema, &rules.grant_field)
                .is_some()
        })
    {
        body.insert(rules.grant_field.clone(), json!(name));
    }
    if let crate::rules::token_rules::ClientPlace::Body { id, secret, .. } = &rules.client {
        body.insert(id.clone(), json!(credentials.client_id));
        body.extend(
            secret
                .iter()
                .map(|secret| (secret.clone(), json!(credentials.client_secret))),
        );
    }
    for (field, value) in [
        (&grant.username, &credentials.username),
        (&grant.password, &credentials.password),
    ] {
        body.extend(field.iter().map(|field| (field.clone(), json!(value))));
    }
    body.extend(rules.sample.clone());
    Value::Object(body)
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
    fn parts_are_given_to_curl_as_files_json_or_text() {
        let file = json!({"text": "sample", "name": "a.txt"});
        assert_eq!(part("file", &file), " -F 'file=sample;filename=a.txt'");
        assert_eq!(
            part("files[]", &json!([file, file])),
            " -F 'files[]=sample;filename=a.txt' -F 'files[]=sample;filename=a.txt'"
        );
        assert_eq!(
            part("category", &json!({"code": "a"})),
            r#" -F 'category={"code":"a"};type=application/json'"#
        );
        assert_eq!(part("count", &json!(7)), " -F 'count=7'");
    }
}

//! Servers of individual operations. Credentials are sent to another host only if the overlay
//! allows it, or if the host clearly belongs to the same vendor. The report lists the second case
//! as a proposal.

use crate::command::import::draft::Draft;
use crate::command::import::visit::operations;
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value, json};

const TOPIC: &str = "servers of operations";

/// Keeps only the first server of an operation. Removes it if it equals a server of the document or
/// is not supported.
pub(in crate::command::import) fn first(draft: &mut Draft) -> Result<()> {
    let notes = &mut draft.notes;
    let of_document: Vec<String> = draft
        .document
        .get("servers")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|server| {
            Some(
                server
                    .get("url")?
                    .as_str()?
                    .trim_end_matches('/')
                    .to_owned(),
            )
        })
        .collect();
    operations(&mut draft.document, |pointer, _, _, operation| {
        let Some(servers) = operation.remove("servers") else {
            return;
        };
        let at = below(pointer, "servers");
        let first = servers
            .as_array()
            .and_then(|servers| servers.first()?.as_object().cloned());
        let Some(server) = first else { return };
        let url = server
            .get("url")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim()
            .to_owned();
        let bare = url.trim_end_matches('/').to_owned();
        if of_document.contains(&bare) || bare.is_empty() {
            return;
        }
        let scheme = url
            .split_once("://")
            .map(|(scheme, _)| scheme.to_ascii_lowercase());
        if !matches!(scheme.as_deref(), None | Some("https" | "http"))
            || url.contains(['@', '?', '#', '\\', ' '])
        {
            let text = format!(
                "the server `{url}` of an operation is not supported; the operation uses the server of the document instead"
            );
            notes.loss(TOPIC, &at, text);
            return;
        }
        if servers.as_array().is_some_and(|servers| servers.len() > 1) {
            notes.loss(TOPIC, &at, "only the first server of an operation is used");
        }
        let mut kept = Map::new();
        kept.insert("url".to_owned(), json!(bare));
        for key in ["description", "variables", "x-sdk-takes-credentials"] {
            kept.extend(
                server
                    .get(key)
                    .cloned()
                    .map(|value| (key.to_owned(), value)),
            );
        }
        let own = of_document.first().map(|url| host(url)).unwrap_or_default();
        match scheme.as_deref() {
            None => {}
            _ if kept.contains_key("x-sdk-takes-credentials") => {}
            Some("https") if is_same_vendor(&own, &host(&bare)) => {
                kept.insert("x-sdk-takes-credentials".to_owned(), json!(true));
                let text = format!(
                    "credentials are also sent to `{bare}`, whose host is in the same domain as `{own}`; remove `x-sdk-takes-credentials` from the server if the host belongs to another party"
                );
                notes.proposal(TOPIC, &at, text);
            }
            Some(_) => {
                let text = format!(
                    "does `{bare}` accept the credentials of the API? The client does not send them unless you set `x-sdk-takes-credentials: true` on the server"
                );
                notes.question(TOPIC, &at, text);
            }
        }
        operation.insert("servers".to_owned(), json!([kept]));
    });
    Ok(())
}

fn host(url: &str) -> String {
    let authority = url.split('/').nth(2).unwrap_or_default();
    authority
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// Suffixes under which anybody can register a name, in addition to second-level domains of
/// countries.
const PUBLIC_SUFFIXES: [&str; 18] = [
    "amazonaws.com",
    "appspot.com",
    "azure.com",
    "azurewebsites.net",
    "cloudapp.net",
    "cloudfront.net",
    "firebaseapp.com",
    "github.io",
    "googleapis.com",
    "herokuapp.com",
    "netlify.app",
    "ngrok.io",
    "onrender.com",
    "pages.dev",
    "run.app",
    "vercel.app",
    "web.app",
    "workers.dev",
];

/// Returns whether two hosts clearly have the same owner: they are equal or in the same registrable
/// domain.
fn is_same_vendor(one: &str, other: &str) -> bool {
    if one == other {
        return !one.is_empty() && !one.contains('{');
    }
    let domain = |host: &str| -> Option<String> {
        let labels: Vec<&str> = host.split('.').collect();
        if labels.iter().any(|label| label.is_empty())
            || labels.last()?.chars().all(|c| c.is_ascii_digit())
        {
            return None;
        }
        let is_second_level = labels.len() > 2
            && labels[labels.len() - 1].len() == 2
            && labels[labels.len() - 2].len() <= 3;
        let count = if is_second_level { 3 } else { 2 };
        let domain = labels[labels.len().checked_sub(count)?..].join(".");
        (!domain.contains(['{', '}'])
            && !PUBLIC_SUFFIXES.iter().any(|shared| host.ends_with(shared)))
        .then_some(domain)
    };
    matches!((domain(one), domain(other)), (Some(one), Some(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    #[test]
    fn hosts_share_a_vendor_only_within_one_registrable_domain() {
        for (one, other, same) in [
            ("api.box.com", "upload.box.com", true),
            ("api.box.com", "box.com", true),
            ("api.acme.co.uk", "files.acme.co.uk", true),
            ("acme.co.uk", "evil.co.uk", false),
            ("acme.herokuapp.com", "evil.herokuapp.com", false),
            ("api.box.com", "box.com.evil.com", false),
            ("10.0.0.1", "10.1.0.1", false),
            ("{tenant}.acme.com", "files.acme.com", true),
            ("a.{domain}", "b.{domain}", false),
            ("", "", false),
        ] {
            assert_eq!(is_same_vendor(one, other), same, "{one} {other}");
        }
    }

    #[test]
    fn credentials_are_proposed_only_for_servers_in_the_same_domain() {
        let text = "\
servers: [{url: 'https://api.box.com/2.0'}]
paths:
  /a: {get: {servers: [{url: 'https://upload.box.com/api'}]}}
  /b: {get: {servers: [{url: 'https://evil.com/'}]}}
  /c: {get: {servers: [{url: 'https://api.box.com/2.0/'}]}}
  /d: {get: {servers: [{url: /v3}]}}
  /e: {get: {servers: [{url: 'https://u:p@api.box.com'}]}}
";
        let mut draft = Draft::new("acme", Source::parse("a.yaml", text.as_bytes()).unwrap());
        first(&mut draft).unwrap();
        let of = |path: &str| {
            draft.document["paths"][path]["get"]
                .get("servers")
                .cloned()
                .unwrap_or_default()
        };
        assert_eq!(
            of("/a"),
            json!([{"url": "https://upload.box.com/api", "x-sdk-takes-credentials": true}])
        );
        assert_eq!(of("/b"), json!([{"url": "https://evil.com"}]));
        assert_eq!(of("/c"), Value::Null);
        assert_eq!(of("/d"), json!([{"url": "/v3"}]));
        assert_eq!(of("/e"), Value::Null);
    }
}

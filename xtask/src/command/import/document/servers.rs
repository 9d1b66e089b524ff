//! Gives servers absolute URLs and names for use in code. A server without a valid host, or with a
//! variable that has no usable value, becomes a placeholder.

use super::server_names::names;
use crate::command::import::draft::{Draft, Notes};
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value, json};

const TOPIC: &str = "servers";

/// Maximum number of servers that one server with variables is expanded to.
const MAX_EXPANDED_SERVERS: usize = 12;

/// Converts the servers of the document to the house style.
pub(in crate::command::import) fn name_servers(draft: &mut Draft) -> Result<()> {
    let servers = draft.document.get_mut("servers").map(Value::take);
    let servers = house_form(servers.as_ref(), "/servers", &mut draft.notes);
    if let Some(root) = draft.document.as_object_mut() {
        root.insert("servers".to_owned(), Value::Array(servers));
    }
    Ok(())
}

/// Returns the servers of a document, with absolute URLs and names. Returns at least one server.
pub(in crate::command::import) fn house_form(
    servers: Option<&Value>,
    at: &str,
    notes: &mut Notes,
) -> Vec<Value> {
    let mut made: Vec<Server> = Vec::new();
    for (index, server) in servers
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let pointer = below(at, &index.to_string());
        for server in read(server, &pointer, notes) {
            if !made.iter().any(|known| known.url == server.url) {
                made.push(server);
            }
        }
    }
    if made.is_empty() {
        let text = "the document has no usable servers: the crate uses a placeholder; set the URL with `.base_url(…)`, or in `servers`";
        notes.question(TOPIC, at, text);
        made.extend(placeholder_servers("", String::new()));
    }
    prefer_https(&mut made, at, notes);
    let hints: Vec<_> = made
        .iter()
        .map(|server| {
            (
                server.hint.as_deref(),
                server.description.as_str(),
                server.url.as_str(),
            )
        })
        .collect();
    let names = names(&hints);
    made.into_iter()
        .zip(names)
        .map(|(server, name)| server.node(&name))
        .collect()
}

/// A server that does not have a name yet.
#[derive(Clone, Debug)]
struct Server {
    url: String,
    description: String,
    /// Name, default and description of each variable that remains in the URL.
    variables: Vec<(String, String, String)>,
    placeholder: bool,
    /// Name suggested by `x-sdk-name` or by the values of variables.
    hint: Option<String>,
}

impl Server {
    fn node(self, name: &str) -> Value {
        let mut node = Map::new();
        node.insert("url".to_owned(), json!(self.url));
        if !self.description.is_empty() {
            node.insert("description".to_owned(), json!(self.description));
        }
        node.insert("x-sdk-name".to_owned(), json!(name));
        if self.placeholder {
            node.insert("x-sdk-placeholder".to_owned(), json!(true));
        }
        if !self.variables.is_empty() {
            let variables: Map<String, Value> = self
                .variables
                .into_iter()
                .map(|(name, default, description)| {
                    (
                        name,
                        json!({"default": default, "description": description}),
                    )
                })
                .collect();
            node.insert("variables".to_owned(), Value::Object(variables));
        }
        Value::Object(node)
    }
}

fn placeholder_servers(path: &str, description: String) -> Vec<Server> {
    let path = path.trim_matches('/');
    let url = match path.is_empty() {
        true => "https://{host}".to_owned(),
        false => format!("https://{{host}}/{path}"),
    };
    let host = (
        "host".to_owned(),
        "api.example.com".to_owned(),
        "Host of the API, without a scheme or a path.".to_owned(),
    );
    vec![Server {
        url,
        description,
        variables: vec![host],
        placeholder: true,
        hint: None,
    }]
}

fn read(node: &Value, at: &str, notes: &mut Notes) -> Vec<Server> {
    let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::trim);
    let description = text("description").unwrap_or_default().to_owned();
    let Some(url) = text("url") else {
        notes.loss(TOPIC, at, "a server without a URL is omitted");
        return Vec::new();
    };
    let cleaned = without_extras(url, at, notes);
    let declared = variables(node);
    let Some(url) = with_scheme(&cleaned, &declared) else {
        let text = format!("the server `{url}` is neither an HTTP URL nor a path, and is omitted");
        notes.loss(TOPIC, at, text);
        return Vec::new();
    };
    if !url.contains("://") {
        let text = format!(
            "the server `{url}` has no host: the crate uses a placeholder; set the URL with `.base_url(…)`, or in `servers`"
        );
        notes.question(TOPIC, at, text);
        let path = with_defaults(&url, &declared);
        return placeholder_servers(&path, description);
    }
    let hint = text("x-sdk-name").map(str::to_owned);
    let server = Server {
        url: url.trim_end_matches('/').to_owned(),
        description,
        variables: Vec::new(),
        placeholder: false,
        hint,
    };
    let servers = expand_variables(server, &declared, at, notes);
    let is_sound = |server: &Server| has_sound_host(&server.url);
    if servers.iter().all(is_sound) {
        return servers;
    }
    let text = format!(
        "the host of `{url}` is not a valid name: the crate uses a placeholder; set the URL with `.base_url(…)`, or in `servers`"
    );
    notes.question(TOPIC, at, text);
    let path = servers[0]
        .url
        .splitn(4, '/')
        .nth(3)
        .unwrap_or_default()
        .to_owned();
    let path = with_defaults(&path, &declared);
    let path = if path.chars().all(is_path_char) {
        path
    } else {
        String::new()
    };
    placeholder_servers(&path, servers[0].description.clone())
}

fn is_path_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/-._~%:@!$&'()*+,;=".contains(c)
}

/// Returns whether the authority of a URL contains only variables and characters that are valid in
/// a host or port.
fn has_sound_host(url: &str) -> bool {
    let authority = url.split('/').nth(2).unwrap_or_default();
    let braces = authority.matches('{').count() == authority.matches('}').count();
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._:[]{}".contains(c);
    let mut depth = 0_i32;
    let sound = authority.chars().all(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth > 0 || is_name(c)
    });
    braces && sound && !authority.is_empty() && url.matches('{').count() == url.matches('}').count()
}

/// Returns the URL without query, fragment, user name and password.
fn without_extras(url: &str, at: &str, notes: &mut Notes) -> String {
    let mut cleaned = url.split(['?', '#']).next().unwrap_or(url).to_owned();
    if cleaned.len() < url.len() {
        notes.loss(
            TOPIC,
            at,
            "the query or fragment of a server's URL is omitted",
        );
    }
    if let Some((scheme, rest)) = cleaned.split_once("://") {
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if let Some((_, host)) = authority.rsplit_once('@') {
            let text =
                "the user name or password in a server's URL is omitted: pass it as a credential";
            notes.loss(TOPIC, at, text);
            cleaned = format!("{scheme}://{host}{path}");
        }
    }
    cleaned
}

/// Name, default, values and description of each variable.
type Declared = Vec<(String, Option<String>, Vec<String>, String)>;

fn variables(node: &Value) -> Declared {
    let members = node.get("variables").and_then(Value::as_object);
    let scalar = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    members
        .into_iter()
        .flatten()
        .map(|(name, variable)| {
            let default = variable.get("default").and_then(scalar);
            let values = variable.get("enum").and_then(Value::as_array);
            let values = values.into_iter().flatten().filter_map(scalar).collect();
            let description = variable.get("description").and_then(Value::as_str);
            (
                name.clone(),
                default.filter(|default| !default.is_empty()),
                values,
                description.unwrap_or_default().trim().to_owned(),
            )
        })
        .collect()
}

/// Returns the URL with the scheme `http` or `https`, or the path if there is no host. A missing
/// scheme becomes `https`. Returns `None` for other schemes.
fn with_scheme(url: &str, declared: &Declared) -> Option<String> {
    let lower = url.to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        let (scheme, rest) = url.split_once("://")?;
        return Some(format!("{}://{rest}", scheme.to_ascii_lowercase()));
    }
    if let Some(rest) = url.strip_prefix("//") {
        return Some(format!("https://{rest}"));
    }
    if let Some((scheme, rest)) = url.split_once("://") {
        // A variable in place of the scheme becomes `https`. Other schemes are not supported.
        return scheme.starts_with('{').then(|| format!("https://{rest}"));
    }
    if let Some((name, rest)) = url.strip_prefix('{').and_then(|url| url.split_once('}')) {
        let default = declared.iter().find(|(known, ..)| known == name);
        let default = default.and_then(|(_, default, ..)| default.as_deref());
        return match default {
            Some(base) if base.contains("://") => {
                with_scheme(&format!("{}{rest}", base.trim_end_matches('/')), declared)
            }
            _ => Some(format!("https://{url}")),
        };
    }
    let first = url.split('/').next().unwrap_or_default();
    if first.contains('.')
        && first
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c))
        && first != "."
        && first != ".."
    {
        return Some(format!("https://{url}"));
    }
    if url.contains(':') && !url.starts_with(['/', '.']) {
        return None;
    }
    Some(url.trim_start_matches("./").to_owned())
}

/// Returns a path whose variables are replaced with their defaults. A variable without a default is
/// replaced with its name.
fn with_defaults(path: &str, declared: &Declared) -> String {
    let mut path = path.to_owned();
    for (name, default, ..) in declared {
        path = path.replace(&format!("{{{name}}}"), default.as_deref().unwrap_or(name));
    }
    path.replace(['{', '}'], "")
}

/// Returns the names of the variables in a URL, in order.
fn names_in(url: &str) -> Vec<String> {
    let parts = url.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0.to_owned()))
        .collect()
}

/// Expands variables with few values: returns one server for each combination of their values.
/// Other variables are replaced with their defaults if these are usable. The remaining variables
/// stay in the URL.
fn expand_variables(
    server: Server,
    declared: &Declared,
    at: &str,
    notes: &mut Notes,
) -> Vec<Server> {
    let mut servers = vec![server];
    for name in names_in(&servers[0].url.clone()) {
        let open = format!("{{{name}}}");
        let known = declared.iter().find(|(known, ..)| *known == name);
        let (default, values, description) = match known {
            Some((_, default, values, description)) => {
                (default.clone(), values.clone(), description.clone())
            }
            None => (None, Vec::new(), String::new()),
        };
        let mut values = values;
        if let Some(default) = &default
            && let Some(index) = values.iter().position(|value| value == default)
        {
            let first = values.remove(index);
            values.insert(0, first);
        }
        if (1..=MAX_EXPANDED_SERVERS).contains(&values.len())
            && servers.len() * values.len() <= MAX_EXPANDED_SERVERS
        {
            servers = servers
                .iter()
                .flat_map(|server| {
                    values.iter().map(|value| Server {
                        url: server.url.replace(&open, value),
                        hint: Some(match &server.hint {
                            Some(hint) => format!("{hint}_{value}"),
                            None => value.clone(),
                        }),
                        ..server.clone()
                    })
                })
                .collect();
            continue;
        }
        let is_in_host = servers[0]
            .url
            .split('/')
            .nth(2)
            .is_some_and(|host| host.contains(&open));
        let is_port = servers[0].url.contains(&format!(":{open}"));
        match default {
            Some(default) if (!is_in_host || is_port) || !is_placeholder_value(&default, &name) => {
                let text = format!(
                    "the variable `{name}` of a server is replaced with its default, `{default}`; edit `servers` to use other values"
                );
                notes.change(TOPIC, at, text);
                for server in &mut servers {
                    server.url = server.url.replace(&open, &default);
                }
            }
            default => {
                let text = format!(
                    "the variable `{name}` of a server has no usable default: users of the crate must set it"
                );
                notes.change(TOPIC, at, text);
                let default = default.unwrap_or_else(|| name.clone());
                let description = match description.is_empty() {
                    true => format!("Value of `{name}` in the URL."),
                    false => description,
                };
                for server in &mut servers {
                    server.placeholder = true;
                    server
                        .variables
                        .push((name.clone(), default.clone(), description.clone()));
                }
            }
        }
    }
    for server in &mut servers {
        server.url = server.url.trim_end_matches('/').to_owned();
    }
    servers
}

/// Returns whether a default looks like a placeholder, or is not valid in a host.
fn is_placeholder_value(default: &str, name: &str) -> bool {
    let lower = default.to_ascii_lowercase();
    let words = [
        "your",
        "example",
        "my",
        "tenant",
        "domain",
        "account",
        "company",
        "customer",
        "subdomain",
        "instance",
        "organization",
        "org",
        "site",
        "store",
        "shop",
        "name",
        "localhost",
        "xxx",
        "placeholder",
        "demo",
        "test",
        "foo",
    ];
    lower == name.to_ascii_lowercase()
        || words
            .iter()
            .any(|word| lower.starts_with(word) || lower.ends_with(word))
        || !lower
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c))
}

/// If the first URL is plain HTTP, moves its HTTPS version to the front, or asks a question if
/// there is none.
fn prefer_https(servers: &mut [Server], at: &str, notes: &mut Notes) {
    let Some(rest) = servers
        .first()
        .and_then(|server| server.url.strip_prefix("http://"))
    else {
        return;
    };
    let secure = format!("https://{rest}");
    match servers.iter().position(|server| server.url == secure) {
        Some(index) => {
            servers[..=index].rotate_right(1);
            let text = format!("`{secure}` is the default instead of the same URL without TLS");
            notes.change(TOPIC, at, text);
        }
        None => {
            let text = format!(
                "the default server `{}` does not use TLS: credentials are sent to it only if the client allows plain HTTP; try https in `servers`",
                servers[0].url
            );
            notes.question(TOPIC, at, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    fn servers(yaml: &str) -> Vec<Value> {
        let text = format!("servers:\n{yaml}");
        let source = Source::parse("a.yaml", text.as_bytes()).unwrap();
        let mut draft = Draft::new("acme", source);
        name_servers(&mut draft).unwrap();
        draft.document["servers"].as_array().unwrap().clone()
    }

    fn urls(yaml: &str) -> Vec<(String, String, bool)> {
        let shown = |server: &Value| {
            (
                server["x-sdk-name"].as_str().unwrap().to_owned(),
                server["url"].as_str().unwrap().to_owned(),
                server["x-sdk-placeholder"] == true,
            )
        };
        servers(yaml).iter().map(shown).collect()
    }

    fn row(name: &str, url: &str, placeholder: bool) -> (String, String, bool) {
        (name.to_owned(), url.to_owned(), placeholder)
    }

    #[test]
    fn servers_are_named_after_their_purpose_or_host() {
        assert_eq!(
            urls(
                "  - url: https://api.acme.com/v1/\n  - {url: 'https://a.com', description: The Sandbox.}\n  - url: https://api2.acme.com\n"
            ),
            [
                row("main", "https://api.acme.com/v1", false),
                row("sandbox", "https://a.com", false),
                row("api2_acme_com", "https://api2.acme.com", false),
            ]
        );
    }

    #[test]
    fn a_server_without_a_valid_host_becomes_a_placeholder() {
        for yaml in [
            "  - url: /v1\n",
            "  - url: https://<your host>/v1\n",
            "  - url: v1/\n",
        ] {
            assert_eq!(
                urls(yaml),
                [row("main", "https://{host}/v1", true)],
                "{yaml}"
            );
        }
        assert_eq!(urls("  []\n"), [row("main", "https://{host}", true)]);
        assert_eq!(
            urls("  - url: ftp:x\n"),
            [row("main", "https://{host}", true)]
        );
    }

    #[test]
    fn server_variables_are_expanded_replaced_with_defaults_or_kept() {
        let yaml = "  - url: https://{region}.acme.com/{version}\n    variables: {region: {enum: [eu, us], default: us}, version: {default: v2}}\n";
        assert_eq!(
            urls(yaml),
            [
                row("us", "https://us.acme.com/v2", false),
                row("eu", "https://eu.acme.com/v2", false)
            ]
        );
        let yaml =
            "  - url: https://{shop}.acme.com\n    variables: {shop: {default: your-shop}}\n";
        assert_eq!(urls(yaml), [row("main", "https://{shop}.acme.com", true)]);
        assert_eq!(
            servers(yaml)[0]["variables"]["shop"]["default"],
            "your-shop"
        );
        assert_eq!(
            urls(
                "  - url: '{scheme}://acme.com'\n    variables: {scheme: {default: http, enum: [http, https]}}\n"
            ),
            [row("main", "https://acme.com", false)]
        );
    }

    #[test]
    fn an_https_url_comes_before_its_http_version_and_passwords_are_removed() {
        assert_eq!(
            urls("  - url: http://acme.com\n  - url: https://u:p@acme.com?x=1\n"),
            [
                row("main", "https://acme.com", false),
                row("acme_com", "http://acme.com", false)
            ]
        );
    }
}

//! Security requirements of a document and of its operations.

use serde_json::Value;

use crate::openapi::tree::Tree;

/// Security schemes that a request must satisfy together.
pub(crate) type Requirement = Vec<RequiredScheme>;

/// A security scheme, and the scopes that a token must have.
#[derive(Debug)]
pub(crate) struct RequiredScheme {
    pub(crate) scheme: Scheme,
    pub(crate) scopes: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
/// Authentication scheme of a client.
pub(crate) enum Scheme {
    Basic,
    Bearer,
    ApiKey {
        place: KeyPlace,
        name: String,
        /// Prefix and suffix of the key, for each kind of credentials that uses the scheme.
        around: Vec<(String, String)>,
    },
    Unknown,
}

/// Location of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyPlace {
    Header,
    Query,
}

/// Reads a `security` list.
pub(crate) fn requirements(tree: &Tree, security: Option<&Value>) -> Vec<Requirement> {
    let demand = |(name, scopes): (&String, &Value)| {
        let scopes = scopes
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        RequiredScheme {
            scheme: scheme(tree, name),
            scopes: scopes.map(str::to_owned).collect(),
        }
    };
    let alternatives = security.and_then(Value::as_array).into_iter().flatten();
    alternatives
        .map(|map| map.as_object().into_iter().flatten().map(demand).collect())
        .collect()
}

fn scheme(tree: &Tree, name: &str) -> Scheme {
    let node = tree.security_scheme(name);
    let text = |key: &str| {
        node.and_then(|n| n.get(key))
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    match (
        text("type"),
        text("scheme").to_ascii_lowercase().as_str(),
        text("in"),
    ) {
        ("http", "basic", _) => Scheme::Basic,
        ("http", "bearer", _) | ("oauth2" | "openIdConnect", ..) => Scheme::Bearer,
        ("apiKey", _, place @ ("header" | "query")) => Scheme::ApiKey {
            place: match place {
                "query" => KeyPlace::Query,
                _ => KeyPlace::Header,
            },
            name: text("name").to_owned(),
            around: around(tree.root(), name),
        },
        _ => Scheme::Unknown,
    }
}

/// Returns the prefixes and suffixes that `x-sdk-credentials` puts around the key of a scheme, such
/// as the prefix `Token `.
fn around(root: &Value, scheme: &str) -> Vec<(String, String)> {
    let kinds = root.get("x-sdk-credentials").and_then(Value::as_array);
    let kinds = kinds.into_iter().flatten();
    let texts = kinds.filter_map(|kind| kind.get("schemes")?.get(scheme)?.as_str());
    let found = texts.filter_map(|text| {
        let (before, rest) = text.split_once('{')?;
        let (_, after) = rest.split_once('}')?;
        Some((before.to_owned(), after.to_owned()))
    });
    let found: Vec<(String, String)> = found.collect();
    match found.is_empty() {
        true => vec![(String::new(), String::new())],
        false => found,
    }
}

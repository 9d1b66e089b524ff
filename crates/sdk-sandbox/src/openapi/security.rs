//! Security requirements as the document states them.

use serde_json::Value;

use crate::openapi::tree::Tree;

/// Schemes that have to hold together.
pub(crate) type Requirement = Vec<Demand>;

/// One scheme, and the scopes that it asks for.
#[derive(Debug)]
pub(crate) struct Demand {
    pub(crate) scheme: Scheme,
    pub(crate) scopes: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
/// How a client shows who it is.
pub(crate) enum Scheme {
    Basic,
    Bearer,
    ApiKey { header: String },
    Unknown,
}

/// Reads a `security` list.
pub(crate) fn requirements(tree: &Tree, security: Option<&Value>) -> Vec<Requirement> {
    let demand = |(name, scopes): (&String, &Value)| {
        let scopes = scopes
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        Demand {
            scheme: scheme(tree.security_scheme(name)),
            scopes: scopes.map(str::to_owned).collect(),
        }
    };
    let alternatives = security.and_then(Value::as_array).into_iter().flatten();
    alternatives
        .map(|map| map.as_object().into_iter().flatten().map(demand).collect())
        .collect()
}

fn scheme(node: Option<&Value>) -> Scheme {
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
        ("apiKey", _, "header") => Scheme::ApiKey {
            header: text("name").to_owned(),
        },
        _ => Scheme::Unknown,
    }
}

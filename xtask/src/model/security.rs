//! Security schemes of an operation.

use serde_json::Value;

use super::value::text;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Scheme<'d> {
    Bearer,
    Basic,
    ApiKey(&'d str),
    QueryKey(&'d str),
    /// Several schemes together.
    All(Vec<Self>),
}

impl<'d> Scheme<'d> {
    pub(super) fn read(scheme: &'d Value) -> Self {
        match (text(scheme, "type"), text(scheme, "scheme")) {
            ("http", "basic") => Self::Basic,
            ("apiKey", _) if text(scheme, "in") == "query" => Self::QueryKey(text(scheme, "name")),
            ("apiKey", _) => Self::ApiKey(text(scheme, "name")),
            _ => Self::Bearer,
        }
    }

    pub(crate) fn words(&self) -> String {
        match self {
            Self::Bearer => "bearer token".to_owned(),
            Self::Basic => "HTTP Basic".to_owned(),
            Self::ApiKey(header) => format!("API key in `{header}`"),
            Self::QueryKey(parameter) => format!("API key in the query parameter `{parameter}`"),
            Self::All(parts) => {
                let parts: Vec<String> = parts.iter().map(Self::words).collect();
                parts.join(" and ")
            }
        }
    }
}

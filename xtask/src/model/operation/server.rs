//! Server of an operation, if it differs from the document's default server.

use serde_json::Value;

use crate::model::components::Components;
use crate::model::value::{elements, flag, members, text};

/// Server of an operation or of its path. If several servers are declared, the first server is
/// used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct OwnServer<'d> {
    /// URL that is absolute or relative to the base URL.
    pub(crate) url: &'d str,
    /// Variables of the URL with their defaults.
    pub(crate) variables: Vec<(&'d str, &'d str)>,
    /// Whether credentials are sent to the server even if it has a different origin.
    pub(crate) takes_credentials: bool,
}

impl<'d> OwnServer<'d> {
    pub(super) fn read(
        components: &Components<'d>,
        item: &'d Value,
        operation: &'d Value,
    ) -> Option<Self> {
        let own = elements(operation, "servers").first();
        let node = own.or_else(|| elements(item, "servers").first())?;
        let url = without_slash(text(node, "url"));
        let usual = elements(components.root(), "servers").first();
        if usual.is_some_and(|usual| without_slash(text(usual, "url")) == url) {
            return None;
        }
        let variables = members(node, "variables").iter();
        Some(Self {
            url,
            variables: variables
                .map(|(name, variable)| (name.as_str(), text(variable, "default")))
                .collect(),
            takes_credentials: flag(node, "x-sdk-takes-credentials"),
        })
    }
}

/// Removes trailing slashes. The URL `/` stays unchanged, because it refers to the root of the
/// host, which differs from an empty path.
fn without_slash(url: &str) -> &str {
    match url.trim_end_matches('/') {
        "" => url,
        url => url,
    }
}

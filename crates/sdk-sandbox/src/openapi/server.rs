//! Paths of the servers of a document and of its operations. The sandbox serves all these paths at
//! one host and port.

use serde_json::Value;

use crate::openapi::tree::Tree;

/// Returns the path of a document's first server, without a trailing slash.
pub(crate) fn base_path(root: &Value) -> String {
    path_of(root.pointer("/servers/0"), "")
}

/// Returns the server path of an operation or of its path item. Returns `None` if neither has a
/// server, or if the path equals the path of the document's server.
pub(super) fn own_path(tree: &Tree, item: &Value, operation: &Value) -> Option<String> {
    let own = operation.pointer("/servers/0");
    let server = own.or_else(|| item.pointer("/servers/0"))?;
    let base = base_path(tree.root());
    let path = path_of(Some(server), &base);
    (path != base).then_some(path)
}

/// Returns the path of a server's URL, with the default values of its variables. A URL that starts
/// with neither a scheme nor a slash is relative to the base path.
fn path_of(server: Option<&Value>, base: &str) -> String {
    let text = |key: &str| server?.get(key)?.as_str();
    let mut url = text("url").unwrap_or_default().to_owned();
    let variables = server.and_then(|server| server.get("variables")?.as_object());
    for (name, variable) in variables.into_iter().flatten() {
        // A variable in the host doesn't affect the path.
        if let Some(default) = variable.get("default").and_then(Value::as_str) {
            let host = url.split_once("://").map_or(0, |(scheme, rest)| {
                scheme.len() + 3 + rest.find('/').unwrap_or(rest.len())
            });
            let (host, path) = url.split_at(host);
            url = format!("{host}{}", path.replace(&format!("{{{name}}}"), default));
        }
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]).to_owned(),
        None if url.starts_with('/') => url,
        None if url.is_empty() => base.to_owned(),
        None => format!("{base}/{}", url.trim_start_matches("./")),
    };
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_base_path_is_the_path_of_the_first_server() {
        for (url, path) in [
            ("https://{host}/api/v1", "/api/v1"),
            ("https://api.example.com", ""),
            ("https://api.example.com/v0/", "/v0"),
            ("/relative", "/relative"),
        ] {
            assert_eq!(base_path(&json!({ "servers": [{ "url": url }] })), path);
        }
    }

    #[test]
    fn an_operation_uses_the_path_of_its_own_server() {
        let tree = Tree::new(json!({ "servers": [{ "url": "https://a.example.com/v1" }] }));
        let own = |url: &str| {
            let variables = json!({ "area": { "default": "eu" }, "version": { "default": "v9" } });
            let server = json!({ "url": url, "variables": variables });
            own_path(&tree, &json!({ "servers": [server] }), &json!({}))
        };
        assert_eq!(
            own("https://{area}.up.example.com/files/"),
            Some("/files".to_owned())
        );
        assert_eq!(
            own("https://up.example.com/{version}"),
            Some("/v9".to_owned())
        );
        assert_eq!(own("https://up.example.com"), Some(String::new()));
        assert_eq!(own("/v2"), Some("/v2".to_owned()));
        assert_eq!(own("beta"), Some("/v1/beta".to_owned()));
        assert_eq!(own("https://b.example.com/v1"), None);
        assert_eq!(own_path(&tree, &json!({}), &json!({})), None);
    }
}

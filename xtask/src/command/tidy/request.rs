//! Rule: only the runtime sends requests, and only a few of its files use the HTTP client.

use super::tree::Tree;
use super::violation::violation;
use crate::spec::finding::Finding;

/// Files and folders of the runtime that may use the HTTP client.
const TRANSPORT: [&str; 3] = [
    "crates/sdk-runtime/src/config/settings.rs",
    "crates/sdk-runtime/src/lib.rs",
    "crates/sdk-runtime/src/transport/",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in tree.rust() {
        let is_source = source.path.starts_with("crates/") && source.path.contains("/src/");
        if !is_source
            || TRANSPORT
                .iter()
                .any(|allowed| source.path.starts_with(allowed))
        {
            continue;
        }
        for (number, line) in source.lines() {
            // Code that uses only the URL type doesn't send requests.
            let sends = line.replace("reqwest::Url", "").contains("reqwest::");
            if sends && !line.trim_start().starts_with("//") {
                let what = "the HTTP client is used outside the runtime's transport".to_owned();
                let to_do = "use `Call` and `execute`, or add a new transport file to the list in xtask/src/command/tidy/request.rs";
                found.push(violation(source.path, number, "request", what, to_do));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::command::tidy::said;

    #[test]
    fn use_of_the_http_client_outside_the_transport_is_reported() {
        let files = [
            ("crates/acme-sdk/examples/call.rs", "reqwest::get(url)\n"),
            (
                "crates/acme-sdk/src/generated/pets.rs",
                "reqwest::get(url)\n",
            ),
            (
                "crates/sdk-runtime/src/config/base_url.rs",
                "use reqwest::Url;\n// reqwest::Client\n",
            ),
            (
                "crates/sdk-runtime/src/transport/built_in.rs",
                "reqwest::Request\n",
            ),
            (
                "crates/sdk-runtime/src/token.rs",
                "use a;\nuse reqwest::{Client, Url};\nuse reqwest::Url; type Http = reqwest::Client;\n",
            ),
        ];
        let tail = "request: the HTTP client is used outside the runtime's transport (use `Call` and `execute`, or add a new transport file to the list in xtask/src/command/tidy/request.rs)";
        assert_eq!(
            said(check, &files),
            [
                format!("crates/acme-sdk/src/generated/pets.rs:1: {tail}"),
                format!("crates/sdk-runtime/src/token.rs:2: {tail}"),
                format!("crates/sdk-runtime/src/token.rs:3: {tail}"),
            ]
        );
    }
}

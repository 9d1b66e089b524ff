//! Rules: every security scheme is a bearer token, HTTP Basic, or an API key in a header or the
//! query, and every security requirement contains only declared schemes.

use crate::spec::kind::Kind;
use crate::spec::lint::index::Spec;
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::Value;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for node in spec.of(Kind::SecurityScheme) {
        let word = |key| node.text(key).unwrap_or_default();
        let what = match (word("type"), word("scheme"), word("in")) {
            ("http", "bearer" | "basic", _) | ("oauth2", _, _) => continue,
            ("apiKey", _, "header" | "query") if !word("name").is_empty() => continue,
            ("apiKey", _, "header" | "query") => format!("`{}` has no name", node.key),
            ("apiKey", _, place) => format!(
                "`{}` is an API key with the unsupported location `{place}`",
                node.key
            ),
            ("http", scheme, _) => {
                format!("`{}` has the unsupported HTTP scheme `{scheme}`", node.key)
            }
            (kind, _, _) => format!("`{}` has the unsupported type `{kind}`", node.key),
        };
        let to_do = "use http bearer, http basic, oauth2, or apiKey with the `name` of a header or query parameter";
        found.push(spec.finding(&node.pointer, Rule::SecurityScheme, what, to_do));
    }
    let schemes = spec.document.node("/components/securitySchemes");
    for node in spec.of(Kind::SecurityRequirement) {
        if node.object.is_empty() {
            let what = "the security requirement has no scheme";
            let to_do = "add a scheme to this list entry, or write `security: []` if the operation requires no credentials";
            found.push(spec.finding(&node.pointer, Rule::SecurityRequirement, what, to_do));
        }
        for (name, scopes) in node.object {
            let pointer = below(&node.pointer, name);
            if schemes.and_then(|schemes| schemes.get(name)).is_none() {
                let what = format!("no security scheme is named `{name}`");
                let to_do = "declare it in components.securitySchemes, or use a declared scheme";
                found.push(spec.finding(&pointer, Rule::SecurityRequirement, what, to_do));
            }
            let is_list = scopes
                .as_array()
                .is_some_and(|scopes| scopes.iter().all(Value::is_string));
            if !is_list {
                let what = format!("the scopes of `{name}` are not a list of strings");
                found.push(spec.finding(
                    &pointer,
                    Rule::SecurityRequirement,
                    what,
                    "write a list, or `[]` for no scopes",
                ));
            }
        }
    }
    spec.findings.extend(found);
}

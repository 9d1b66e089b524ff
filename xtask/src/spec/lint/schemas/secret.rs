//! Rule: secrets are marked, so that they are never printed.

use crate::name;
use crate::secret_name;
use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::lint::index::Spec;
use crate::spec::lint::index::resolved::Resolved;
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::Value;
use std::collections::HashSet;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for node in spec.of(Kind::Schema) {
        for (property, value) in node.members("properties") {
            if is_secret(property) {
                let pointer = below(&below(&node.pointer, "properties"), property);
                check_secret_marker(spec, property, &pointer, value, &mut found);
            }
        }
    }
    for node in spec.of(Kind::Parameter) {
        if let (Some(parameter), Some(schema)) = (node.text("name"), node.object.get("schema"))
            && is_secret(parameter)
        {
            check_secret_marker(
                spec,
                parameter,
                &below(&node.pointer, "schema"),
                schema,
                &mut found,
            );
        }
    }
    authorization_codes(spec, &mut found);
    spec.findings.extend(found);
}

fn is_secret(wire: &str) -> bool {
    secret_name::is_secret(&name::field(wire))
}

/// Checks that `code` is marked as a secret in the bodies of operations that issue tokens.
fn authorization_codes(spec: &Spec<'_>, found: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    for node in spec
        .of(Kind::Operation)
        .filter(|node| node.flag("x-sdk-token"))
    {
        let Some(body) = spec.body(node) else {
            continue;
        };
        for (_, content) in spec.contents(&body) {
            let Some((pointer, object)) = spec.child(&content.pointer, content.object, "schema")
            else {
                continue;
            };
            for part in spec.parts(Resolved { pointer, object }, true) {
                let code = part
                    .object
                    .get("properties")
                    .and_then(|all| all.get("code"));
                let pointer = below(&below(&part.pointer, "properties"), "code");
                if let Some(code) = code.filter(|_| seen.insert(pointer.clone())) {
                    check_secret_marker(spec, "code", &pointer, code, found);
                }
            }
        }
    }
}

fn check_secret_marker(
    spec: &Spec<'_>,
    wire: &str,
    pointer: &str,
    value: &Value,
    found: &mut Vec<Finding>,
) {
    let Some(schema) = value.as_object().and_then(|_| spec.document.node(pointer)) else {
        return;
    };
    let Some((target, object)) = spec.resolve(pointer, schema) else {
        return;
    };
    let parts = spec.parts(
        Resolved {
            pointer: target,
            object,
        },
        false,
    );
    let is_text = parts.iter().any(|part| part.text("type") == "string");
    let is_marked = parts.iter().any(|part| {
        // `false` declares that the property only looks like a secret.
        part.text("format") == "password"
            || part
                .object
                .get("x-sdk-secret")
                .is_some_and(Value::is_boolean)
    });
    if is_text && !is_marked {
        let what = format!("`{wire}` is not marked as a secret");
        let to_do = "add `format: password` or `x-sdk-secret: true`, or `x-sdk-secret: false` if it is not a secret";
        found.push(spec.finding(pointer, Rule::UnmarkedSecret, what, to_do));
    }
}

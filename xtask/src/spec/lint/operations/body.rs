//! Rules: requests have media types, and schemas if a value is encoded.

use crate::media_type::{MediaType, essence, is_json};
use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::lint::index::resolved::Resolved;
use crate::spec::lint::index::{Spec, members};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use std::collections::BTreeSet;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for node in spec.of(Kind::Operation) {
        let Some(body) = spec.body(node) else {
            continue;
        };
        let contents = spec.contents(&body);
        if contents.is_empty() {
            let what = format!(
                "the request body of {} has no media type",
                spec.label(&node.pointer)
            );
            let to_do = "say as what it is sent, such as application/json";
            found.push(spec.finding(&body.pointer, Rule::MediaType, what, to_do));
        }
        let mut seen = BTreeSet::new();
        for (media, content) in contents {
            let essence = essence(media);
            if MediaType::of(&essence) == MediaType::Form {
                flat(spec, &content, &mut found);
            }
            let is_typed = is_json(&essence) || MediaType::of(&essence).has_fields();
            let is_media_type = essence.split_once('/').is_some_and(|(kind, subtype)| {
                !kind.is_empty() && !subtype.is_empty() && !essence.contains('*')
            });
            if !seen.insert(essence) {
                let what = format!(
                    "{} takes `{media}` beside the same type",
                    spec.label(&node.pointer)
                );
                let to_do = "keep one of them: case and parameters do not tell media types apart";
                found.push(spec.finding(&content.pointer, Rule::MediaType, what, to_do));
            } else if !is_media_type {
                let what = format!("{} takes `{media}`", spec.label(&node.pointer));
                let to_do = "name the type that is sent: type/subtype, without `*`";
                found.push(spec.finding(&content.pointer, Rule::MediaType, what, to_do));
            } else if is_typed && !content.object.contains_key("schema") {
                let what = format!(
                    "{} takes `{media}` without a schema",
                    spec.label(&node.pointer)
                );
                let to_do = "say what is sent; `schema: {}` for any JSON";
                found.push(spec.finding(&content.pointer, Rule::MediaType, what, to_do));
            }
        }
    }
    for node in spec.of(Kind::MediaType) {
        if node.object.contains_key("encoding") {
            let what = format!("`{}` has an encoding", node.key);
            let to_do = "remove it: parts are sent by the type of their schema";
            let pointer = below(&node.pointer, "encoding");
            found.push(spec.finding(&pointer, Rule::MediaEncoding, what, to_do));
        }
    }
    spec.findings.extend(found);
}

/// Rule: the fields of a form are scalars and lists of scalars, since forms have no syntax for
/// nested objects.
fn flat(spec: &Spec<'_>, content: &Resolved<'_>, found: &mut Vec<Finding>) {
    let Some((pointer, object)) = spec.child(&content.pointer, content.object, "schema") else {
        return;
    };
    for part in spec.parts(Resolved { pointer, object }, true) {
        let pointer = below(&part.pointer, "properties");
        for (name, property) in members(part.object, "properties") {
            let pointer = below(&pointer, name);
            let resolved = spec.resolve(&pointer, property);
            let is_nested = resolved.is_some_and(|(pointer, object)| {
                let of_items = spec.child(&pointer, object, "items");
                let items = of_items.map(|(pointer, object)| Resolved { pointer, object });
                let own = Resolved { pointer, object };
                spec.parts(own, false).iter().any(is_object)
                    || items.is_some_and(|items| spec.parts(items, false).iter().any(is_object))
            });
            if is_nested {
                let what = format!("the field `{name}` of a form is an object");
                let to_do = "describe its parts as fields, or the field as text";
                found.push(spec.finding(&pointer, Rule::MediaEncoding, what, to_do));
            }
        }
    }
}

fn is_object(part: &Resolved<'_>) -> bool {
    let keys = ["properties", "additionalProperties"];
    part.text("type") == "object" || keys.iter().any(|key| part.object.contains_key(*key))
}

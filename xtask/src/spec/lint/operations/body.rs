//! Requests have media types that the runtime can send.

use crate::media_type::essence;
use crate::spec::kind::Kind;
use crate::spec::lint::index::Spec;
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use std::collections::BTreeSet;

/// What the runtime can encode from a value.
const SUPPORTED: [&str; 5] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "application/octet-stream",
];

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for node in spec.of(Kind::Operation) {
        let Some(body) = spec.body(node) else {
            continue;
        };
        let bulk = node
            .object
            .get("x-sdk-bulk")
            .and_then(|bulk| bulk.get("format"));
        let has_lines = bulk.is_some_and(|format| format == "ndjson");
        let contents = spec.contents(&body);
        if contents.is_empty() {
            let what = format!(
                "the request body of {} has no media type",
                spec.label(&node.pointer)
            );
            let to_do = format!("add one of: {}", SUPPORTED.join(", "));
            found.push(spec.finding(&body.pointer, Rule::MediaType, what, to_do));
        }
        let mut seen = BTreeSet::new();
        for (media, content) in contents {
            let essence = essence(media);
            let is_line_type = essence.contains("json") && essence != "application/json";
            let is_supported = SUPPORTED.contains(&essence.as_str());
            if !seen.insert(essence) {
                let what = format!(
                    "{} takes `{media}` beside the same type",
                    spec.label(&node.pointer)
                );
                let to_do = "keep one of them: case and parameters do not tell media types apart";
                found.push(spec.finding(&content.pointer, Rule::MediaType, what, to_do));
            } else if !(is_supported || has_lines && is_line_type) {
                let what = format!("{} takes `{media}`", spec.label(&node.pointer));
                let to_do = format!(
                    "use one of: {}; a type of JSON lines needs x-sdk-bulk",
                    SUPPORTED.join(", ")
                );
                found.push(spec.finding(&content.pointer, Rule::MediaType, what, to_do));
            } else if !content.object.contains_key("schema") {
                let what = format!(
                    "{} takes `{media}` without a schema",
                    spec.label(&node.pointer)
                );
                let to_do = "say what is sent; for bytes `type: string` with `format: binary`";
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

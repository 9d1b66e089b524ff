//! Rules: every tag has a file, and every operation has exactly one tag and is in the tag's file.

use crate::spec::finding::{Finding, Place};
use crate::spec::kind::Kind;
use crate::spec::lint::index::{Node, Spec};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    let tags = declared(spec, &mut found);
    for (tag, pointer) in &tags {
        if !spec.document.tag_files.iter().any(|file| file == tag) {
            let what = format!("the tag `{tag}` has no file");
            let to_do = format!(
                "put its paths into {}, or remove the tag",
                spec.document.file_of_tag(tag)
            );
            found.push(spec.finding(pointer, Rule::TagWithoutFile, what, to_do));
        }
    }
    for file in &spec.document.tag_files {
        if !tags.contains_key(file.as_str()) {
            let place = Place {
                file: spec.document.file_of_tag(file).into(),
                line: 1,
            };
            let what = format!("no tag is named `{file}`");
            let to_do =
                "declare it under `tags` in openapi.yaml, or give the file the name of its tag";
            found.push(Finding::new(place, Rule::FileWithoutTag, what, to_do));
        }
    }
    for node in spec.of(Kind::Operation) {
        operation(spec, node, &tags, &mut found);
    }
    spec.findings.extend(found);
}

/// Names of other files, modules and features that a vendor crate can have.
const RESERVED_NAMES: [&str; 18] = [
    "about",
    "all",
    "call",
    "credential-kinds",
    "default",
    "file-store",
    "headers",
    "internal",
    "native-tls",
    "openapi",
    "rustls",
    "schemars",
    "serde-both-ways",
    "shared",
    "table",
    "types",
    "vendor",
    "webhooks",
];

/// Returns the name and pointer of every tag.
fn declared<'d>(spec: &Spec<'d>, found: &mut Vec<Finding>) -> BTreeMap<&'d str, String> {
    let mut tags = BTreeMap::new();
    for node in spec.of(Kind::Tag) {
        let Some(name) = node.text("name") else {
            continue;
        };
        if !is_usable(name) {
            let what = format!(
                "the tag `{name}` cannot be used as the name of a file, a module and a feature"
            );
            let to_do = format!(
                "use lowercase words separated by hyphens; the name must not be a keyword or one of: {}",
                RESERVED_NAMES.join(", ")
            );
            found.push(spec.finding(&node.pointer, Rule::TagName, what, to_do));
        }
        if tags.insert(name, node.pointer.clone()).is_some() {
            let what = format!("the tag `{name}` is declared twice");
            found.push(spec.finding(&node.pointer, Rule::TagName, what, "keep one of them"));
        }
    }
    tags
}

/// Returns whether the name of a tag is a valid name for a file, a module and a feature.
pub(crate) fn is_usable(name: &str) -> bool {
    let module = name.replace('-', "_");
    is_kebab_case(name) && !RESERVED_NAMES.contains(&name) && crate::name::field(&module) == module
}

fn is_kebab_case(text: &str) -> bool {
    super::operation::is_snake_case(&text.replace('_', " ").replace('-', "_"))
}

fn operation(
    spec: &Spec<'_>,
    node: &Node<'_>,
    tags: &BTreeMap<&str, String>,
    found: &mut Vec<Finding>,
) {
    let label = spec.label(&node.pointer);
    let own: Vec<&str> = node.list("tags").iter().filter_map(Value::as_str).collect();
    let [tag] = own[..] else {
        let what = match own.len() {
            0 => format!("{label} has no tag"),
            _ => format!("{label} has {} tags: {}", own.len(), own.join(", ")),
        };
        let to_do = "use only the tag of its file";
        found.push(spec.finding(&node.pointer, Rule::OneTag, what, to_do));
        return;
    };
    if !tags.contains_key(tag) {
        let what = format!("the tag `{tag}` of {label} is not declared");
        let to_do = "add it under `tags` in openapi.yaml, or use a declared tag";
        let pointer = below(&node.pointer, "tags");
        found.push(spec.finding(&pointer, Rule::UnknownTag, what, to_do));
        return;
    }
    let place = spec.document.place(&node.pointer);
    let file = spec.document.file_of_tag(tag);
    if *place.file != file {
        let what = format!("{label} has the tag `{tag}`");
        let to_do = format!("move it to {file}, or use the tag of this file");
        found.push(Finding::new(place, Rule::OperationInWrongFile, what, to_do));
    }
}

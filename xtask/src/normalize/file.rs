//! Restricts files to multipart bodies, and to bodies that consist of one file. Elsewhere, such as
//! in JSON, a string with `format: binary` loses the format. A schema with files that is used both
//! as a multipart body and elsewhere is split into two schemas.

use std::collections::BTreeSet;

use serde_json::Value;

use super::document::{free_name, reference, schemas, schemas_mut, target, visit};
use super::origin::Origins;
use crate::media_type::MediaType;
use crate::model::{elements, text};

pub(super) fn restrict_to_multipart(root: &mut Value, origins: &mut Origins) {
    if !schemas(root).values().any(mentions_binary) && !mentions_binary(&root["paths"]) {
        return;
    }
    let multipart = multipart_bodies(root);
    let elsewhere = names_outside_multipart(root);
    let mut split = Vec::new();
    for name in &multipart {
        if elsewhere.contains(name) && schemas(root).get(name).is_some_and(mentions_binary) {
            let own = free_name(root, &format!("{name}Multipart"));
            origins.add(&own, name);
            split.push((name.clone(), own));
        }
    }
    for (name, own) in &split {
        if let Some(schemas) = schemas_mut(root)
            && let Some(schema) = schemas.get(name).cloned()
        {
            schemas.insert(own.clone(), schema);
        }
    }
    let files = file_names(root);
    for_each_media_type(root, &mut |media_type, media| {
        let is_multipart = MediaType::of(media_type) == MediaType::Multipart;
        let Some(schema) = media.get_mut("schema") else {
            return;
        };
        if is_multipart {
            if let Some((_, own)) = split
                .iter()
                .find(|(name, _)| target(schema).as_ref() == Some(name))
            {
                *schema = reference(own);
            }
        } else if MediaType::of(media_type) == MediaType::Json {
            convert_files_to_text(schema, &files);
        }
    });
    let bases: BTreeSet<String> = multipart
        .iter()
        .map(|name| {
            let own = split.iter().find(|(known, _)| known == name);
            own.map_or(name.clone(), |(_, own)| own.clone())
        })
        .collect();
    let bases = with_extended_schemas(root, bases);
    if let Some(schemas) = schemas_mut(root) {
        for (name, schema) in schemas.iter_mut() {
            // A schema that is itself a file does not change, because multipart bodies can refer to
            // it.
            let is_file = text(schema, "format") == "binary";
            if !bases.contains(name) && !is_file {
                convert_files_to_text(schema, &files);
            }
        }
    }
}

fn mentions_binary(node: &Value) -> bool {
    match node {
        Value::Object(object) => {
            object
                .get("format")
                .is_some_and(|format| format == "binary")
                || object.values().any(mentions_binary)
        }
        Value::Array(items) => items.iter().any(mentions_binary),
        _ => false,
    }
}

/// Returns the names of the schemas that are files.
fn file_names(root: &Value) -> BTreeSet<String> {
    let files = schemas(root)
        .iter()
        .filter(|(_, schema)| text(schema, "format") == "binary");
    files.map(|(name, _)| name.clone()).collect()
}

/// Converts every named or inline file in a schema to a string.
fn convert_files_to_text(schema: &mut Value, files: &BTreeSet<String>) {
    visit(schema, &mut |node| {
        if target(node).is_some_and(|name| files.contains(&name)) {
            *node = serde_json::json!({ "type": "string" });
        }
        if let Some(object) = node.as_object_mut()
            && object
                .get("format")
                .is_some_and(|format| format == "binary")
        {
            object.remove("format");
        }
    });
}

/// Returns the names of the schemas that are multipart bodies.
fn multipart_bodies(root: &mut Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for_each_media_type(root, &mut |media_type, media| {
        if MediaType::of(media_type) == MediaType::Multipart {
            names.extend(media.get("schema").and_then(target));
        }
    });
    names
}

/// Returns the names of the schemas that are referenced outside of multipart bodies.
fn names_outside_multipart(root: &mut Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for_each_media_type(root, &mut |media_type, media| {
        if MediaType::of(media_type) != MediaType::Multipart {
            names.extend(media.get("schema").and_then(target));
        }
    });
    for schema in schemas(root).values() {
        let mut schema = schema.clone();
        visit(&mut schema, &mut |node| names.extend(target(node)));
    }
    names
}

/// Returns the given schemas, and all schemas that they extend.
fn with_extended_schemas(root: &Value, names: BTreeSet<String>) -> BTreeSet<String> {
    let mut open: Vec<String> = names.into_iter().collect();
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(schema) = schemas(root).get(&name) {
            open.extend(elements(schema, "allOf").iter().filter_map(target));
            open.extend(target(schema));
        }
        if !found.insert(name) {
            open.retain(|name| !found.contains(name));
        }
    }
    found
}

/// Calls a function with every media type of a body or a response.
fn for_each_media_type(root: &mut Value, act: &mut impl FnMut(&str, &mut Value)) {
    let mut each = |holder: &mut Value| {
        let content = holder.get_mut("content").and_then(Value::as_object_mut);
        for (name, media) in content.into_iter().flatten() {
            act(name, media);
        }
    };
    for section in ["requestBodies", "responses"] {
        let pointer = format!("/components/{section}");
        let holders = root.pointer_mut(&pointer).and_then(Value::as_object_mut);
        holders
            .into_iter()
            .flatten()
            .for_each(|(_, holder)| each(holder));
    }
    let items = root.get_mut("paths").and_then(Value::as_object_mut);
    for (_, item) in items.into_iter().flatten() {
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(body) = operation.get_mut("requestBody") {
                each(body);
            }
            let answers = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut);
            answers
                .into_iter()
                .flatten()
                .for_each(|(_, answer)| each(answer));
        }
    }
}

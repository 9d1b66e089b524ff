//! Infers records and collections from paths, methods, operation ids and responses.

use std::collections::BTreeSet;

use crate::openapi::document::Document;
use crate::openapi::operation::{Operation, Repeat};
use crate::resources::record_location;

/// Verbs of operations that create a record.
pub(crate) const CREATE_VERBS: [&str; 7] =
    ["create", "add", "insert", "save", "upload", "new", "post"];
/// Verbs of operations that change a record.
pub(crate) const UPDATE_VERBS: [&str; 3] = ["update", "upload", "upsert"];

/// Returns the first word of an operation id.
pub(crate) fn verb(operation: &Operation) -> &str {
    operation.id.split('_').next().unwrap_or_default()
}

/// Returns a path without its last segment.
pub(crate) fn collection(path: &str) -> &str {
    path.rsplit_once('/')
        .map_or("", |(collection, _)| collection)
}

fn ends_in_parameter(path: &str) -> bool {
    path.ends_with('}')
        && path
            .rsplit('/')
            .next()
            .is_some_and(|part| part.starts_with('{'))
}

/// Returns the paths of records that can be changed or deleted, or that belong to a collection.
pub(crate) fn items(document: &Document) -> Vec<&str> {
    let operations = || document.operations.iter().filter(|o| !o.token);
    let lists: Vec<&Operation> = operations()
        .filter(|o| o.bulk.is_some() || is_create(o) || o.method == "GET" && is_list(document, o))
        .collect();
    let mut known = BTreeSet::new();
    let mut paths: Vec<&str> = Vec::new();
    for operation in operations().filter(|o| ends_in_parameter(&o.path)) {
        if known.contains(operation.shape.as_str()) {
            continue;
        }
        let home = collection(&operation.shape);
        let changed = |o: &Operation| {
            o.shape == operation.shape
                && (["PUT", "PATCH", "DELETE"].contains(&o.method.as_str())
                    || o.method == "POST" && UPDATE_VERBS.contains(&verb(o)))
        };
        let gathered =
            |o: &&Operation| o.shape == home || home.len() > 1 && o.shape.ends_with(home);
        if operations().any(changed) || lists.iter().any(gathered) {
            known.insert(operation.shape.as_str());
            paths.push(&operation.path);
        }
    }
    paths
}

fn is_create(operation: &Operation) -> bool {
    operation.method == "POST"
        && operation.repeat != Repeat::Safe
        && CREATE_VERBS.contains(&verb(operation))
}

/// Returns the paths at which records are created and listed. The caller skips collections whose
/// records have their own paths.
pub(crate) fn collections_without_items(document: &Document) -> Vec<&str> {
    let listed = |path: &str| {
        let mut operations = document.operations.iter().filter(|o| o.path == path);
        operations.any(|o| o.method == "GET" && is_list(document, o))
    };
    let made = document
        .operations
        .iter()
        .filter(|o| !o.token && (is_create(o) || o.bulk.is_some()));
    made.map(|o| o.path.as_str())
        .filter(|path| !ends_in_parameter(path) && listed(path))
        .collect()
}

/// Returns the paths that identify exactly one record each.
pub(crate) fn singleton_paths(document: &Document) -> Vec<&str> {
    let at = |path: &str| {
        let path = path.to_owned();
        document.operations.iter().filter(move |o| o.path == path)
    };
    let written = |o: &Operation| {
        ["PUT", "PATCH", "DELETE"].contains(&o.method.as_str())
            || o.method == "POST"
                && o.repeat != Repeat::Safe
                && (CREATE_VERBS.contains(&verb(o)) || UPDATE_VERBS.contains(&verb(o)))
    };
    let read = document
        .operations
        .iter()
        .filter(|o| o.method == "GET" && !ends_in_parameter(&o.path) && !is_list(document, o));
    read.map(|o| o.path.as_str())
        .filter(|path| at(path).any(written))
        .collect()
}

/// Returns whether the response is a list: an array, a page, or an envelope around one array.
pub(crate) fn is_list(document: &Document, operation: &Operation) -> bool {
    operation.paging.is_some()
        || operation
            .response_schema()
            .is_some_and(|schema| record_location::list(document, schema).is_some())
}

//! Compares the vendor as a whole: features, servers, response headers, limits, and extensions of
//! the document.

use super::behavior::changed_extensions;
use super::change::Changes;
use super::documentation;
use super::rule::Rule;
use super::side::Side;
use crate::model::{Server, text};
use crate::name;
use crate::spec::finding::Place;
use crate::spec::pointer::below;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub(super) fn compare(base: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    compare_features(base, new, changes);
    compare_servers(base, new, changes);
    compare_headers(base, new, changes);
    if base.api.limits != new.api.limits {
        let words =
            |limits: Option<&Value>| limits.map_or_else(|| "none".to_owned(), ToString::to_string);
        let what = format!(
            "the limits are `{}` instead of `{}`",
            words(new.api.limits),
            words(base.api.limits)
        );
        changes.add(
            Rule::LimitsChanged,
            new.root_place("x-sdk-limits"),
            "limits",
            what,
        );
    }
    let empty = Map::new();
    let root = |side: &Side<'_>| side.document.root.as_object().unwrap_or(&empty).clone();
    for key in changed_extensions(
        &root(base),
        &root(new),
        &["x-sdk-limits", "x-upstream-declared"],
    ) {
        changes.add(
            Rule::OtherExtension,
            new.root_place(&key),
            "the document",
            format!("`{key}` changed"),
        );
    }
}

fn compare_features(base: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    let first = changes.found.len();
    // Tags that are always compiled have no feature.
    let features = |side: &Side<'_>| -> BTreeMap<String, Place> {
        let tags = side.api.tags.iter().enumerate();
        let tags = tags.filter(|(_, tag)| !tag.always);
        tags.map(|(index, tag)| (tag.name.to_owned(), side.element_place("tags", index)))
            .collect()
    };
    let (before, after) = (features(base), features(new));
    for (tag, place) in before.iter().filter(|(tag, _)| !after.contains_key(*tag)) {
        changes.add_at_base(
            Rule::FeatureRemoved,
            place.clone(),
            tag,
            "the cargo feature was removed",
        );
    }
    for (tag, place) in after.iter().filter(|(tag, _)| !before.contains_key(*tag)) {
        changes.add(
            Rule::FeatureAdded,
            place.clone(),
            tag,
            "the cargo feature was added",
        );
    }
    documentation::compare_node((base, new), ("/tags", "/tags"), "tags", first, changes);
}

fn compare_servers(base: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    let first = changes.found.len();
    let servers = |side: &Side<'_>| -> BTreeMap<String, usize> {
        let names = side.api.servers.iter().enumerate();
        names
            .map(|(index, server)| (server.name.to_owned(), index))
            .collect()
    };
    let (before, after) = (servers(base), servers(new));
    for (name, index) in &before {
        let was = &base.api.servers[*index];
        match after.get(name) {
            Some(other) => {
                let place = new.element_place("servers", *other);
                compare_server(was, &new.api.servers[*other], &place, changes);
            }
            None => {
                let what = format!("the server `{}` was removed", was.url);
                let place = base.element_place("servers", *index);
                changes.add_at_base(Rule::ServerRemoved, place, subject(was), what);
            }
        }
    }
    for (_, index) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        let now = &new.api.servers[*index];
        let what = format!("the server `{}` was added", now.url);
        changes.add(
            Rule::ServerAdded,
            new.element_place("servers", *index),
            subject(now),
            what,
        );
    }
    if let (Some(was), Some(now)) = (base.api.servers.first(), new.api.servers.first())
        && was.name != now.name
    {
        let what = format!("the default is `{}` instead of `{}`", now.name, was.name);
        changes.add(
            Rule::ServerDefault,
            new.element_place("servers", 0),
            "Server",
            what,
        );
    }
    documentation::compare_node(
        (base, new),
        ("/servers", "/servers"),
        "servers",
        first,
        changes,
    );
}

fn subject(server: &Server<'_>) -> String {
    format!("Server::{}", name::type_name(server.name))
}

fn compare_server(was: &Server<'_>, now: &Server<'_>, place: &Place, changes: &mut Changes) {
    if was.url != now.url {
        let what = format!("the URL is `{}` instead of `{}`", now.url, was.url);
        changes.add(Rule::ServerUrl, place.clone(), subject(was), what);
    }
    let fields = |server: &Server<'_>| -> Vec<String> {
        server
            .variables
            .iter()
            .map(|(variable, _)| name::field(variable))
            .collect()
    };
    let (before, after) = (fields(was), fields(now));
    if before != after {
        let what = format!(
            "has the fields `{}` instead of `{}`",
            after.join("`, `"),
            before.join("`, `")
        );
        changes.add(Rule::ServerVariables, place.clone(), subject(was), what);
    }
    if !was.placeholder && now.placeholder {
        changes.add(
            Rule::ServerPlaceholder,
            place.clone(),
            subject(was),
            "is now a placeholder",
        );
    }
}

/// Accessor of a response header.
struct Accessor {
    wire: String,
    ty: &'static str,
    place: Place,
}

/// Returns the accessors by identifier. As in the generated code, the first response that declares
/// a header determines the type of the accessor.
fn accessors(side: &Side<'_>) -> BTreeMap<String, Accessor> {
    let mut found = BTreeMap::new();
    for operation in &side.api.operations {
        for answer in &operation.answers {
            for header in &answer.headers {
                let ty = match (text(header.schema, "type"), text(header.schema, "format")) {
                    ("integer", _) => "i64",
                    ("number", _) => "f64",
                    ("boolean", _) => "bool",
                    (_, "date-time") => "DateTime",
                    (_, "date") => "Date",
                    _ => "String",
                };
                let pointer = below(&side.operation_pointer(operation), "responses");
                let pointer = below(
                    &below(&below(&pointer, answer.status), "headers"),
                    header.name,
                );
                found
                    .entry(name::field(header.name))
                    .or_insert_with(|| Accessor {
                        wire: header.name.to_owned(),
                        ty,
                        place: side.document.place(&pointer),
                    });
            }
        }
    }
    found
}

fn compare_headers(base: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    let (before, after) = (accessors(base), accessors(new));
    let subject = |ident: &str| format!("AnswerHeaders::{ident}");
    for (ident, was) in &before {
        match after.get(ident) {
            None => {
                let what = format!("the header `{}` was removed", was.wire);
                changes.add_at_base(Rule::HeaderRemoved, was.place.clone(), subject(ident), what);
            }
            Some(now) if now.ty != was.ty => {
                let what = format!("returns `{}` instead of `{}`", now.ty, was.ty);
                changes.add(Rule::HeaderType, now.place.clone(), subject(ident), what);
            }
            Some(_) => {}
        }
    }
    for (ident, now) in after
        .iter()
        .filter(|(ident, _)| !before.contains_key(*ident))
    {
        let what = format!("the header `{}` was added", now.wire);
        changes.add(Rule::HeaderAdded, now.place.clone(), subject(ident), what);
    }
}

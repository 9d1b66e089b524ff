//! Compares what is true of a vendor as a whole: features, servers, limits, headers, the shape of errors.

use super::behaviour::{changed_extensions, error_shape};
use super::change::Changes;
use super::rule::Rule;
use super::side::Side;
use crate::model::{Server, text};
use crate::name;
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
            "`{}`, was `{}`",
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
    let (was, now) = (error_shape(base.api.error.1), error_shape(new.api.error.1));
    if was != now {
        let words = |shape: Vec<(&str, String)>| {
            let rows: Vec<String> = shape
                .into_iter()
                .map(|(key, pointers)| format!("{key} {pointers}"))
                .collect();
            rows.join(", ")
        };
        let what = format!("{}, was {}", words(now), words(was));
        changes.add(
            Rule::ErrorShape,
            new.type_place(crate::progenitor::API_ERROR),
            "ApiError",
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
    // A tag that is always compiled has no feature.
    let features = |side: &Side<'_>| -> BTreeMap<String, bool> {
        side.api
            .tags
            .iter()
            .map(|tag| (tag.name.to_owned(), !tag.always))
            .collect()
    };
    let (before, after) = (features(base), features(new));
    for (tag, _) in before
        .iter()
        .filter(|(tag, is_feature)| **is_feature && after.get(*tag) != Some(&true))
    {
        let what = "the cargo feature is gone";
        changes.add_gone(Rule::FeatureRemoved, base.root_place("tags"), tag, what);
    }
    for (tag, _) in after
        .iter()
        .filter(|(tag, is_feature)| **is_feature && before.get(*tag) != Some(&true))
    {
        changes.add(
            Rule::FeatureAdded,
            new.root_place("tags"),
            tag,
            "the cargo feature is new",
        );
    }
}

fn compare_servers(base: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    let place = new.root_place("servers");
    let subject = |server: &Server<'_>| format!("Server::{}", name::type_name(server.name));
    let fields = |server: &Server<'_>| -> Vec<String> {
        server
            .variables
            .iter()
            .map(|(variable, _)| name::field(variable))
            .collect()
    };
    for was in &base.api.servers {
        let Some(now) = new
            .api
            .servers
            .iter()
            .find(|server| server.name == was.name)
        else {
            let what = format!("the server `{}` is gone", was.url);
            changes.add_gone(
                Rule::ServerRemoved,
                base.root_place("servers"),
                subject(was),
                what,
            );
            continue;
        };
        if was.url != now.url {
            let what = format!("`{}`, was `{}`", now.url, was.url);
            changes.add(Rule::ServerUrl, place.clone(), subject(was), what);
        }
        if fields(was) != fields(now) {
            let what = format!(
                "needs `{}`, was `{}`",
                fields(now).join("`, `"),
                fields(was).join("`, `")
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
    for now in new
        .api
        .servers
        .iter()
        .filter(|now| base.api.servers.iter().all(|was| was.name != now.name))
    {
        changes.add(
            Rule::ServerAdded,
            place.clone(),
            subject(now),
            format!("the server `{}` is new", now.url),
        );
    }
    if let (Some(was), Some(now)) = (base.api.servers.first(), new.api.servers.first())
        && was.name != now.name
    {
        let what = format!("the default is `{}`, was `{}`", now.name, was.name);
        changes.add(Rule::ServerDefault, place, "Server", what);
    }
}

/// The accessors of the answer headers: identifier and type.
fn headers(side: &Side<'_>) -> BTreeMap<String, (String, &'static str)> {
    let answers = side
        .api
        .operations
        .iter()
        .flat_map(|operation| &operation.answers);
    let mut found = BTreeMap::new();
    for header in answers.flat_map(|answer| &answer.headers) {
        let kind = match (text(header.schema, "type"), text(header.schema, "format")) {
            ("integer", _) => "i64",
            ("number", _) => "f64",
            ("boolean", _) => "bool",
            (_, "date-time") => "DateTime",
            (_, "date") => "Date",
            _ => "String",
        };
        found
            .entry(name::field(header.name))
            .or_insert_with(|| (header.name.to_owned(), kind));
    }
    found
}

fn compare_headers(base: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    let (before, after) = (headers(base), headers(new));
    let subject = |ident: &str| format!("AnswerHeaders::{ident}");
    for (ident, (wire, kind)) in &before {
        match after.get(ident) {
            None => {
                let place = base.root_place("paths");
                changes.add_gone(
                    Rule::HeaderRemoved,
                    place,
                    subject(ident),
                    format!("the header `{wire}` is gone"),
                );
            }
            Some((_, other)) if other != kind => {
                let what = format!("returns `{other}`, was `{kind}`");
                changes.add(
                    Rule::HeaderType,
                    new.root_place("paths"),
                    subject(ident),
                    what,
                );
            }
            Some(_) => {}
        }
    }
    for (ident, (wire, _)) in after
        .iter()
        .filter(|(ident, _)| !before.contains_key(*ident))
    {
        changes.add(
            Rule::HeaderAdded,
            new.root_place("paths"),
            subject(ident),
            format!("the header `{wire}` is new"),
        );
    }
}

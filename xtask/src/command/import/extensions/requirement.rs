//! Security requirements: ensures that the document states them, and that all of their schemes are
//! declared.

use crate::command::import::draft::Notes;
use crate::command::import::extensions::scheme::{Scheme, Schemes, TOPIC, Travel, shown};
use crate::command::import::visit;
use crate::spec::pointer::below;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Converts every security requirement to the house style. Also declares undeclared schemes, and
/// adds `security` to a document that lacks it.
pub(super) fn settle(
    document: &mut Value,
    schemes: &Schemes,
    of_parameters: Option<&str>,
    notes: &mut Notes,
) {
    let mut undeclared = BTreeMap::new();
    let declared = document.get("security").is_some();
    if let Some(own) = document.get_mut("security") {
        let new = requirements("/security", own, schemes, &mut undeclared, notes);
        *own = new;
    }
    let mut has_own = false;
    visit::operations(document, |at, _, _, operation| {
        if let Some(own) = operation.get_mut("security") {
            let at = below(at, "security");
            let new = requirements(&at, own, schemes, &mut undeclared, notes);
            *own = new;
            has_own = true;
        }
    });
    for (name, scheme) in undeclared {
        document["components"]["securitySchemes"][name] = scheme;
    }
    if !declared {
        let all = document["components"]
            .get("securitySchemes")
            .and_then(Value::as_object);
        let names: Vec<String> = all
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect();
        // If no operation uses the schemes, the requirements were probably forgotten.
        let is_forgotten = !has_own && of_parameters.is_none() && !names.is_empty();
        document["security"] = match is_forgotten {
            true => {
                notes.question(
                    TOPIC,
                    "/components/securitySchemes",
                    "no operation requires any of the security schemes: do all calls work without credentials? The crate requires one of the schemes for every call; set `security: []` if calls need no credentials",
                );
                names.iter().map(|name| json!({ name: [] })).collect()
            }
            false => json!([]),
        };
    }
}

fn requirements(
    at: &str,
    value: &Value,
    schemes: &Schemes,
    undeclared: &mut BTreeMap<String, Value>,
    notes: &mut Notes,
) -> Value {
    let alternatives = match value {
        Value::Array(list) => list.clone(),
        Value::Object(_) => vec![value.clone()],
        _ => Vec::new(),
    };
    let mut out: Vec<Value> = Vec::new();
    let mut is_optional = false;
    for alternative in &alternatives {
        let Some(names) = alternative.as_object() else {
            continue;
        };
        let mut own = Map::new();
        let mut travels: BTreeSet<Travel> = BTreeSet::new();
        for (name, scopes) in names {
            let travel = match schemes.get(name) {
                Some(scheme) => scheme.travel.clone(),
                // The document declares the scheme, but the import removed it as unsupported.
                None if !declare_guess(name, notes, at, undeclared) => continue,
                None => guessed_location(name),
            };
            if !travels.insert(travel) {
                notes.loss(TOPIC, at, format!("`{}` is omitted: another scheme that is required with it is sent in the same location", shown(name)));
                continue;
            }
            let scopes: Vec<&str> = match scopes {
                Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            own.insert(name.clone(), json!(scopes));
        }
        match own.is_empty() {
            true if names.is_empty() => is_optional = true,
            true => {}
            false if out.contains(&Value::Object(own.clone())) => {}
            false => out.push(Value::Object(own)),
        }
    }
    if is_optional && !out.is_empty() {
        notes.question(
            TOPIC,
            at,
            "credentials are optional for this call: do your users need them? The crate requires and sends credentials; set `security: []` for a call that never needs any",
        );
    }
    Value::Array(out)
}

/// Declares a required but undeclared scheme; returns `false` if the import removed the scheme.
fn declare_guess(
    name: &str,
    notes: &mut Notes,
    at: &str,
    undeclared: &mut BTreeMap<String, Value>,
) -> bool {
    if undeclared.contains_key(name) {
        return true;
    }
    if notes.source().root["components"]["securitySchemes"]
        .get(name)
        .is_some()
    {
        return false;
    }
    let scheme = match guessed_location(name) {
        Travel::Basic => json!({ "type": "http", "scheme": "basic" }),
        _ => json!({ "type": "http", "scheme": "bearer" }),
    };
    notes.question(
        TOPIC,
        at,
        format!("`{}` is not declared: how is it sent? The crate treats it as {}; declare it in components.securitySchemes", shown(name), match guessed_location(name) {
            Travel::Basic => "HTTP Basic",
            _ => "a bearer token",
        }),
    );
    undeclared.insert(name.to_owned(), scheme);
    true
}

/// Returns how an undeclared scheme is probably sent.
fn guessed_location(name: &str) -> Travel {
    match name.to_ascii_lowercase().contains("basic") {
        true => Travel::Basic,
        false => Travel::Bearer,
    }
}

/// Returns the schemes by name, including undeclared ones.
pub(super) fn known(document: &Value, schemes: &Schemes) -> Schemes {
    let mut all = schemes.clone();
    let declared = document["components"]
        .get("securitySchemes")
        .and_then(Value::as_object);
    for (name, _) in declared.into_iter().flatten() {
        all.entry(name.clone()).or_insert_with(|| Scheme {
            travel: guessed_location(name),
            cookie: None,
            flows: None,
        });
    }
    all
}

/// Names of schemes that a call needs together.
pub(super) type Set = BTreeSet<String>;

/// Returns the requirements of all operations: the alternatives of each, without duplicates.
pub(super) fn sets(document: &mut Value, _schemes: &Schemes) -> BTreeSet<BTreeSet<Set>> {
    let of = |value: &Value| -> BTreeSet<Set> {
        let list = value.as_array().into_iter().flatten();
        list.filter_map(Value::as_object)
            .map(|names| names.keys().cloned().collect())
            .collect()
    };
    let whole = of(&document["security"]);
    let mut sets = BTreeSet::new();
    visit::operations(document, |_, _, _, operation| {
        sets.insert(match operation.get("security") {
            Some(own) => of(own),
            None => whole.clone(),
        });
    });
    sets
}

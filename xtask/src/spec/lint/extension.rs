//! Rules: extensions are in the closed list and on the right kind of node, their values are valid,
//! and everything that they refer to exists.

mod job;
mod webhook;

use crate::media_type::is_json;
use crate::spec::extension::Extension;
use crate::spec::finding::Finding;
use crate::spec::kind::Kind;
use crate::spec::lint::index::ExtensionUse;
use crate::spec::lint::index::resolved::Resolved;
use crate::spec::lint::index::{Node, Spec, list};
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use crate::spec::variants::operation_id;
use serde_json::{Map, Value};

pub(super) fn check(spec: &mut Spec<'_>) {
    let mut found = Vec::new();
    for used in &spec.extensions {
        let node = &spec.nodes[used.node];
        let pointer = pointer_of(spec, node, used.key);
        let Some(extension) = Extension::of(used.key) else {
            let what = format!("`{}` is not an extension", used.key);
            let names: Vec<_> = Extension::ALL
                .iter()
                .map(|extension| extension.name())
                .collect();
            let to_do = format!(
                "correct or remove it; supported extensions: {}",
                names.join(", ")
            );
            found.push(spec.finding(&pointer, Rule::UnknownExtension, what, to_do));
            continue;
        };
        if let Err(what_to_do) = fits_node(extension, node) {
            let what = format!(
                "`{}` is not allowed on {}",
                used.key,
                spec.label(&node.pointer)
            );
            found.push(spec.finding(&pointer, Rule::MisplacedExtension, what, what_to_do));
        } else if let Err(wanted) = extension.check(used.value) {
            let what = format!("the value of `{}` is invalid", used.key);
            found.push(spec.finding(
                &pointer,
                Rule::ExtensionValue,
                what,
                format!("write {wanted}"),
            ));
        } else {
            check_references(spec, extension, node, used, &pointer, &mut found);
        }
    }
    spec.findings.extend(found);
}

/// Returns the pointer of an extension. An extension of the document can also be in the map of
/// paths, and an extension of an operation can also be in the map of responses.
fn pointer_of(spec: &Spec<'_>, node: &Node<'_>, key: &str) -> String {
    for field in ["", "/paths", "/responses"] {
        let pointer = below(&format!("{}{field}", node.pointer), key);
        if spec.document.node(&pointer).is_some() {
            return pointer;
        }
    }
    node.pointer.clone()
}

fn fits_node(extension: Extension, node: &Node<'_>) -> Result<(), String> {
    let kinds = extension.kinds();
    if !kinds.is_empty() && !kinds.contains(&node.kind) {
        let nouns: Vec<&str> = kinds.iter().map(|kind| kind.noun()).collect();
        return Err(format!("move it to {}", nouns.join(" or ")));
    }
    let is_named = node.field == "schemas";
    let is_text = node.text("type") == Some("string");
    match extension {
        Extension::Secret if !is_text => {
            Err("only strings can be secret: move it to a string".to_owned())
        }
        Extension::Alias if node.field != "properties" => Err("move it to a property".to_owned()),
        Extension::Patch | Extension::Error if !is_named => {
            Err("move it to a schema in components".to_owned())
        }
        Extension::KeepSlashes
            if node.kind == Kind::Parameter && node.text("in") != Some("path") =>
        {
            Err("move it to a path parameter".to_owned())
        }
        _ => Ok(()),
    }
}

/// Checks that everything that the value refers to exists.
fn check_references(
    spec: &Spec<'_>,
    extension: Extension,
    node: &Node<'_>,
    used: &ExtensionUse<'_>,
    pointer: &str,
    found: &mut Vec<Finding>,
) {
    let missing = match (extension, used.value) {
        (Extension::Pagination, Value::Object(paging)) => check_paging_names(spec, node, paging),
        (Extension::Error, Value::Object(error)) => check_error_pointers(spec, node, error),
        (Extension::Bulk, _) if spec.body(node).is_none() => {
            vec![(
                "the bulk operation has no request body".to_owned(),
                "add a body to the operation".to_owned(),
            )]
        }
        (Extension::Repeat, Value::Object(repeat)) => check_key_in_body(spec, node, repeat),
        (Extension::Wait, Value::Object(rule)) => job::names(spec, node, rule),
        (Extension::Webhooks, Value::Array(families)) => webhook::names(spec, families),
        (Extension::ErrorCodes, Value::Array(rows)) => statuses(spec, node, rows),
        (Extension::Variants, Value::Object(variants)) => check_variant_names(spec, node, variants),
        _ => Vec::new(),
    };
    for (what, to_do) in missing {
        found.push(spec.finding(pointer, Rule::ExtensionValue, what, to_do));
    }
}

/// Checks that the query parameters exist, and that the pointers match the success response.
fn check_paging_names(
    spec: &Spec<'_>,
    node: &Node<'_>,
    paging: &Map<String, Value>,
) -> Vec<(String, String)> {
    let mut missing = Vec::new();
    let label = spec.label(&node.pointer);
    let parameters = spec.parameters(node);
    let chosen = paging
        .get("choose")
        .and_then(|choose| choose.get("parameter"));
    let named = ["page", "offset", "cursor", "limit"].map(|key| paging.get(key));
    for name in named
        .into_iter()
        .chain([chosen])
        .flatten()
        .filter_map(Value::as_str)
    {
        let is_known = |(_, parameter): &(String, Resolved<'_>)| {
            parameter.text("in") == "query" && parameter.text("name") == name
        };
        if !parameters.iter().any(is_known) {
            let what = format!("{label} has no query parameter `{name}`");
            missing.push((what, "declare it, or use another parameter".to_owned()));
        }
    }
    let Some(answer) = spec.success_schema(node) else {
        let to_do = "add a JSON schema to its success response".to_owned();
        missing.push((format!("{label} has no JSON response with pages"), to_do));
        return missing;
    };
    let lists = match paging.get("items") {
        Some(Value::Array(lists)) => lists.iter().collect(),
        items => Vec::from_iter(items),
    };
    let lists: Vec<&str> = lists.into_iter().filter_map(Value::as_str).collect();
    if let Some(to_do) = list_conflict(spec, &answer, &lists) {
        let what = format!("the lists of {label} cannot be combined");
        missing.push((what, to_do.to_owned()));
    }
    let values = ["next", "total"].map(|key| (key, paging.get(key).and_then(Value::as_str)));
    let values = values.into_iter().filter_map(|(key, at)| Some((key, at?)));
    for (key, at) in lists.into_iter().map(|at| ("items", at)).chain(values) {
        let is_there = match key {
            "items" => spec.is_list_at(answer.clone(), at),
            _ => spec.has_value_at(answer.clone(), at),
        };
        if !is_there {
            let noun = if key == "items" { "list" } else { "value" };
            let what = format!("the response of {label} has no {noun} at `{at}`");
            missing.push((
                what,
                format!("correct `{key}`, a JSON pointer into the response"),
            ));
        }
    }
    missing
}

/// Checks whether several lists in one response can be combined, and returns advice if they can't.
///
/// Lists of the same type are alternatives, and only one of them is used. Lists of different types
/// are parts of the page, and each type has its own variant in the enum of items.
fn list_conflict(spec: &Spec<'_>, answer: &Resolved<'_>, lists: &[&str]) -> Option<&'static str> {
    let item = |at: &&str| spec.schema_at(answer.clone(), &format!("{at}/0"));
    let mut items: Vec<Map<String, Value>> =
        lists.iter().filter_map(item).map(Clone::clone).collect();
    for words in ["title", "description", "example", "default", "pattern"] {
        items.iter_mut().for_each(|item| drop(item.remove(words)));
    }
    let are_one = items.windows(2).all(|pair| pair[0] == pair[1]);
    let is_repeated = |(place, one)| items[..place].contains(one);
    match are_one {
        true if lists.len() > 1 && lists.iter().any(|at| at.matches('/').count() > 1) => {
            Some("lists of the same type must be direct properties of the response")
        }
        false if items.iter().enumerate().any(is_repeated) => {
            Some("use lists of the same type, or only one list per type")
        }
        false if items.iter().any(|item| !item.contains_key("properties")) => {
            Some("the items of lists of different types must be objects")
        }
        _ => None,
    }
}

/// Checks that the JSON body has the property for the idempotency key.
fn check_key_in_body(
    spec: &Spec<'_>,
    node: &Node<'_>,
    repeat: &Map<String, Value>,
) -> Vec<(String, String)> {
    let Some(name) = repeat["keyed"].get("body").and_then(Value::as_str) else {
        return Vec::new();
    };
    let contents = spec.body(node).map(|body| spec.contents(&body));
    let json = contents
        .into_iter()
        .flatten()
        .filter(|(media, _)| is_json(media));
    let mut schemas = json.filter_map(|(_, content)| {
        let (pointer, object) = spec.child(&content.pointer, content.object, "schema")?;
        Some(Resolved { pointer, object })
    });
    if schemas.any(|schema| spec.has_value_at(schema, &below("", name))) {
        return Vec::new();
    }
    let what = format!(
        "the JSON body of {} has no property `{name}`",
        spec.label(&node.pointer)
    );
    vec![(what, "add the property, or use another property".to_owned())]
}

/// Checks the pointers into error bodies. Error bodies are the error base and the schemas that
/// extend it.
fn check_error_pointers(
    spec: &Spec<'_>,
    node: &Node<'_>,
    error: &Map<String, Value>,
) -> Vec<(String, String)> {
    let mut bodies = Vec::new();
    for other in spec.named_schemas() {
        let whole = Resolved {
            pointer: other.pointer.clone(),
            object: other.object,
        };
        if spec
            .parts(whole.clone(), false)
            .iter()
            .any(|part| part.pointer == node.pointer)
        {
            bodies.push(whole);
        }
    }
    let mut missing = Vec::new();
    // The pointers of `in_success` refer to success responses.
    for (key, pointers) in error.iter().filter(|(key, _)| *key != "in_success") {
        for at in pointers
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if !bodies
                .iter()
                .any(|body| spec.has_value_at(body.clone(), at))
            {
                let what = format!("no error body has a value at `{at}`");
                missing.push((what, format!("add the property, or correct `{key}`")));
            }
        }
    }
    missing
}

/// Checks that the path parameter and the schemas exist, that every value has a variant, and that
/// the ids of the variants are unique.
fn check_variant_names(
    spec: &Spec<'_>,
    node: &Node<'_>,
    variants: &Map<String, Value>,
) -> Vec<(String, String)> {
    let mut missing = Vec::new();
    let label = spec.label(&node.pointer);
    let name = variants["parameter"].as_str().unwrap_or_default();
    let parameters = spec.parameters(node);
    let parameter = parameters
        .iter()
        .find(|(_, parameter)| parameter.text("in") == "path" && parameter.text("name") == name);
    let Some((_, parameter)) = parameter else {
        let what = format!("{label} has no path parameter `{name}`");
        return vec![(what, "declare it, or use another parameter".to_owned())];
    };
    let schema = spec.child(&parameter.pointer, parameter.object, "schema");
    let known: Vec<&str> = schema
        .iter()
        .flat_map(|(_, schema)| list(schema, "enum"))
        .filter_map(Value::as_str)
        .collect();
    let own_id = node.text("operationId").unwrap_or_default();
    for (value, schema) in variants["values"].as_object().into_iter().flatten() {
        if !known.contains(&value.as_str()) {
            let what = format!("`{value}` is not a value of the parameter `{name}`");
            missing.push((what, "add it to the enum, or remove the variant".to_owned()));
        }
        let schema = schema.as_str().unwrap_or_default();
        if !spec
            .named_schemas()
            .any(|known| known.pointer == below("/components/schemas", schema))
        {
            let what = format!("`{schema}` is not a schema");
            missing.push((
                what,
                "use the name of a schema in components.schemas".to_owned(),
            ));
        }
        let id = operation_id(own_id, value);
        let is_taken = |other: &Node<'_>| {
            other.kind == Kind::Operation && other.text("operationId") == Some(&id)
        };
        if spec.nodes.iter().any(is_taken) {
            let what =
                format!("the variant `{value}` of {label} becomes `{id}`, which already exists");
            missing.push((what, "rename one of the operations".to_owned()));
        }
    }
    for value in known
        .iter()
        .filter(|value| variants["values"].get(**value).is_none())
    {
        let what = format!("{label} has no variant for `{value}`");
        missing.push((what, "add the schema of its response".to_owned()));
    }
    missing
}

/// Checks that the operation documents the statuses of the error codes.
fn statuses(spec: &Spec<'_>, node: &Node<'_>, rows: &[Value]) -> Vec<(String, String)> {
    let documented: Vec<&str> = node
        .members("responses")
        .map(|(status, _)| status)
        .collect();
    let mut missing = Vec::new();
    for status in rows
        .iter()
        .filter_map(|row| row.get("status"))
        .filter_map(Value::as_u64)
    {
        let exact = status.to_string();
        let range = format!("{}XX", status / 100);
        let is_documented = documented
            .iter()
            .any(|known| *known == exact || *known == range || *known == "default");
        if !is_documented {
            let what = format!("{} does not document {status}", spec.label(&node.pointer));
            missing.push((what, "add the response, or remove the code".to_owned()));
        }
    }
    missing.dedup();
    missing
}

#[cfg(test)]
mod tests {
    use crate::spec::extension::Extension;
    use crate::spec::kind::Kind;

    #[test]
    fn every_extension_can_be_looked_up_by_its_key() {
        for extension in Extension::ALL {
            assert_eq!(Extension::of(extension.name()), Some(*extension));
            assert!(!extension.kinds().contains(&Kind::SecurityRequirement));
        }
        assert_eq!(Extension::of("x-sdk-unheard-of"), None);
    }
}

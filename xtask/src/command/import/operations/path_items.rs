//! Ensures that paths start with a slash and contain only operations: resolves references to path
//! items, and moves shared keys into the operations.

use crate::command::import::draft::{Draft, Notes};
use crate::command::import::visit::METHODS;
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value, json};

const TOPIC: &str = "paths";

/// Converts `paths` to the house style.
pub(in crate::command::import) fn plain(draft: &mut Draft) -> Result<()> {
    let paths = draft
        .document
        .get_mut("paths")
        .map(Value::take)
        .unwrap_or_default();
    let Value::Object(paths) = paths else {
        return Err(draft.notes.refusal("/paths", "`paths` is not an object"));
    };
    let notes = &mut draft.notes;
    let mut moves = Vec::new();
    let mut plain: Map<String, Value> = Map::new();
    for (path, mut item) in paths.clone() {
        if path.starts_with("x-") {
            notes.loss("extensions", &below("/paths", &path), format!("`{path}`"));
            continue;
        }
        let at = below("/paths", &path);
        if let Some(reference) = item.get("$ref") {
            let reference = reference.clone();
            let target =
                resolve_path_item(&draft.document, &paths, &reference).ok_or_else(|| {
                    notes.refusal(&below(&at, "$ref"), unresolved_path_message(&reference))
                })?;
            let own = item.as_object().cloned().unwrap_or_default();
            item = target;
            for (key, value) in own.into_iter().filter(|(key, _)| key != "$ref") {
                item[key.as_str()] = value;
            }
        }
        let Value::Object(item) = item else {
            notes.loss(
                TOPIC,
                &at,
                format!("`{path}` is not an object and is omitted"),
            );
            continue;
        };
        let house = normalized_path(&path);
        if house != path {
            notes.change(TOPIC, &at, format!("`{path}` is written as `{house}`"));
        }
        let operations = operations(&at, item, notes);
        moves.push((below("/paths", &house), at));
        match plain.get_mut(&house).and_then(Value::as_object_mut) {
            Some(known) => {
                for (method, operation) in operations {
                    known.entry(method).or_insert(operation);
                }
            }
            None => drop(plain.insert(house, Value::Object(operations))),
        }
    }
    notes.moved_all(moves.into_iter().filter(|(new, old)| new != old));
    plain.retain(|_, item| item.as_object().is_some_and(|item| !item.is_empty()));
    if plain.is_empty() {
        let what = "the document has no operations under `paths`; a crate would have no methods";
        return Err(notes.refusal("/paths", what));
    }
    draft.document["paths"] = Value::Object(plain);
    // References to path items are already resolved.
    if let Some(components) = draft
        .document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        components.remove("pathItems");
    }
    Ok(())
}

fn unresolved_path_message(reference: &Value) -> String {
    let reference = reference.as_str().unwrap_or_default();
    format!(
        "the path refers to `{}`, which is not a path item of this document; the import does not follow references to files or URLs: bundle the document first",
        reference.escape_debug()
    )
}

/// Returns the target of a reference to a path item.
fn resolve_path_item(
    document: &Value,
    paths: &Map<String, Value>,
    reference: &Value,
) -> Option<Value> {
    let mut reference = reference.as_str()?.to_owned();
    for _ in 0..16 {
        let pointer = reference.strip_prefix('#')?;
        let item = match pointer.strip_prefix("/paths/") {
            // At this point, the paths are not in the document.
            Some(path) => paths.get(&path.replace("~1", "/").replace("~0", "~")),
            None => document.pointer(pointer),
        }?;
        match item.get("$ref").and_then(Value::as_str) {
            Some(next) => next.clone_into(&mut reference),
            None => return Some(item.clone()),
        }
    }
    None
}

/// Returns a path with a leading slash, and percent-encodes characters that URLs can't contain.
fn normalized_path(path: &str) -> String {
    let path = path.trim();
    let mut out = String::new();
    if !path.starts_with('/') {
        out.push('/');
    }
    for c in path.chars() {
        match c {
            c if c.is_control() || c.is_whitespace() || "\"<>\\^`|".contains(c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("%{byte:02X}"));
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// Returns the operations of a path, including the parameters and servers that they share.
fn operations(at: &str, item: Map<String, Value>, notes: &mut Notes) -> Map<String, Value> {
    let shared: Vec<Value> = item
        .get("parameters")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let servers = item.get("servers").cloned();
    let mut operations = Map::new();
    for (key, value) in item {
        let lower = key.to_ascii_lowercase();
        let pointer = below(at, &key);
        match (lower.as_str(), value) {
            (method, Value::Object(mut operation)) if METHODS.contains(&method) => {
                let own = operation
                    .get("parameters")
                    .and_then(Value::as_array)
                    .cloned()
                    .unwrap_or_default();
                let here = below(at, method);
                if here != pointer {
                    notes.moved(&here, &pointer);
                }
                // The path's parameters come first, so that their position distinguishes them
                // from the operation's parameters.
                let all: Vec<Value> = shared.iter().cloned().chain(own).collect();
                let moves = (0..all.len()).map(|index| {
                    let old = match index.checked_sub(shared.len()) {
                        Some(index) => below(&below(&pointer, "parameters"), &index.to_string()),
                        None => below(&below(at, "parameters"), &index.to_string()),
                    };
                    (below(&below(&here, "parameters"), &index.to_string()), old)
                });
                if !shared.is_empty() {
                    notes.moved_all(moves.collect::<Vec<_>>());
                }
                if !all.is_empty() {
                    operation.insert("parameters".to_owned(), Value::Array(all));
                }
                operation.insert(SHARED.to_owned(), json!(shared.len()));
                if let Some(servers) = &servers {
                    operation
                        .entry("servers")
                        .or_insert_with(|| servers.clone());
                }
                operations.insert(method.to_owned(), Value::Object(operation));
            }
            ("options" | "trace", _) => {
                let text = format!("the method `{lower}` is not supported");
                notes.loss(TOPIC, &pointer, text);
            }
            ("parameters" | "servers", _) => {}
            ("summary" | "description", _) => {
                let text = format!(
                    "the `{lower}` of a path is omitted: only operations can have a `{lower}`"
                );
                notes.loss("text", &pointer, text);
            }
            (lower, _) if lower.starts_with("x-") => {
                notes.loss("extensions", &pointer, format!("`{key}`"));
            }
            _ => notes.loss("unsupported keys", &pointer, format!("`{key}` of a path")),
        }
    }
    operations
}

/// Key for the number of parameters that an operation inherits from its path. The pass over
/// parameters removes the key.
pub(super) const SHARED: &str = "x-sdk-shared-parameters";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    fn draft(text: &str) -> Draft {
        Draft::new("acme", Source::parse("a.yaml", text.as_bytes()).unwrap())
    }

    #[test]
    fn shared_parameters_and_servers_move_into_the_operations_of_a_path() {
        let mut draft = draft(
            "\
paths:
  pets x:
    summary: S.
    servers: [{url: https://a}]
    parameters: [{name: p}]
    GET: {parameters: [{name: o}]}
    options: {}
  /ref: {$ref: '#/components/pathItems/I'}
  /other: {$ref: '#/paths/~1ref', put: {}}
  ' /spaced': {get: {}}
components: {pathItems: {I: {get: {}}}}
",
        );
        plain(&mut draft).unwrap();
        let paths = &draft.document["paths"];
        let get = &paths["/pets%20x"]["get"];
        assert_eq!(get["parameters"], json!([{"name": "p"}, {"name": "o"}]));
        assert_eq!(get["servers"], json!([{"url": "https://a"}]));
        assert!(paths["/spaced"]["get"].is_object());
        assert!(paths["/ref"]["get"].is_object() && paths["/other"]["get"].is_object());
        assert!(paths["/other"]["put"].is_object());
        assert_eq!(draft.notes.line("/paths/~1pets%20x/get/parameters/0"), 5);
        assert_eq!(draft.notes.line("/paths/~1pets%20x/get/parameters/1"), 6);
        let report = draft.notes.report.markdown("", "");
        assert!(
            report.contains("`options` is not supported (7)"),
            "{report}"
        );
    }

    #[test]
    fn an_unresolvable_path_reference_is_rejected_with_its_line() {
        for target in [
            "other.yaml#/a",
            "https://evil.example/a.yaml",
            "#/paths/~1a",
            "/etc/passwd",
        ] {
            let mut draft = draft(&format!("paths:\n  /a:\n    $ref: '{target}'\n"));
            let error = plain(&mut draft).unwrap_err().to_string();
            assert!(error.starts_with("a.yaml:3: the path refers to"), "{error}");
        }
    }
}

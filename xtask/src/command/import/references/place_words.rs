//! Names for nodes that are not components, derived from their pointers.

use crate::command::import::schemas::words::{choice_words, reason, schema_name, type_words};
use serde_json::Value;

/// Returns a name for a node, built from the steps of its pointer.
pub(super) fn place_words(document: &Value, pointer: &str) -> String {
    let steps: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect();
    let mut words = String::new();
    let mut node = document;
    let mut before = "";
    for (index, step) in steps.iter().enumerate() {
        let next = match node {
            Value::Array(items) => step
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get(index)),
            node => node.get(step),
        };
        node = next.unwrap_or(&Value::Null);
        let word = match (before, step.as_str()) {
            ("components", _) | ("", _) => String::new(),
            ("paths", _) => String::new(),
            (_, method) if index == 2 && steps[0] == "paths" => {
                let id = node.get("operationId").and_then(Value::as_str);
                id.map_or_else(|| type_words(&format!("{method}_{}", steps[1])), type_words)
            }
            ("responses", status) if steps[0] == "paths" => match status.starts_with('2') {
                true => "Response".to_owned(),
                false => reason(status),
            },
            ("content", _) | ("allOf", _) => String::new(),
            ("oneOf" | "anyOf", _) => choice_words(node),
            ("parameters", _) => {
                let name = node.get("name").and_then(Value::as_str);
                type_words(name.unwrap_or(step))
            }
            ("properties" | "$defs" | "definitions" | "schemas" | "headers", name) => {
                type_words(name)
            }
            (_, "requestBody") => "Request".to_owned(),
            (_, "items") => "Item".to_owned(),
            (_, "additionalProperties") => "Value".to_owned(),
            ("requestBodies" | "responses", name) => type_words(name),
            _ => String::new(),
        };
        words.push_str(&word);
        // A property may have the name of a keyword.
        before = match before {
            "properties" | "$defs" | "definitions" | "schemas" => "name",
            _ => step,
        };
    }
    match words.is_empty() {
        true => "Shared".to_owned(),
        false => schema_name(&words),
    }
}

//! Breaks cycles of references.

use crate::command::import::draft::{Notes, component};
use crate::command::import::schemas::walk::Part;
use serde_json::{Value, json};
use std::collections::HashMap;

const TOPIC: &str = "references";

/// Replaces components that are references to themselves, directly or through other components,
/// with placeholders.
pub(super) fn break_circles(document: &mut Value, notes: &mut Notes) {
    for part in [
        Part::Schema,
        Part::Parameter,
        Part::Header,
        Part::Body,
        Part::Answer,
    ] {
        let section = part.section();
        let Some(all) = document["components"]
            .get(section)
            .and_then(Value::as_object)
        else {
            continue;
        };
        let prefix = format!("#/components/{section}/");
        let next = |name: &str| {
            let text = all.get(name)?.get("$ref")?.as_str()?;
            Some(
                text.strip_prefix(&prefix)?
                    .replace("~1", "/")
                    .replace("~0", "~"),
            )
        };
        // 1: on the current chain; 2: already followed.
        let mut state: HashMap<String, u8> = HashMap::new();
        let mut circles = Vec::new();
        for start in all.keys() {
            let mut way = Vec::new();
            let mut at = Some(start.clone());
            while let Some(name) = at {
                match state.get(&name) {
                    Some(1) => {
                        let begin = way.iter().position(|known| *known == name).unwrap_or(0);
                        circles.extend(way[begin..].iter().cloned());
                        break;
                    }
                    Some(_) => break,
                    None => {
                        state.insert(name.clone(), 1);
                        at = next(&name);
                        way.push(name);
                    }
                }
            }
            for name in way {
                state.insert(name, 2);
            }
        }
        for name in circles {
            let at = component(section, &name);
            notes.loss(
                TOPIC,
                &at,
                format!("`{name}` refers to itself and is replaced with a placeholder"),
            );
            document["components"][section][&name] = match part {
                Part::Schema => json!({}),
                Part::Answer => json!({ "description": "" }),
                Part::Header => json!({ "schema": { "type": "string" } }),
                Part::Parameter => {
                    json!({ "name": name, "in": "query", "schema": { "type": "string" } })
                }
                Part::Body => json!({ "content": {} }),
            };
        }
    }
}

//! Expands discriminators without choices. A discriminator without choices selects among the
//! schemas that extend its schema, directly or indirectly. These schemas become the choices, and
//! the schema that they extend becomes a new base schema.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::document::{free_name, reference, schemas, schemas_mut, target};
use super::origin::Origins;
use crate::model::{elements, last_pointer_segment, members};

pub(super) fn add_choices(root: &mut Value, origins: &mut Origins) {
    let parents: Vec<String> = schemas(root)
        .iter()
        .filter(|(_, schema)| {
            schema.get("discriminator").is_some()
                && schema.get("oneOf").is_none()
                && schema.get("anyOf").is_none()
        })
        .map(|(name, _)| name.clone())
        .collect();
    for parent in parents {
        let extends = |schema: &Value| {
            elements(schema, "allOf")
                .iter()
                .any(|part| target(part).as_deref() == Some(&parent))
        };
        let children: Vec<String> = schemas(root)
            .iter()
            .filter(|(_, schema)| extends(schema))
            .map(|(name, _)| name.clone())
            .collect();
        if children.is_empty() {
            continue;
        }
        let descendants = descendants(root, &children);
        let base = free_name(root, &format!("{parent}Base"));
        origins.add(&base, &parent);
        let Some(schemas) = schemas_mut(root) else {
            return;
        };
        for child in &children {
            let parts = schemas
                .get_mut(child)
                .and_then(|child| child["allOf"].as_array_mut());
            for part in parts.into_iter().flatten() {
                if target(part).as_deref() == Some(&parent) {
                    *part = reference(&base);
                }
            }
        }
        let Some(mut own) = schemas.get(&parent).cloned() else {
            continue;
        };
        let mut union = Map::new();
        for key in ["description", "nullable"] {
            if let Some(value) = own.get(key) {
                union.insert(key.to_owned(), value.clone());
            }
        }
        let mut discriminator = own["discriminator"].take();
        // Schemas without an entry in the mapping are identified by name.
        let mut mapping = members(&discriminator, "mapping").clone();
        for child in &descendants {
            let is_named = mapping.values().any(|to| {
                to.as_str()
                    .is_some_and(|to| last_pointer_segment(to) == *child)
            });
            if !is_named {
                mapping.insert(child.clone(), reference(child)["$ref"].clone());
            }
        }
        discriminator["mapping"] = Value::Object(mapping);
        union.insert("discriminator".to_owned(), discriminator);
        let choices = descendants.iter().map(|child| reference(child)).collect();
        union.insert("oneOf".to_owned(), Value::Array(choices));
        if let Some(own) = own.as_object_mut() {
            own.remove("discriminator");
            own.remove("nullable");
        }
        schemas.insert(parent, Value::Object(union));
        schemas.insert(base, own);
    }
}

/// Returns the children and all schemas that extend the children, directly or indirectly, in
/// document order.
fn descendants(root: &Value, children: &[String]) -> Vec<String> {
    let mut extended_by: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (name, schema) in schemas(root) {
        for parent in elements(schema, "allOf").iter().filter_map(target) {
            extended_by.entry(parent).or_default().push(name);
        }
    }
    let mut found = BTreeSet::new();
    let mut open: Vec<&String> = children.iter().collect();
    while let Some(name) = open.pop() {
        if found.insert(name) {
            open.extend(extended_by.get(name).into_iter().flatten());
        }
    }
    let all = schemas(root).keys();
    all.filter(|name| found.contains(name)).cloned().collect()
}

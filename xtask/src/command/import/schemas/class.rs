//! The classes of values that schemas accept, as far as compositions distinguish them.

use crate::command::import::visit;
use crate::model::{elements, members};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Class of values that a schema accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Any,
    Scalar,
    /// A string with several known values.
    Enum,
    List,
    Object,
    Union,
}

/// The classes of the named schemas.
pub(crate) struct Classes(BTreeMap<String, Class>);

/// Maximum length of a chain of references and parts.
const MAX_DEPTH: usize = 64;

impl Classes {
    pub(crate) fn of(document: &Value) -> Self {
        let all = members(&document["components"], "schemas");
        let mut classes = Self(BTreeMap::new());
        for (name, schema) in all {
            if !classes.0.contains_key(name) {
                classes.0.insert(name.clone(), Class::Any);
                let class = classes.find(all, schema, 0);
                classes.0.insert(name.clone(), class);
            }
        }
        classes
    }

    fn find(&mut self, all: &Map<String, Value>, schema: &Value, depth: usize) -> Class {
        if depth > MAX_DEPTH {
            return Class::Any;
        }
        if let Some(name) = name_of(schema) {
            if let Some(known) = self.0.get(&name) {
                return *known;
            }
            let Some(named) = all.get(&name) else {
                return Class::Any;
            };
            // A schema that is a part of itself adds nothing to its own class.
            self.0.insert(name.clone(), Class::Any);
            let class = self.find(all, named, depth + 1);
            self.0.insert(name, class);
            return class;
        }
        own_class(schema).unwrap_or_else(|| {
            let parts = ["allOf", "oneOf", "anyOf"]
                .map(|key| elements(schema, key))
                .concat();
            let found: Vec<Class> = parts
                .iter()
                .map(|part| self.find(all, part, depth + 1))
                .collect();
            class_of_parts(&found)
        })
    }

    /// Returns the class of a schema in the document.
    pub(crate) fn class(&self, schema: &Value) -> Class {
        if let Some(name) = name_of(schema) {
            return self.0.get(&name).copied().unwrap_or(Class::Any);
        }
        own_class(schema).unwrap_or_else(|| {
            let parts = ["allOf", "oneOf", "anyOf"]
                .map(|key| elements(schema, key))
                .concat();
            let found: Vec<Class> = parts.iter().map(|part| self.class(part)).collect();
            class_of_parts(&found)
        })
    }
}

/// Returns the class of a schema that consists of parts. Checks for a union, an object, a list, an
/// enum and a scalar, in this order, and returns the first class that any part has.
fn class_of_parts(found: &[Class]) -> Class {
    for class in [
        Class::Union,
        Class::Object,
        Class::List,
        Class::Enum,
        Class::Scalar,
    ] {
        if found.contains(&class) {
            return class;
        }
    }
    Class::Any
}

/// Returns the class that the schema's own keys determine. Returns `None` if they don't determine
/// one, for example if it depends on the parts of a composition.
pub(crate) fn own_class(schema: &Value) -> Option<Class> {
    let is_union = ["oneOf", "anyOf"]
        .iter()
        .any(|key| elements(schema, key).len() > 1);
    if is_union {
        return Some(Class::Union);
    }
    let is_object = ["properties", "additionalProperties"]
        .iter()
        .any(|key| schema.get(*key).is_some());
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => Some(Class::Object),
        _ if is_object => Some(Class::Object),
        Some("array") => Some(Class::List),
        Some("string") if elements(schema, "enum").len() > 1 => Some(Class::Enum),
        Some(_) => Some(Class::Scalar),
        None => None,
    }
}

/// Returns the name of the schema that a reference points to.
pub(crate) fn name_of(schema: &Value) -> Option<String> {
    let name = visit::reference_name(schema, "schemas")?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

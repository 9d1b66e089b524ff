//! Finds the components that operations use: through references, and through discriminators that
//! refer to a schema's children.

use crate::command::import::visit::METHODS;
use crate::spec::pointer::below;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// The tags whose operations use each component.
pub(in crate::command::import) struct Usage {
    tags: HashMap<String, BTreeSet<Rc<str>>>,
}

/// Pseudo-tag of the document itself: the components that it uses belong to no single tag.
const DOCUMENT: &str = "";

impl Usage {
    pub(in crate::command::import) fn of(document: &Value) -> Self {
        let graph = Graph::of(document);
        let mut tags: HashMap<String, BTreeSet<Rc<str>>> = HashMap::new();
        for (tag, direct_uses) in direct_uses(document) {
            let tag: Rc<str> = tag.into();
            let mut open: Vec<String> = direct_uses.into_iter().collect();
            while let Some(key) = open.pop() {
                if tags.entry(key.clone()).or_default().insert(Rc::clone(&tag)) {
                    open.extend(graph.next.get(&key).into_iter().flatten().cloned());
                }
            }
        }
        Self { tags }
    }

    /// Returns whether anything uses a component.
    pub(in crate::command::import) fn is_used(&self, section: &str, name: &str) -> bool {
        self.tags.contains_key(&key(section, name))
    }

    /// Returns the only tag that uses a component; `None` if there are several or none, or if the
    /// document itself uses the component.
    pub(in crate::command::import) fn only_tag(&self, section: &str, name: &str) -> Option<&str> {
        let tags = self.tags.get(&key(section, name))?;
        match tags.iter().collect::<Vec<_>>()[..] {
            [tag] if **tag != *DOCUMENT => Some(tag),
            _ => None,
        }
    }
}

/// Returns `section/name`, with the name escaped as in a pointer.
fn key(section: &str, name: &str) -> String {
    below(section, name)
}

/// Returns the components that the operations of each tag, and the document itself, use directly.
fn direct_uses(document: &Value) -> BTreeMap<&str, BTreeSet<String>> {
    let mut direct_uses: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for item in paths.into_iter().flatten().map(|(_, item)| item) {
        for operation in METHODS.iter().filter_map(|method| item.get(*method)) {
            let tag = operation.pointer("/tags/0").and_then(Value::as_str);
            let reached = direct_uses.entry(tag.unwrap_or(DOCUMENT)).or_default();
            references(operation, reached);
            if let Some(shared) = item.get("parameters") {
                references(shared, reached);
            }
        }
    }
    let of_document = direct_uses.entry(DOCUMENT).or_default();
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        if schema.get("x-sdk-error").is_some() {
            of_document.insert(key("schemas", name));
        }
    }
    // Extensions can refer to schemas: webhooks refer to the schemas of their payloads.
    let mut texts = Vec::new();
    if let Some(webhooks) = document.get("x-sdk-webhooks") {
        collect_texts(webhooks, &mut texts);
    }
    of_document.extend(texts.into_iter().map(|text| key("schemas", text)));
    direct_uses
}

fn collect_texts<'v>(value: &'v Value, texts: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(members) => members.values().for_each(|item| collect_texts(item, texts)),
        _ => {}
    }
}

/// The components that each component uses directly: those that it references, and the children of
/// a schema with a discriminator.
struct Graph {
    next: HashMap<String, BTreeSet<String>>,
}

impl Graph {
    fn of(document: &Value) -> Self {
        let mut next: HashMap<String, BTreeSet<String>> = HashMap::new();
        let components = document.get("components").and_then(Value::as_object);
        for (section, members) in components.into_iter().flatten() {
            for (name, component) in members.as_object().into_iter().flatten() {
                let reached = next.entry(key(section, name)).or_default();
                references(component, reached);
            }
        }
        let schemas = document
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        let mut children: Vec<(String, String)> = Vec::new();
        for (name, schema) in schemas.into_iter().flatten() {
            let parts = schema.get("allOf").and_then(Value::as_array);
            for part in parts.into_iter().flatten() {
                let base = part.get("$ref").and_then(Value::as_str);
                if let Some(base) = base.and_then(|base| base.strip_prefix("#/components/")) {
                    children.push((base.to_owned(), key("schemas", name)));
                }
            }
        }
        for (base, child) in children {
            let is_open = document
                .pointer(&format!("/components/{base}"))
                .is_some_and(|schema| schema.get("discriminator").is_some());
            if is_open {
                next.entry(base).or_default().insert(child);
            }
        }
        Self { next }
    }
}

/// Adds the components that a value references with `$ref`, `discriminator` or `x-sdk-variants`.
fn references(value: &Value, reached: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, reached)),
        Value::Object(members) => {
            for (key, inner) in members {
                match inner {
                    Value::String(text) if key == "$ref" => {
                        reached.extend(text.strip_prefix("#/components/").map(str::to_owned));
                    }
                    Value::Object(discriminator) if key == "discriminator" => {
                        let mapping = discriminator.get("mapping").and_then(Value::as_object);
                        for text in mapping
                            .into_iter()
                            .flat_map(|m| m.values())
                            .filter_map(Value::as_str)
                        {
                            reached.insert(match text.strip_prefix("#/components/") {
                                Some(component) => component.to_owned(),
                                None => self::key("schemas", text),
                            });
                        }
                    }
                    Value::Object(variants) if key == "x-sdk-variants" => {
                        let values = variants.get("values").and_then(Value::as_object);
                        let names = values
                            .into_iter()
                            .flat_map(|m| m.values())
                            .filter_map(Value::as_str);
                        reached.extend(names.map(|name| self::key("schemas", name)));
                    }
                    // Lists and scalars at these keys are data. An object may be the schema of a
                    // property with the same name.
                    _ if ["example", "default", "enum"].contains(&key.as_str())
                        && !inner.is_object() => {}
                    _ => references(inner, reached),
                }
            }
        }
        _ => {}
    }
}

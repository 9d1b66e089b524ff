//! Visits a draft's operations and schemas.

pub(super) mod usage;

use crate::spec::pointer::below;
use serde_json::{Map, Value};

/// HTTP methods that the house style allows.
pub(super) const METHODS: [&str; 6] = ["get", "put", "post", "patch", "delete", "head"];

/// Kind of the value at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// An OpenAPI object, with keys defined by OpenAPI or an extension.
    Object,
    /// A map whose keys are names that the document chooses.
    Names,
    /// A value of the API, such as an example.
    Data,
}

/// Returns the kind of the value at a key of an object.
pub(super) fn held(holds: Holds, key: &str) -> Holds {
    match (holds, key) {
        (Holds::Data, _) => Holds::Data,
        (Holds::Names, _) => Holds::Object,
        (_, "example" | "default" | "enum" | "const") => Holds::Data,
        (_, key) if key.starts_with("x-") => Holds::Data,
        (
            _,
            "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions"
            | "mapping" | "paths" | "webhooks" | "pathItems" | "schemas" | "responses" | "headers"
            | "requestBodies" | "securitySchemes" | "links" | "callbacks" | "content" | "encoding"
            | "variables" | "scopes" | "examples",
        ) => Holds::Names,
        _ => Holds::Object,
    }
}

/// Calls `see` for each operation in document order, with its pointer, path, method and object.
pub(super) fn operations(
    document: &mut Value,
    mut see: impl FnMut(&str, &str, &str, &mut Map<String, Value>),
) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let at = below("/paths", path);
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let (true, Some(operation)) = (
                METHODS.contains(&method.as_str()),
                operation.as_object_mut(),
            ) {
                see(&below(&at, method), path, method, operation);
            }
        }
    }
}

/// Calls `see` for each schema, inner before outer, including a `$ref` in place of a schema.
///
/// `see` may replace the whole schema. The recursion is bounded, because `read` limits the depth.
pub(super) fn schemas(document: &mut Value, see: &mut dyn FnMut(&str, &mut Value)) {
    if let Some(components) = document.get_mut("components") {
        for_each(components, "schemas", "/components", &mut |at, schema| {
            schema_tree(schema, at, see);
        });
        for_each(components, "parameters", "/components", &mut |at, it| {
            parameter(it, at, see)
        });
        for_each(components, "headers", "/components", &mut |at, it| {
            parameter(it, at, see)
        });
        for_each(components, "requestBodies", "/components", &mut |at, it| {
            content(it, at, see)
        });
        for_each(components, "responses", "/components", &mut |at, it| {
            answer(it, at, see)
        });
    }
    for_each(document, "paths", "", &mut |at, item| {
        path_item(item, at, see)
    });
}

type See<'s> = dyn FnMut(&str, &mut Value) + 's;

fn path_item(item: &mut Value, at: &str, see: &mut See<'_>) {
    for_each(item, "parameters", at, &mut |at, it| parameter(it, at, see));
    for method in METHODS {
        let at = below(at, method);
        let Some(operation) = item.get_mut(method) else {
            continue;
        };
        for_each(operation, "parameters", &at, &mut |at, it| {
            parameter(it, at, see)
        });
        if let Some(body) = operation.get_mut("requestBody") {
            content(body, &below(&at, "requestBody"), see);
        }
        for_each(operation, "responses", &at, &mut |at, it| {
            answer(it, at, see)
        });
    }
}

fn answer(answer: &mut Value, at: &str, see: &mut See<'_>) {
    content(answer, at, see);
    for_each(answer, "headers", at, &mut |at, it| parameter(it, at, see));
}

/// Calls `see` for the schemas of a parameter or a header.
fn parameter(parameter: &mut Value, at: &str, see: &mut See<'_>) {
    if let Some(schema) = parameter.get_mut("schema") {
        schema_tree(schema, &below(at, "schema"), see);
    }
    content(parameter, at, see);
}

fn content(holder: &mut Value, at: &str, see: &mut See<'_>) {
    for_each(holder, "content", at, &mut |at, media| {
        if let Some(schema) = media.get_mut("schema") {
            schema_tree(schema, &below(at, "schema"), see);
        }
    });
}

/// Calls `see` for the schemas in a schema, then for the schema itself.
pub(super) fn schema_tree(schema: &mut Value, at: &str, see: &mut See<'_>) {
    for key in ["items", "additionalProperties", "not"] {
        if let Some(inner) = schema.get_mut(key).filter(|inner| inner.is_object()) {
            schema_tree(inner, &below(at, key), see);
        }
    }
    for key in ["properties", "allOf", "oneOf", "anyOf"] {
        for_each(schema, key, at, &mut |at, inner| {
            schema_tree(inner, at, see)
        });
    }
    see(at, schema);
}

/// Calls `see` for each member of the list or the object at a key.
pub(super) fn for_each(
    holder: &mut Value,
    key: &str,
    at: &str,
    see: &mut dyn FnMut(&str, &mut Value),
) {
    let at = below(at, key);
    match holder.get_mut(key) {
        Some(Value::Array(items)) => {
            for (index, item) in items.iter_mut().enumerate() {
                see(&below(&at, &index.to_string()), item);
            }
        }
        Some(Value::Object(members)) => {
            for (name, member) in members {
                see(&below(&at, name), member);
            }
        }
        _ => {}
    }
}

/// Follows the `$ref`s of a value. Returns `None` if a reference is broken, or if there are too
/// many references.
pub(super) fn resolve<'d>(document: &'d Value, value: &'d Value) -> Option<&'d Value> {
    let mut value = value;
    // Lint has the same limit.
    for _ in 0..64 {
        match value.get("$ref").and_then(Value::as_str) {
            None => return Some(value),
            Some(reference) => value = document.pointer(reference.strip_prefix('#')?)?,
        }
    }
    None
}

/// If a value refers to a component in the section, returns the component's name, still escaped.
pub(super) fn reference_name<'v>(value: &'v Value, section: &str) -> Option<&'v str> {
    let reference = value.get("$ref")?.as_str()?;
    reference
        .strip_prefix("#/components/")?
        .strip_prefix(section)?
        .strip_prefix('/')
}

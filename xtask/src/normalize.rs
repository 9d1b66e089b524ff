//! Rewrites legal compositions of a linted document to the few forms that later layers know. The checked-in document stays as
//! the vendor's; what is rewritten says the same.
//!
//! One file per rewriting. Nothing here knows of Rust, but for the names that types can have.

mod alias;
mod composition;
mod discriminator;
mod file;
mod origin;
mod parameter;
mod type_name;

use serde_json::Value;

pub(crate) use origin::Origins;

/// A document in normal form.
pub(crate) struct Normalized {
    pub(crate) root: Value,
    /// The schemas of the document from which each new one was made.
    pub(crate) origins: Origins,
}

/// Brings a document to normal form.
pub(crate) fn normalize(root: &Value) -> Normalized {
    let mut root = root.clone();
    let mut origins = Origins::default();
    parameter::name_unions(&mut root, &mut origins);
    discriminator::add_choices(&mut root, &mut origins);
    composition::distribute(&mut root, &mut origins);
    alias::flatten(&mut root);
    file::keep_to_multipart(&mut root, &mut origins);
    type_name::make_distinct(&mut root, &mut origins);
    Normalized { root, origins }
}

/// The named schemas of a document.
fn schemas(root: &Value) -> &serde_json::Map<String, Value> {
    crate::model::members(&root["components"], "schemas")
}

/// The named schemas of a document, to change.
fn schemas_mut(root: &mut Value) -> Option<&mut serde_json::Map<String, Value>> {
    root.pointer_mut("/components/schemas")?.as_object_mut()
}

/// The name that a `$ref` to a schema has.
fn target(schema: &Value) -> Option<String> {
    let reference = schema.get("$ref")?.as_str()?;
    Some(crate::model::pointer_words(
        reference.strip_prefix("#/components/schemas/")?,
    ))
}

/// A `$ref` to a schema.
fn reference(name: &str) -> Value {
    let name = name.replace('~', "~0").replace('/', "~1");
    serde_json::json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A name that no schema has: the given one, or one with a number.
fn free_name(root: &Value, wanted: &str) -> String {
    let known = schemas(root);
    let mut name = wanted.to_owned();
    let mut number = 2;
    while known.contains_key(&name) {
        name = format!("{wanted}{number}");
        number += 1;
    }
    name
}

/// Calls a function on every node of a document.
fn visit(node: &mut Value, act: &mut impl FnMut(&mut Value)) {
    act(node);
    match node {
        Value::Object(object) => object.values_mut().for_each(|child| visit(child, act)),
        Value::Array(items) => items.iter_mut().for_each(|child| visit(child, act)),
        _ => {}
    }
}

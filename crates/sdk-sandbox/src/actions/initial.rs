//! Initial values of a new record that the request doesn't set: keys from the path, and values from
//! the profile.

use serde_json::{Value, json};

use crate::json::template::{Values, fill};
use crate::openapi::parameter::Shape;
use crate::openapi::property::property;
use crate::response::call_context::CallContext;
use crate::sample::scalar::uuid;

/// Copies the keys of the parent records from the path to properties of the same names, unless the
/// request sets these properties.
pub(super) fn put_path_values(call: &CallContext<'_>, index: usize, value: &mut Value) {
    let Some(location) = call.vendor.resources.record_location(index) else {
        return;
    };
    let (document, resource) = (call.document(), call.lookup.resource(index));
    let Value::Object(value) = value else { return };
    for (name, text) in call.path {
        if resource.key.as_ref() != Some(name)
            && let Some(schema) = property(document, &location.schema, name)
        {
            let key = || Shape::of(document, schema).value(text);
            value.entry(name.clone()).or_insert_with(key);
        }
    }
}

/// Adds the profile's initial values for properties that the request omits.
pub(super) fn put_new(call: &CallContext<'_>, index: usize, value: &mut Value) {
    let rules = &call.lookup.resource(index).rules.new;
    let Value::Object(value) = value else { return };
    if rules.is_empty() {
        return;
    }
    let number = call.vendor.store.next();
    let mut seed = call.seed("new", number);
    let values = Values::from([("number", json!(number)), ("uuid", json!(uuid(&mut seed)))]);
    for (name, template) in rules {
        if !value.contains_key(name)
            && let Some(made) = fill(template, &values)
        {
            value.insert(name.clone(), made);
        }
    }
}

//! Values that a response repeats from the request and from the record of the call.

use serde_json::{Map, Value};

use crate::http::wall_clock::unix_now;
use crate::openapi::property::{properties, property};
use crate::openapi::schema::Check;
use crate::openapi::tree::Tree;
use crate::records::server_fields::write_times;
use crate::response::call_context::CallContext;
use crate::state::store::Place;

/// Copies values of the call to the response.
///
/// Properties of the request body, and the properties of the record that the profile lists in
/// `inherits`, are copied to the response properties of the same names. The time of the call is
/// copied to the properties that contain the time of creation or change. This applies to the
/// response itself, to the objects in it, and to the items of its lists.
pub(super) fn copy_call_values(call: &CallContext<'_>, schema: &Value, body: &mut Value) {
    let mut facts = Map::new();
    if let Some(names) = call.vendor.profile.inherits.get(&call.operation.id) {
        let parent = record_of(call);
        let own = parent.as_ref().and_then(Value::as_object);
        let own = own.into_iter().flatten();
        let wanted = own.filter(|(name, _)| names.contains(name));
        facts.extend(wanted.map(|(name, value)| (name.clone(), value.clone())));
    }
    if let Some(Value::Object(sent)) = &call.payload.value {
        let said = sent.iter().filter(|(_, value)| !value.is_null());
        facts.extend(said.map(|(name, value)| (name.clone(), value.clone())));
    }
    let tree = call.document();
    set_times_and_facts(tree, schema, body, &facts);
    let Value::Object(body) = body else { return };
    for (name, schema) in properties(tree, schema) {
        match body.get_mut(name) {
            Some(inner @ Value::Object(_)) => set_times_and_facts(tree, schema, inner, &facts),
            Some(Value::Array(items)) => {
                let schema = tree.resolve(schema).get("items");
                for (item, schema) in items.iter_mut().zip(schema.into_iter().cycle()) {
                    set_times_and_facts(tree, schema, item, &facts);
                }
            }
            _ => {}
        }
    }
}

/// Sets the times of an object, and the values in `facts` that the schema of the object accepts.
fn set_times_and_facts(tree: &Tree, schema: &Value, value: &mut Value, facts: &Map<String, Value>) {
    let Value::Object(value) = value else { return };
    write_times(tree, schema, value, unix_now());
    for (name, fact) in facts {
        if let Some(schema) = property(tree, schema, name)
            && Check::new(schema)
                .violations(tree, fact)
                .is_ok_and(|faults| faults.is_empty())
        {
            value.insert(name.clone(), fact.clone());
        }
    }
}

/// Renders the record that an operation acts on, as responses show it.
fn record_of(call: &CallContext<'_>) -> Option<Value> {
    let (index, count) = call.vendor.resources.parents(call.index).last()?;
    let values = call.lookup.values();
    let (key, scope) = values.get(..*count)?.split_last()?;
    let place = Place {
        scope: scope.to_vec(),
        key: key.clone(),
    };
    let location = call.vendor.resources.record_location(*index)?;
    Some(call.lookup.view(*index, place).render(location))
}

//! Responses with one result per item of the request, for example one per recipient of a message.

use serde_json::{Value, json};

use crate::json::plain_text::plain_text;
use crate::json::pointer::set;
use crate::openapi::property::property;
use crate::response::call_context::CallContext;
use crate::rules::call_rules::EachRules;
use crate::sample::sampler::Sampler;

/// Maximum number of results in a response.
const MAX_RESULTS: usize = 50_000;

/// Builds one result for each item in the request, and writes the results and their number into the
/// response.
pub(super) fn write_item_results(call: &CallContext<'_>, schema: &Value, body: &mut Value) {
    let Some(rules) = call.vendor.profile.each.get(&call.operation.id) else {
        return;
    };
    let sent = call.payload.value.as_ref().and_then(|b| b.get(&rules.of));
    let named: Vec<String> = match sent {
        Some(Value::Array(items)) => items.iter().take(MAX_RESULTS).map(plain_text).collect(),
        Some(Value::Null) | None => return,
        Some(one) => vec![plain_text(one)],
    };
    let tree = call.document();
    let mut steps = rules.items.split('/').skip(1);
    let list = steps.try_fold(schema, |schema, step| property(tree, schema, step));
    let Some(item) = list.and_then(|list| tree.resolve(list).get("items")) else {
        return;
    };
    let mut count = 0;
    let made = |name: &String| {
        count += 1;
        let seed = call.seed("each", call.number).child(&count.to_string());
        let mut value = Sampler::new(tree, seed).value(item);
        set(&mut value, &format!("/{}", rules.name), json!(name));
        for (pointer, fact) in rules.facts.iter().chain(listed_facts(call, rules, name)) {
            set(&mut value, &format!("/{pointer}"), fact.clone());
        }
        value
    };
    let items: Vec<Value> = named.iter().map(made).collect();
    for pointer in &rules.count {
        set(body, pointer, json!(items.len()));
    }
    for (pointer, fact) in &rules.whole {
        set(body, pointer, fact.clone());
    }
    set(body, &rules.items, Value::Array(items));
}

/// Returns the result values of the rule `listed` if a record of its collection contains the item.
fn listed_facts<'r>(
    call: &CallContext<'_>,
    rules: &'r EachRules,
    name: &str,
) -> impl Iterator<Item = (&'r String, &'r Value)> {
    let listed = rules.listed.as_ref().filter(|listed| {
        let mut all = call.vendor.resources.all.iter();
        let index = all.position(|resource| resource.name == listed.of);
        let is = |record: &Value| record.get(&listed.property).map(plain_text) == Some(name.into());
        index.is_some_and(|index| call.vendor.store.any(index, is))
    });
    listed.into_iter().flat_map(|listed| &listed.facts)
}

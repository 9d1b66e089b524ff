//! Payloads of webhooks, generated from their schemas.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::error::Error;
use crate::json::pointer::set;
use crate::openapi::property::{properties, property};
use crate::openapi::webhook::WebhookFamily;
use crate::rules::webhook_rules::{ItemRules, TriggerRules};
use crate::sample::prng::Prng;
use crate::sample::sampler::Sampler;
use crate::state::occasion::Occasion;
use crate::state::vendor::Vendor;
use crate::webhooks::target::shown;

/// Maximum number of items of a list in a payload.
const MAX_ITEMS: usize = 200;

/// Finds a family by name.
pub(crate) fn family_named<'v>(vendor: &'v Vendor, name: &str) -> Result<&'v WebhookFamily, Error> {
    let mut families = vendor.document.webhooks.iter();
    let found = families.find(|family| family.name == name);
    found.ok_or_else(|| {
        let told = format!("a webhook family {name:?}");
        unknown(vendor, &told, "known families:")
    })
}

/// Returns the given family. If `family` is `None`, returns the first family that has the event. If
/// no family has the event, returns the family whose name is `event`.
pub(crate) fn family_of<'v>(
    vendor: &'v Vendor,
    family: Option<&str>,
    event: &str,
) -> Result<&'v WebhookFamily, Error> {
    if let Some(name) = family {
        return family_named(vendor, name);
    }
    let families = &vendor.document.webhooks;
    let found = families
        .iter()
        .find(|family| family.find(event).is_some() || is_listed_event(vendor, family, event))
        .or_else(|| families.iter().find(|family| family.name == event));
    found.ok_or_else(|| {
        let told = format!("a webhook event {event:?}");
        let advice = "to send an event that is not in the document, set the family to one of:";
        unknown(vendor, &told, advice)
    })
}

fn unknown(vendor: &Vendor, told: &str, advice: &str) -> Error {
    let known: Vec<&str> = vendor
        .document
        .webhooks
        .iter()
        .map(|family| family.name.as_str())
        .collect();
    let known = match known.is_empty() {
        true => "none".to_owned(),
        false => known.join(", "),
    };
    Error::new(format!(
        "{} does not have {told}; {advice} {known}",
        vendor.name
    ))
}

/// Returns whether the schema of a family with a single payload lists an event.
fn is_listed_event(vendor: &Vendor, family: &WebhookFamily, event: &str) -> bool {
    let schema = event_pointer(vendor, family).and_then(|pointer| {
        let schema = payload_schema(vendor, family.payload.as_deref()?)?;
        schema_at(vendor, schema, pointer)
    });
    let names = schema.and_then(|schema| schema.get("enum")?.as_array());
    names.is_some_and(|names| names.iter().any(|name| name == event))
}

fn event_pointer<'v>(vendor: &'v Vendor, family: &'v WebhookFamily) -> Option<&'v str> {
    let rules = vendor.profile.webhooks.get(&family.name);
    let told = rules.and_then(|rules| rules.event.as_deref());
    family.event.as_deref().or(told)
}

fn payload_schema<'v>(vendor: &'v Vendor, name: &str) -> Option<&'v Value> {
    let place = format!("#/components/schemas/{name}");
    vendor.document.lookup(&place)
}

/// Returns the schema of the value at a pointer.
fn schema_at<'v>(vendor: &'v Vendor, schema: &'v Value, pointer: &str) -> Option<&'v Value> {
    let tree = &vendor.document;
    let mut steps = pointer.split('/').skip(1);
    let found = steps.try_fold(schema, |schema, step| {
        let items = tree.resolve(schema).get("items");
        items.or_else(|| property(tree, schema, step))
    })?;
    Some(tree.resolve(found))
}

/// Generates a sample payload of an event.
pub(crate) fn sample(vendor: &Vendor, family: &WebhookFamily, event: &str) -> Value {
    let known = family.find(event);
    let name = known.map(|event| event.payload.as_str());
    let schema = name
        .or(family.payload.as_deref())
        .and_then(|name| payload_schema(vendor, name));
    let mut payload = match schema {
        Some(schema) => Sampler::new(&vendor.document, seed(vendor, family)).value(schema),
        None => json!({}),
    };
    if let Some(pointer) = event_pointer(vendor, family)
        && event != family.name
    {
        let name = known.map_or(event, |known| &known.event);
        truncate_lists(&mut payload, pointer);
        set(&mut payload, pointer, json!(name));
    }
    let rules = vendor.profile.webhooks.get(&family.name);
    for (pointer, value) in rules.iter().flat_map(|rules| &rules.facts) {
        set(&mut payload, pointer, value.clone());
    }
    payload
}

/// Truncates the lists on the path of a pointer after the item that the pointer selects.
fn truncate_lists(payload: &mut Value, pointer: &str) {
    let mut place = payload;
    for step in pointer.split('/').skip(1) {
        if let (Value::Array(items), Ok(index)) = (&mut *place, step.parse::<usize>()) {
            items.truncate(index + 1);
        }
        let next = match place {
            Value::Array(items) => step
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get_mut(index)),
            other => other.get_mut(step),
        };
        let Some(next) = next else { return };
        place = next;
    }
}

fn seed(vendor: &Vendor, family: &WebhookFamily) -> Prng {
    let number = vendor.requests.fetch_add(1, Ordering::Relaxed);
    Prng::new(("webhook", &family.name, number), vendor.seed)
}

/// Generates the payload of a triggered webhook.
pub(crate) fn payload_of(
    vendor: &Vendor,
    family: &WebhookFamily,
    rules: &TriggerRules,
    event: &str,
    occasion: &Occasion,
) -> Value {
    let mut payload = sample(vendor, family, event);
    if let Some(rules) = &rules.items {
        put_items(vendor, family, rules, event, occasion, &mut payload);
    }
    for (to, from) in &rules.copy {
        if let Some(value) = occasion.subject.pointer(from) {
            set(&mut payload, to, value.clone());
        }
    }
    for (pointer, value) in &rules.set {
        let value = match (value.as_str(), occasion.home.last()) {
            (Some("{home}"), Some(home)) => json!(home),
            (Some("{home}"), None) => continue,
            _ => occasion.fill_value(value),
        };
        set(&mut payload, pointer, value);
    }
    if let (Some(pointer), Some((index, place))) = (&rules.record, occasion.records.last())
        && let Some(record) = shown(vendor, *index, place.clone())
    {
        set(&mut payload, pointer, record);
    }
    payload
}

fn put_items(
    vendor: &Vendor,
    family: &WebhookFamily,
    rules: &ItemRules,
    event: &str,
    occasion: &Occasion,
    payload: &mut Value,
) {
    let name = family.find(event).map(|event| event.payload.as_str());
    let list = name
        .or(family.payload.as_deref())
        .and_then(|name| payload_schema(vendor, name))
        .and_then(|schema| schema_at(vendor, schema, &rules.to));
    let schema = list.and_then(|list| list.get("items"));
    let told = occasion.subject.pointer(&rules.from);
    let (Some(schema), Some(Value::Array(told))) = (schema, told) else {
        return;
    };
    let seed = seed(vendor, family);
    let known = properties(&vendor.document, schema);
    let item = |(number, told): (usize, &Value)| {
        let seed = seed.child(&number.to_string());
        let mut item = Sampler::new(&vendor.document, seed).value(schema);
        let same = known.iter().map(|(name, _)| (*name, *name));
        let renamed = rules
            .copy
            .iter()
            .map(|(to, from)| (to.as_str(), from.as_str()));
        for (to, from) in same.chain(renamed) {
            let value = if from.is_empty() {
                Some(told)
            } else {
                told.get(from)
            };
            if let (Some(value), Value::Object(item)) = (value, &mut item) {
                item.insert(to.to_owned(), value.clone());
            }
        }
        if let Value::Object(item) = &mut item {
            item.extend(rules.set.clone());
        }
        item
    };
    let items: Vec<Value> = told.iter().take(MAX_ITEMS).enumerate().map(item).collect();
    set(payload, &rules.to, Value::Array(items));
}

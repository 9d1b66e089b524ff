//! Creates, changes and deletes records, as the vendor does it.

use serde_json::{Value, json};

use crate::actions::create_many::create_inner;
use crate::actions::merge::{merge, replace};
use crate::actions::references::{check_free, check_held};
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::openapi::property::properties;
use crate::openapi::schema::FieldFault;
use crate::records::new_key::{new_key, upload};
use crate::response::body::{created, reply};
use crate::response::call_context::CallContext;
use crate::rules::error_kind::ErrorKind;
use crate::state::store::{Place, Record};

/// The body as an object.
pub(super) fn change(call: &CallContext<'_>) -> Value {
    match &call.payload.value {
        Some(value @ Value::Object(_)) => value.clone(),
        _ => json!({}),
    }
}

pub(super) fn create(call: &CallContext<'_>, index: usize) -> Result<Reply, Refusal> {
    let resource = call.lookup.resource(index);
    let body = change(call);
    let (scope, home) = call.lookup.scope(resource);
    let _turn = call.vendor.store.writing();
    let given = resource.key_in(&body);
    let key = given
        .clone()
        .unwrap_or_else(|| new_key(call.vendor, call.request, resource));
    let place = Place { scope, key };
    if given.is_some() && call.lookup.exists(index, &place) {
        return Err(duplicate(resource.key.as_deref().unwrap_or_default()));
    }
    check_unique(call, index, &place, &body)?;
    let made = keep(call, index, place.clone(), body, home, created(call))?;
    create_inner(call, index, &place)?;
    Ok(made)
}

/// Refuses a value that another record of the scope has.
fn check_unique(
    call: &CallContext<'_>,
    index: usize,
    place: &Place,
    body: &Value,
) -> Result<(), Refusal> {
    let unique = &call.lookup.resource(index).rules.unique;
    if unique.is_empty() {
        return Ok(());
    }
    let (records, _) = call.vendor.store.list(index, &place.scope);
    for field in unique {
        let value = body.get(field).filter(|value| !value.is_null());
        let taken = |(key, record): &(String, Record)| {
            *key != place.key && record.value.get(field) == value
        };
        if value.is_some() && records.iter().any(taken) {
            return Err(duplicate(field));
        }
    }
    Ok(())
}

/// Changes a record, or creates it where the operation does that, too.
pub(super) fn update(
    call: &CallContext<'_>,
    index: usize,
    place: Place,
    change: &Value,
) -> Result<Reply, Refusal> {
    let _turn = call.vendor.store.writing();
    let resource = call.lookup.resource(index);
    let upserts = call.operation.answer(201).is_some();
    if upserts && !call.lookup.exists(index, &place) {
        let mut body = json!({});
        merge(&mut body, change, &call.vendor.profile.merge);
        if let (Some(key), Value::Object(body)) = (&resource.key, &mut body) {
            body.insert(key.clone(), resource.key_value(call.document(), &place.key));
        }
        return keep(call, index, place, body, None, 201);
    }
    if !resource.single {
        call.lookup.check(index, &place)?;
    }
    check_unique(call, index, &place, change)?;
    let view = call.lookup.view(index, place.clone());
    let known = view.value(call.vendor.resources.record_location(index));
    let mut value = known.clone();
    let schema = call.operation.body_schema();
    let schema = schema.map(|schema| call.document().resolve(schema));
    let patches = schema.is_some_and(|s| s.get("x-sdk-patch") == Some(&json!(true)));
    if call.operation.method == "PUT" && !patches {
        let writable = schema.map(|s| properties(call.document(), s));
        let writable = writable.into_iter().flatten().map(|(name, _)| name);
        replace(&mut value, change, &writable.collect::<Vec<_>>());
    } else {
        merge(&mut value, change, &call.vendor.profile.merge);
    }
    check_held(call, resource, &view, &known, &value)?;
    let declares = |status| call.operation.answer(status).is_some();
    let status = match (declares(200), declares(204)) {
        (true, true) if value == known => 204,
        (true, _) => 200,
        (_, true) => 204,
        _ => call.operation.success().0,
    };
    let home = view.record.and_then(|record| record.home);
    keep(call, index, place, value, home, status)
}

/// Creates or changes a record of a bulk call.
pub(super) fn write_one(
    call: &CallContext<'_>,
    index: usize,
    place: Place,
    item: &Value,
) -> Result<(), Refusal> {
    let _turn = call.vendor.store.writing();
    let view = call.lookup.view(index, place);
    let mut value = if call.lookup.exists(index, &view.place) {
        view.value(call.vendor.resources.record_location(index))
    } else {
        json!({})
    };
    merge(&mut value, item, &call.vendor.profile.merge);
    let known = view.record.unwrap_or_default();
    let record = Record { value, ..known };
    call.vendor.store.put(index, view.place, record)
}

pub(super) fn write(
    call: &CallContext<'_>,
    index: usize,
    place: Place,
    body: Value,
    status: u16,
) -> Result<Reply, Refusal> {
    let _turn = call.vendor.store.writing();
    keep(call, index, place, body, None, status)
}

fn keep(
    call: &CallContext<'_>,
    index: usize,
    place: Place,
    mut value: Value,
    home: Option<Vec<String>>,
    status: u16,
) -> Result<Reply, Refusal> {
    let resource = call.lookup.resource(index);
    let known = call.vendor.store.get(index, &place);
    let file = upload(call.vendor, call.request).or_else(|| known.and_then(|record| record.file));
    if let Value::Object(value) = &mut value {
        for (from, to) in &resource.rules.fields {
            if let Some(written) = value.get(from).cloned() {
                value.insert(to.clone(), written);
            }
        }
        if let Some(file) = &file {
            file.describe(&resource.fields, value);
        }
    }
    let record = Record { value, home, file };
    call.vendor.store.put(index, place.clone(), record)?;
    reply(call, status, Some(&[call.lookup.view(index, place)]))
}

/// Deletes a record, unless others depend on it.
pub(super) fn delete(call: &CallContext<'_>, index: usize) -> Result<Reply, Refusal> {
    let resource = call.lookup.resource(index);
    let place = call.lookup.place(resource);
    let _turn = call.vendor.store.writing();
    call.lookup.check(index, &place)?;
    let view = call.lookup.view(index, place);
    let known = view.value(call.vendor.resources.record_location(index));
    check_free(call, resource, &view, &known)?;
    call.vendor.store.remove(index, &view.place)?;
    reply(call, call.operation.success().0, Some(&[view]))
}

fn duplicate(field: &str) -> Refusal {
    let fault = FieldFault {
        field: field.to_owned(),
        message: "is taken by another record".to_owned(),
    };
    Refusal::of_fields(ErrorKind::Duplicate, vec![fault])
}

//! Creates, changes and deletes records as the vendor would.

use serde_json::{Value, json};

use crate::actions::create_many::create_nested_records;
use crate::actions::initial::{put_new, put_path_values};
use crate::actions::merge::{merge, replace};
use crate::actions::references::{
    check_fixed, check_held, check_key, check_references, check_required, check_unreferenced,
    restore_fixed,
};
use crate::actions::set_elsewhere::{set_elsewhere, settings};
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::wall_clock::unix_now;
use crate::openapi::property::properties;
use crate::openapi::schema::FieldViolation;
use crate::records::new_key::{new_key, upload};
use crate::resources::resource::Resource;
use crate::response::body::{created, reply};
use crate::response::call_context::CallContext;
use crate::rules::error_kind::ErrorKind;
use crate::state::store::{Place, Record};

/// Returns the request body if it is an object, or an empty object otherwise.
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
    let _turn = call.vendor.store.write_lock();
    let given = resource.key_in(&body);
    let key = given
        .clone()
        .unwrap_or_else(|| new_key(call.vendor, call.request, resource));
    let place = Place { scope, key };
    if given.is_some() && call.lookup.exists(index, &place) {
        return Err(duplicate(resource.key.as_deref().unwrap_or_default()));
    }
    check_unique(call, index, &place, &body)?;
    check_references(call, resource, &body, &Value::Null)?;
    let mut body = body;
    put_path_values(call, index, &mut body);
    put_new(call, index, &mut body);
    let known = Record {
        home,
        made_at: Some(unix_now()),
        ..Record::default()
    };
    let made = keep(call, index, place.clone(), body, known, created(call))?;
    create_nested_records(call, index, &place)?;
    Ok(made)
}

/// Rejects a body if another stored record in the same scope already has one of its unique values.
fn check_unique(
    call: &CallContext<'_>,
    index: usize,
    place: &Place,
    body: &Value,
) -> Result<(), Refusal> {
    let resource = call.lookup.resource(index);
    if !resource.has_unique() {
        return Ok(());
    }
    let own = resource.marks(body);
    let (records, _) = call.vendor.store.list(index, &place.scope);
    let others = records.iter().filter(|(key, _)| *key != place.key);
    for (_, record) in others {
        let theirs = resource.marks(&record.value);
        if let Some((field, _)) = own.iter().find(|mark| theirs.contains(mark)) {
            return Err(duplicate(field));
        }
    }
    Ok(())
}

/// Changes a record, or creates it if it doesn't exist and the operation can create records.
pub(super) fn update(
    call: &CallContext<'_>,
    index: usize,
    place: Place,
    change: &Value,
) -> Result<Reply, Refusal> {
    let _turn = call.vendor.store.write_lock();
    let resource = call.lookup.resource(index);
    let upserts = call.operation.answer(201).is_some();
    if upserts {
        check_key(resource, &place, change)?;
    }
    let makes_up = !call.vendor.strict
        && has_only_key(resource, change)
        && !resource.rules.required.is_empty()
        && !call.vendor.store.is_gone(index, &place);
    if upserts && !makes_up && !call.lookup.exists(index, &place) {
        check_required(resource, change)?;
        check_references(call, resource, change, &Value::Null)?;
        let mut body = json!({});
        merge(&mut body, change, &call.vendor.profile.merge);
        put_new(call, index, &mut body);
        if let (Some(key), Value::Object(body)) = (&resource.key, &mut body) {
            body.insert(key.clone(), resource.key_value(call.document(), &place.key));
        }
        let known = Record {
            made_at: Some(unix_now()),
            ..Record::default()
        };
        return keep(call, index, place, body, known, 201);
    }
    if !resource.single {
        call.lookup.check(index, &place)?;
    }
    check_unique(call, index, &place, change)?;
    let view = call.lookup.view(index, place.clone());
    let known = view.value(call.vendor.resources.record_location(index));
    check_references(call, resource, change, &known)?;
    let mut value = known.clone();
    let schema = call.operation.body_schema();
    let schema = schema.map(|schema| call.document().resolve(schema));
    let patches = schema.is_some_and(|s| s.get("x-sdk-patch") == Some(&json!(true)));
    if call.operation.method == "PUT" && !patches && !resource.rules.keeps_absent {
        let writable = schema.map(|s| properties(call.document(), s));
        let writable = writable.into_iter().flatten().map(|(name, _)| name);
        // If a property has a different name in responses, also remove it under that name.
        // Otherwise, the record would keep the old value.
        let renamed = |name: &str| Some(resource.rules.fields.get(name)?.as_str());
        let writable = writable.flat_map(|name| [Some(name), renamed(name)]);
        let writable: Vec<&str> = writable.flatten().collect();
        replace(&mut value, change, &writable);
        restore_fixed(resource, &known, &mut value);
    } else {
        merge(&mut value, change, &call.vendor.profile.merge);
    }
    if call.vendor.strict || view.record.is_some() {
        check_fixed(resource, &known, change)?;
    }
    check_held(call, resource, &view, &known, &value)?;
    let declares = |status| call.operation.answer(status).is_some();
    let status = match (declares(200), declares(204)) {
        (true, true) if value == known => 204,
        (true, _) => 200,
        (_, true) => 204,
        _ => call.operation.success().0,
    };
    keep(
        call,
        index,
        place,
        value,
        view.record.unwrap_or_default(),
        status,
    )
}

/// Returns whether a change contains no properties other than the record's key. If new records have
/// required properties, a change of this kind updates a generated record instead of creating a
/// record, except in strict mode.
fn has_only_key(resource: &Resource, change: &Value) -> bool {
    let mut names = change.as_object().into_iter().flatten();
    names.all(|(name, _)| resource.key.as_ref() == Some(name))
}

/// Creates or changes one record of a bulk call.
pub(super) fn write_one(
    call: &CallContext<'_>,
    index: usize,
    place: Place,
    item: &Value,
) -> Result<(), Refusal> {
    let _turn = call.vendor.store.write_lock();
    let view = call.lookup.view(index, place);
    let resource = call.lookup.resource(index);
    let there = call.lookup.exists(index, &view.place);
    let known = if there {
        view.value(call.vendor.resources.record_location(index))
    } else {
        check_required(resource, item)?;
        json!({})
    };
    check_unique(call, index, &view.place, item)?;
    check_references(call, resource, item, &known)?;
    let mut value = known.clone();
    merge(&mut value, item, &call.vendor.profile.merge);
    if there {
        if call.vendor.strict || view.record.is_some() {
            check_fixed(resource, &known, item)?;
        }
        check_held(call, resource, &view, &known, &value)?;
    }
    if !there {
        put_new(call, index, &mut value);
    }
    let mut known = view.record.unwrap_or_default();
    if !there {
        known.made_at = Some(unix_now());
    }
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
    let _turn = call.vendor.store.write_lock();
    let known = call.vendor.store.get(index, &place).unwrap_or_default();
    keep(call, index, place, body, known, status)
}

fn keep(
    call: &CallContext<'_>,
    index: usize,
    place: Place,
    mut value: Value,
    known: Record,
    status: u16,
) -> Result<Reply, Refusal> {
    let resource = call.lookup.resource(index);
    let file = upload(call.vendor, call.request).or(known.file);
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
    let sets = settings(call, resource, &value, &place.key)?;
    let record = Record {
        value,
        file,
        ..known
    };
    call.vendor.store.put(index, place.clone(), record)?;
    for (target, place, change) in sets {
        set_elsewhere(call, target, place, &change)?;
    }
    reply(call, status, Some(&[call.lookup.view(index, place)]))
}

/// Deletes or archives a record, unless other records depend on it.
pub(super) fn delete(call: &CallContext<'_>, index: usize) -> Result<Reply, Refusal> {
    let resource = call.lookup.resource(index);
    let place = call.lookup.place(resource);
    let _turn = call.vendor.store.write_lock();
    call.lookup.check(index, &place)?;
    let view = call.lookup.view(index, place);
    let known = view.value(call.vendor.resources.record_location(index));
    check_unreferenced(call, resource, &view, &known)?;
    let status = call.operation.success().0;
    let Some(archived) = &resource.rules.archived else {
        call.vendor.store.remove(index, &view.place)?;
        return reply(call, status, Some(&[view]));
    };
    if known.get(archived) == Some(&json!(true)) {
        let detail = format!("{} was deleted", view.place.key);
        return Err(Refusal::new(ErrorKind::Missing, detail));
    }
    let mut record = view.record.unwrap_or_default();
    record.value = known;
    record.value[archived.as_str()] = json!(true);
    call.vendor.store.put(index, view.place.clone(), record)?;
    reply(call, status, Some(&[call.lookup.view(index, view.place)]))
}

fn duplicate(field: &str) -> Refusal {
    let fault = FieldViolation {
        field: field.to_owned(),
        message: "is already used by another record".to_owned(),
    };
    Refusal::of_fields(ErrorKind::Duplicate, vec![fault])
}

//! Creates several records in one call, from the items of a list in the body or from uploaded
//! files.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::actions::initial::put_new;
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::uploaded_file::File;
use crate::http::wall_clock::unix_now;
use crate::json::pointer::{remove, set};
use crate::json::template::{Values, fill};
use crate::records::new_key::new_key;
use crate::records::record_view::RecordView;
use crate::response::body::{created, reply};
use crate::response::call_context::CallContext;
use crate::rules::record_rules::ManyRules;
use crate::state::store::{Place, Record};

/// Outcome of creating several records.
#[derive(Debug, Default)]
struct CreateOutcome {
    places: Vec<Place>,
    /// Number of records that already existed.
    known: usize,
}

/// A record to create, and its file, if it has one.
type Item = (Value, Option<File>);

/// Returns one record per uploaded file or, without files, one per item of the list in the body.
/// Returns `None` if the request has neither files nor a list.
fn several(call: &CallContext<'_>, rules: &ManyRules) -> Option<Vec<Item>> {
    let files: Vec<File> = call.request.files(&rules.from);
    if !files.is_empty() {
        return Some(files.into_iter().map(|f| (json!({}), Some(f))).collect());
    }
    let list = call.payload.value.as_ref()?.get(&rules.from)?.as_array()?;
    let item = |item: &Value| match (item, &rules.text) {
        (Value::Object(_), _) => Some((item.clone(), None)),
        (_, Some(name)) => Some((json!({ name.clone(): item }), None)),
        _ => None,
    };
    Some(list.iter().filter_map(item).collect())
}

/// Creates the records that a request lists for a collection. Returns `None` if the profile doesn't
/// allow this, or if the request doesn't list records.
pub(super) fn create_listed_records(
    call: &CallContext<'_>,
    index: usize,
) -> Option<Result<Reply, Refusal>> {
    let resource = call.lookup.resource(index);
    let rules = resource.rules.many.as_ref()?;
    let items = several(call, rules)?;
    let sent = items.len();
    let (scope, home) = call.lookup.scope(resource);
    let made = {
        let _turn = call.vendor.store.write_lock();
        store_new_records(call, index, &scope, home.as_ref(), items)
    };
    Some(made.and_then(|made| build_response(call, index, rules, sent, made)))
}

fn build_response(
    call: &CallContext<'_>,
    index: usize,
    rules: &ManyRules,
    sent: usize,
    made: CreateOutcome,
) -> Result<Reply, Refusal> {
    let values = Values::from([
        ("sent", json!(sent)),
        ("made", json!(made.places.len())),
        ("known", json!(made.known)),
    ]);
    let places = made.places.into_iter();
    let shown: Vec<RecordView<'_>> = places.map(|place| call.lookup.view(index, place)).collect();
    let mut answer = reply(call, created(call), Some(&shown))?;
    if let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body)
        && !rules.answer.is_empty()
    {
        for (pointer, template) in &rules.answer {
            match fill(template, &values) {
                Some(value) => set(&mut body, pointer, value),
                None => remove(&mut body, pointer),
            }
        }
        answer.body = body.to_string().into();
    }
    Ok(answer)
}

/// Creates the records that belong to the new record at `place`, if the request lists any.
pub(super) fn create_nested_records(
    call: &CallContext<'_>,
    index: usize,
    place: &Place,
) -> Result<(), Refusal> {
    for (inner, resource) in call.vendor.resources.all.iter().enumerate() {
        if call.vendor.resources.home(inner).map(|(home, _)| home) == Some(index)
            && let Some(rules) = &resource.rules.many
            && let Some(items) = several(call, rules)
        {
            store_new_records(call, inner, &place.within(), None, items)?;
        }
    }
    Ok(())
}

/// Stores the items whose keys and unique values aren't used by any record, and counts the other
/// items.
fn store_new_records(
    call: &CallContext<'_>,
    index: usize,
    scope: &[String],
    home: Option<&Vec<String>>,
    items: Vec<Item>,
) -> Result<CreateOutcome, Refusal> {
    let resource = call.lookup.resource(index);
    let mut used_values = used_values(call, index, scope);
    let mut made = CreateOutcome::default();
    for (mut value, file) in items {
        let place = Place {
            scope: scope.to_vec(),
            key: resource
                .key_in(&value)
                .unwrap_or_else(|| new_key(call.vendor, call.request, resource)),
        };
        let own = resource.marks(&value);
        if call.lookup.exists(index, &place) || own.iter().any(|mark| used_values.contains(mark)) {
            made.known += 1;
            continue;
        }
        used_values.extend(own);
        if let (Some(file), Value::Object(value)) = (&file, &mut value) {
            file.describe(&resource.fields, value);
        }
        put_new(call, index, &mut value);
        let record = Record {
            value,
            home: home.cloned(),
            file,
            made_at: Some(unix_now()),
            changed_at: None,
        };
        call.vendor.store.put(index, place.clone(), record)?;
        made.places.push(place);
    }
    Ok(made)
}

/// Returns the unique properties of the stored records in a scope, and their values.
fn used_values(
    call: &CallContext<'_>,
    index: usize,
    scope: &[String],
) -> HashSet<(String, String)> {
    let resource = call.lookup.resource(index);
    if !resource.has_unique() {
        return HashSet::new();
    }
    let (records, _) = call.vendor.store.list(index, scope);
    let all = records.iter();
    all.flat_map(|(_, record)| resource.marks(&record.value))
        .collect()
}

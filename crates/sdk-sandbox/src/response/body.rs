//! Success responses, built from the document, the profile and the records.

use serde_json::{Map, Value};

use crate::http::parameter_value::value_of;
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::json::plain_text::plain_text;
use crate::json::pointer::set;
use crate::openapi::media_type::{is_json, is_json_lines};
use crate::openapi::operation::{DocumentedResponse, Repeat};
use crate::openapi::parameter::Shape;
use crate::openapi::property::{at, is_always_required, property};
use crate::openapi::tree::reference;
use crate::records::record_view::RecordView;
use crate::records::search::Search;
use crate::resources::record_location::RecordLocation;
use crate::resources::resource::Resource;
use crate::response::call_context::CallContext;
use crate::response::call_facts::copy_call_values;
use crate::response::each::write_item_results;
use crate::response::filter::{NOT_EVALUATED_HEADER, filter, remove_unrequested_values};
use crate::response::headers::{with_declared_headers, with_record_headers};
use crate::response::job_state::start_or_show_job;
use crate::response::page::page;
use crate::response::page_links::write_only_page;
use crate::rules::role::Role;
use crate::sample::sampler::Sampler;

/// Builds the documented response for a status. If `view` is set, the response contains its
/// records.
pub(crate) fn reply(
    call: &CallContext<'_>,
    status: u16,
    view: Option<&[RecordView<'_>]>,
) -> Result<Reply, Refusal> {
    let mut reply = Reply {
        status,
        ..Reply::default()
    };
    let declared = call.operation.answer(status);
    if let Some(answer) = declared.or_else(|| call.operation.success().1)
        && let Some((media, schema)) = media(call, answer)
    {
        reply = match media.as_str() {
            name if is_json(name) => {
                let filter = filter(call)?;
                let body = body(call, schema, view, filter.search.as_ref())?;
                let reply = reply.with_body(name, body.to_string());
                match filter.not_evaluated.as_slice() {
                    [] => reply,
                    names => reply.with_header(NOT_EVALUATED_HEADER, names.join(", ")),
                }
            }
            name if is_json_lines(name) => {
                let value = Sampler::new(call.document(), call.seed("text", 0)).value(schema);
                let items = value.as_array().cloned().unwrap_or_else(|| vec![value]);
                let lines = items.iter().map(|item| format!("{item}\n"));
                reply.with_body(name, lines.collect::<String>())
            }
            "*/*" => reply.with_body("application/octet-stream", text(call, schema)),
            name => reply.with_body(name, text(call, schema)),
        };
    }
    if let Some([view]) = view {
        reply = with_record_headers(call, reply, view);
    }
    Ok(with_declared_headers(call, reply))
}

/// Returns the first media type that `Accept` contains, otherwise JSON, otherwise the first media
/// type. Also returns the schema of the media type.
fn media<'a>(
    call: &CallContext<'_>,
    answer: &'a DocumentedResponse,
) -> Option<&'a (String, Value)> {
    let accept = call.request.header("accept").unwrap_or_default();
    let wanted = answer
        .media
        .iter()
        .find(|(name, _)| accept.contains(name.as_str()) && name != "*/*");
    wanted
        .or_else(|| answer.media.iter().find(|(name, _)| is_json(name)))
        .or_else(|| answer.media.first())
}

fn body(
    call: &CallContext<'_>,
    schema: &Value,
    view: Option<&[RecordView<'_>]>,
    search: Option<&Search>,
) -> Result<Value, Refusal> {
    let document = call.document();
    // Each action has its own response, for example with the id of a sent message, while repeated
    // reads return the same response.
    let acts = call.operation.method == "POST" && call.operation.repeat != Repeat::Safe;
    let number = if acts { call.number } else { 0 };
    let schema = requested_alternative(call, schema);
    let mut body = Sampler::new(document, call.seed("body", number)).value(schema);
    copy_path_parameters(call, &mut body);
    let part = call.part();
    let listed = part.filter(|part| part.role == Role::List);
    match (
        &call.operation.paging,
        listed.and_then(|p| Some((p, p.node.as_ref()?))),
    ) {
        (Some(_), _) => page(call, &mut body, schema, search)?,
        (None, Some((part, node))) => {
            let mut listing = call.lookup.listing(part);
            if let Some(search) = search {
                listing.retain(node, search);
            }
            let items = (0..listing.total.min(1000)).map(|turn| listing.item(node, turn));
            let items = Value::Array(items.collect());
            set(&mut body, &node.pointer, items);
            if let Some(pointer) = &call.vendor.profile.paging.only_page {
                write_only_page(&mut body, pointer, listing.total);
            }
        }
        (None, None) => {}
    }
    if let (Some(view), Some(node)) = (view, part.and_then(|part| part.node.as_ref())) {
        let mut records = view.iter().map(|view| view.render(node));
        if node.list {
            set(&mut body, &node.pointer, records.collect());
        } else if let Some(mut record) = records.next() {
            add_required(call, schema, &body, &node.pointer, &mut record);
            set(&mut body, &node.pointer, record);
        }
    }
    if let Some((part, node)) = part.and_then(|part| Some((part, part.node.as_ref()?))) {
        let resource = call.lookup.resource(part.resource);
        let asked = &resource.rules.asked;
        for_each_record(&mut body, node, |record| {
            if part.role == Role::List {
                copy_parent_keys(call, resource, node, record);
            }
            remove_unrequested_values(call, record);
            record.retain(|name, _| {
                asked
                    .get(name)
                    .is_none_or(|by| is_requested(call, by, name))
            });
        });
    }
    write_item_results(call, schema, &mut body);
    if acts && part.is_none_or(|part| part.role == Role::Act) {
        copy_call_values(call, schema, &mut body);
    }
    let name = reference(schema).and_then(|name| name.rsplit('/').next());
    let facts = name.and_then(|name| call.vendor.profile.facts.get(name));
    for (name, fact) in facts.and_then(Value::as_object).into_iter().flatten() {
        set(&mut body, &format!("/{name}"), fact.clone());
    }
    start_or_show_job(call, &mut body);
    Ok(body)
}

/// Adds the sampled properties that this response requires and the record doesn't have. An example
/// is a secret that only the response to the creation of the record contains.
fn add_required(
    call: &CallContext<'_>,
    schema: &Value,
    sampled: &Value,
    pointer: &str,
    record: &mut Value,
) {
    let document = call.document();
    let (Some(schema), Some(Value::Object(sampled)), Value::Object(record)) = (
        at(document, schema, pointer),
        sampled.pointer(pointer),
        record,
    ) else {
        return;
    };
    for (name, value) in sampled {
        if !record.contains_key(name) && is_always_required(document, schema, name) {
            record.insert(name.clone(), value.clone());
        }
    }
}

/// Returns the alternative of the response schema that the request selects with the discriminator
/// property, or the schema itself if the request doesn't select an alternative.
fn requested_alternative<'s>(call: &CallContext<'s>, schema: &'s Value) -> &'s Value {
    let document = call.document();
    let told = document.resolve(schema).get("discriminator");
    let chosen = told.and_then(|told| {
        let property = told.get("propertyName")?.as_str()?;
        let sent = call.payload.value.as_ref()?.get(property)?;
        let target = told.get("mapping")?.get(plain_text(sent))?.as_str()?;
        document.lookup(target)
    });
    chosen.unwrap_or(schema)
}

/// Returns whether the call requests a property. A call requests it if the query parameter is
/// `true` or `1`, if the query parameter lists the name of the property, or if the body field with
/// the name of the parameter is `true`.
fn is_requested(call: &CallContext<'_>, parameter: &str, property: &str) -> bool {
    let is = |text: &str| text == "true" || text == "1" || text == property;
    let mut query = call.request.query.iter();
    let in_query = query.any(|(name, text)| name == parameter && text.split(',').any(is));
    let sent = call
        .payload
        .value
        .as_ref()
        .and_then(|body| body.get(parameter));
    in_query || sent == Some(&Value::Bool(true))
}

/// Copies the keys of the parent records from the path to a record of a list.
fn copy_parent_keys(
    call: &CallContext<'_>,
    resource: &Resource,
    node: &RecordLocation,
    record: &mut Map<String, Value>,
) {
    let document = call.document();
    for (name, text) in call.path {
        if resource.key.as_ref() != Some(name)
            && let Some(schema) = property(document, &node.schema, name)
        {
            let key = Shape::of(document, schema).value(text);
            record.insert(name.clone(), key);
        }
    }
}

/// Visits the records of a response.
fn for_each_record(
    body: &mut Value,
    node: &RecordLocation,
    mut visit: impl FnMut(&mut Map<String, Value>),
) {
    match body.pointer_mut(&node.pointer) {
        Some(Value::Array(items)) if node.list => {
            items
                .iter_mut()
                .filter_map(Value::as_object_mut)
                .for_each(visit);
        }
        Some(Value::Object(record)) => visit(record),
        _ => {}
    }
}

/// Copies path parameters to the response properties of the same names.
fn copy_path_parameters(call: &CallContext<'_>, body: &mut Value) {
    let Value::Object(body) = body else { return };
    for parameter in &call.operation.parameters {
        if !call.path.iter().any(|(name, _)| *name == parameter.name) {
            continue;
        }
        let Some(value) = value_of(parameter, call.request, call.path) else {
            continue;
        };
        let is_same_kind =
            |known: &Value| std::mem::discriminant(known) == std::mem::discriminant(&value);
        if let Some(known) = body.get_mut(&parameter.name) {
            if is_same_kind(known) {
                *known = value;
            }
            continue;
        }
        // The record can be inside an envelope.
        let inner = body.values_mut().filter_map(Value::as_object_mut);
        for known in inner.filter_map(|inner| inner.get_mut(&parameter.name)) {
            if is_same_kind(known) {
                *known = value.clone();
            }
        }
    }
}

fn text(call: &CallContext<'_>, schema: &Value) -> String {
    match Sampler::new(call.document(), call.seed("text", 0)).value(schema) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Returns the success status for a created record.
pub(crate) fn created(call: &CallContext<'_>) -> u16 {
    match call.operation.answer(201) {
        Some(_) => 201,
        None => call.operation.success().0,
    }
}

//! Runs the action for the role of an operation.

use crate::actions::bulk::array;
use crate::actions::create_many::create_listed_records;
use crate::actions::crud::{change, create, delete, update, write};
use crate::actions::empty::empty_collections;
use crate::actions::record_state::{change_states, check_states, set_state_values};
use crate::actions::start_job::begin_job;
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::resources::inference::Part;
use crate::response::body::reply;
use crate::response::call_context::CallContext;
use crate::response::job_state::poll_job;
use crate::rules::role::Role;
use crate::state::store::Place;

/// Checks the records in the path, runs the action, and builds the success response.
pub(crate) fn perform(call: &CallContext<'_>) -> Result<Reply, Refusal> {
    call.lookup.check_parents()?;
    check_states(call)?;
    change_states(call)?;
    empty_collections(call)?;
    poll_job(call);
    let started = begin_job(call);
    let reply = match call.part() {
        _ if started.is_some() => Ok(started.unwrap_or_default()),
        Some(part) if part.role != Role::Act => on_records(call, part),
        Some(part) => act(call, part),
        None => reply(call, call.operation.success().0, None),
    }?;
    Ok(set_state_values(call, reply))
}

/// Builds the response to an action on a record in the path. The response contains the record if
/// its schema describes the record.
fn act(call: &CallContext<'_>, part: &Part) -> Result<Reply, Refusal> {
    let status = call.operation.success().0;
    let values = call.lookup.values();
    let parents = call.vendor.resources.parents(call.index);
    let shown = call
        .vendor
        .resources
        .shows_record(call.operation, part.resource);
    let way = parents
        .iter()
        .rev()
        .find(|(index, _)| *index == part.resource);
    if let (true, Some((index, count))) = (shown, way)
        && let Some((key, scope)) = values.get(..*count).and_then(|v| v.split_last())
    {
        let place = Place {
            scope: scope.to_vec(),
            key: key.clone(),
        };
        return reply(call, status, Some(&[call.lookup.view(*index, place)]));
    }
    reply(call, status, None)
}

fn on_records(call: &CallContext<'_>, part: &Part) -> Result<Reply, Refusal> {
    let index = part.resource;
    let resource = call.lookup.resource(index);
    let success = call.operation.success().0;
    match part.role {
        Role::List | Role::Act | Role::None => reply(call, success, None),
        Role::Create if resource.single => write(
            call,
            index,
            call.lookup.place(resource),
            change(call),
            success,
        ),
        Role::Create => match create_listed_records(call, index) {
            Some(reply) => reply,
            None => create(call, index),
        },
        Role::Bulk => array(call, index),
        Role::Read => {
            let place = call.lookup.place(resource);
            call.lookup.check(index, &place)?;
            reply(call, success, Some(&[call.lookup.view(index, place)]))
        }
        Role::Download => {
            let place = call.lookup.place(resource);
            call.lookup.check(index, &place)?;
            let view = call.lookup.view(index, place);
            let made = reply(call, success, None)?;
            Ok(match view.record.and_then(|record| record.file) {
                Some(file) => file.serve(made),
                None => made,
            })
        }
        Role::Update => update(call, index, call.lookup.place(resource), &change(call)),
        Role::Delete => delete(call, index),
    }
}

//! Arguments of the operations that follow the start of a job.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::client::core::ClientCore;
use crate::client::wait::state::text;
use crate::error::Error;
use crate::request::call::Call;
use crate::table::operation::Operation;
use crate::table::parameter::Place;
use crate::table::wait::FollowUp;

/// Finds the operation of a follow-up call.
pub(super) fn operation(
    core: &ClientCore,
    start: &'static Operation,
    follow_up: &FollowUp,
) -> Result<&'static Operation, Error> {
    core.vendor().operation(follow_up.operation).ok_or_else(|| {
        let text = format!(
            "the operation table does not contain `{}`",
            follow_up.operation
        );
        Error::request(start, text)
    })
}

/// Returns the arguments of a follow-up call. The error describes why the response to the start
/// request can't supply an argument.
pub(super) fn arguments(
    target: &Operation,
    follow_up: &FollowUp,
    start: &BTreeMap<String, String>,
    answer: &Value,
) -> Result<BTreeMap<String, String>, String> {
    let mut arguments = BTreeMap::new();
    for parameter in target.parameters {
        if parameter.place == Place::Path
            && let Some(value) = start.get(parameter.name)
        {
            arguments.insert(parameter.name.to_owned(), value.clone());
        }
    }
    for (name, pointer) in follow_up.arguments {
        let value = value_at(answer, pointer, follow_up.operation)?;
        arguments.insert((*name).to_owned(), value);
    }
    Ok(arguments)
}

/// Returns the path parameters of a call, with their values.
pub(super) fn path_arguments(call: &Call) -> BTreeMap<String, String> {
    let parameters = call.operation().parameters.iter();
    parameters
        .filter(|parameter| parameter.place == Place::Path)
        .filter_map(|parameter| {
            let value = call.text(&format!("path.{}", parameter.name))?;
            Some((parameter.name.to_owned(), value))
        })
        .collect()
}

/// Builds a call to an operation from the arguments in a job's key.
pub(super) fn call(operation: &'static Operation, arguments: &BTreeMap<String, String>) -> Call {
    let mut call = Call::new(operation);
    for (name, value) in arguments {
        call.argument(name, value.as_str());
    }
    call
}

/// Returns the value at a JSON pointer as a string, which is never empty.
///
/// A list that the pointer passes through must have exactly one item, because a wait can follow
/// only one job.
fn value_at(answer: &Value, pointer: &str, poll: &str) -> Result<String, String> {
    let mut value = answer;
    for step in pointer.split('/').skip(1) {
        if let Value::Array(items) = value
            && items.len() > 1
        {
            return Err(format!(
                "the call started {} jobs, but a wait can follow only one; call `{poll}` with `.wait()` for each job",
                items.len()
            ));
        }
        value = value.pointer(&format!("/{step}")).unwrap_or(&Value::Null);
    }
    let found = text(value).filter(|text| !text.is_empty());
    found.ok_or_else(|| {
        let path = pointer.replace('/', ".");
        format!("the response has no job key at ${path}")
    })
}

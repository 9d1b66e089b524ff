//! Starts a job, and builds the calls that follow.

use serde_json::Value;

use crate::client::core::ClientCore;
use crate::client::wait::follow_up;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::request::call::Call;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::table::operation::Operation;
use crate::table::wait::StartRule;
use crate::value::job_key::JobKey;

/// Sends a start request and builds the job's key from the response.
///
/// The call path repeats the request only if doing so can't start a second job.
pub(crate) async fn start(
    core: &ClientCore,
    mut call: Call,
) -> Result<(JobKey, RawResponse), Error> {
    let operation = call.operation();
    let rule = rule_of(operation)?;
    for (name, value) in rule.fixed {
        call.argument(name, *value);
    }
    let path = follow_up::path_arguments(&call);
    let sent = core.call(call, Reading::Whole).await;
    let raw = sent.map_err(|error| with_find_hint(error, rule))?;
    let unusable = |text: String| with_find_hint(raw.error(ErrorKind::Decode, text), rule);
    let whole = raw.whole();
    let answer: Value = serde_json::from_slice(without_byte_order_mark(&whole))
        .map_err(|error| unusable("the response is not JSON".to_owned()).with_source(error))?;
    let arguments = |follow: &_| {
        let target = follow_up::operation(core, operation, follow)?;
        follow_up::arguments(target, follow, &path, &answer).map_err(unusable)
    };
    let key = JobKey {
        operation: operation.id.to_owned(),
        poll: arguments(&rule.poll)?,
        result: match &rule.result {
            Some(result) => arguments(result)?,
            None => Default::default(),
        },
    };
    Ok((key, raw))
}

/// Returns the call that reads a job.
pub(crate) fn poll_call(
    core: &ClientCore,
    start: &'static Operation,
    key: &JobKey,
) -> Result<Call, Error> {
    if key.operation != start.id {
        let text = format!("the key belongs to a job of `{}`", key.operation);
        return Err(Error::request(start, text));
    }
    let operation = follow_up::operation(core, start, &rule_of(start)?.poll)?;
    Ok(follow_up::call(operation, &key.poll))
}

/// Returns the call that fetches the result, or `None` if the last state is the result.
pub(crate) fn result_call(
    core: &ClientCore,
    start: &'static Operation,
    key: &JobKey,
) -> Result<Option<Call>, Error> {
    let Some(result) = &rule_of(start)?.result else {
        return Ok(None);
    };
    let operation = follow_up::operation(core, start, result)?;
    Ok(Some(follow_up::call(operation, &key.result)))
}

fn rule_of(operation: &'static Operation) -> Result<&'static StartRule, Error> {
    let rule = operation.start.as_ref();
    rule.ok_or_else(|| Error::request(operation, "the operation does not start a job"))
}

/// If an error leaves open whether the job was started, adds a hint on how to find the job.
fn with_find_hint(error: Error, rule: &StartRule) -> Error {
    if error.is_maybe_applied() {
        error.with_how_to_find_job(rule.find)
    } else {
        error
    }
}

//! Starts jobs whose start response is defined in the profile.

use serde_json::json;

use crate::http::reply::Reply;
use crate::json::template::{Values, fill};
use crate::response::call_context::CallContext;
use crate::response::headers::with_declared_headers;
use crate::response::job_state::{job_of, start_job};

/// Starts the job of an operation, and builds the response that the profile defines. Returns `None`
/// if the operation doesn't start a job, if the profile doesn't define the response, or if the call
/// lacks the query parameter that starts the job.
pub(crate) fn begin_job(call: &CallContext<'_>) -> Option<Reply> {
    let (kind, rules) = job_of(call, |rules| &rules.start)?;
    let answer = rules.answer.as_ref()?;
    if let Some((name, value)) = &rules.when
        && !call
            .request
            .query
            .iter()
            .any(|(n, v)| n == name && v == value)
    {
        return None;
    }
    let mut seed = call.seed("job", call.number);
    let values = Values::from([("key", json!(seed.hex(24)))]);
    let mut body = fill(answer, &values)?;
    start_job(call, kind, rules, &mut body);
    let reply = Reply::json(call.operation.success().0, &body);
    Some(with_declared_headers(call, reply))
}

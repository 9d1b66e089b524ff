//! Starts jobs, which go on after their call was answered.

use serde_json::json;

use crate::http::reply::Reply;
use crate::json::template::{Values, fill};
use crate::response::call_context::CallContext;
use crate::response::headers::with_declared_headers;
use crate::response::job_state::{job_of, show};

/// Starts a job if the operation does, and makes the answer that the profile has for it.
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
    let key = seed.hex(24);
    call.vendor.jobs.start(kind, &key);
    let values = Values::from([("key", json!(key))]);
    let mut body = fill(answer, &values)?;
    show(rules, &mut body, 0);
    let reply = Reply::json(call.operation.success().0, &body);
    Some(with_declared_headers(call, reply))
}

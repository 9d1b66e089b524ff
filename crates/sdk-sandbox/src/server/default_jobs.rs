//! Jobs of a vendor without a profile, derived from its document's `x-sdk-wait`.

use serde_json::{Value, json};

use crate::openapi::document::Document;
use crate::openapi::operation::Operation;
use crate::openapi::property::property;
use crate::openapi::schema::is_type;

/// Maximum number of states before the final state.
const MAX_OPEN_STATES: usize = 2;

/// Returns jobs in the format of a profile: one per operation that starts a job, if its poll
/// returns the state of a single job.
pub(crate) fn default_jobs(document: &Document) -> Vec<Value> {
    let starts = document.operations.iter();
    starts.filter_map(|start| job(document, start)).collect()
}

fn job(document: &Document, start: &Operation) -> Option<Value> {
    let wait = wait_of(document, start)?;
    let poll = wait.get("poll")?;
    let id = poll.get("operation")?.as_str()?;
    let (parameter, key) = poll.get("arguments")?.as_object()?.iter().next()?;
    let polled = document.operations.iter().find(|known| known.id == id)?;
    let rule = wait_of(document, polled)?;
    let state = rule.get("state")?.as_str().filter(|s| !s.contains('*'))?;
    let listed = |name: &str| -> Vec<Value> {
        let list = rule.get(name).and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    };
    let (done, failed, pending) = (listed("done"), listed("failed"), listed("pending"));
    let known = states(document, polled, state);
    let is_open = |value: &&Value| !done.contains(value) && !failed.contains(value);
    let open: Vec<Value> = if pending.is_empty() {
        known
            .iter()
            .filter(is_open)
            .take(MAX_OPEN_STATES)
            .cloned()
            .collect()
    } else {
        pending.iter().take(MAX_OPEN_STATES).cloned().collect()
    };
    let is_last = |value: &&Value| !failed.contains(value) && !pending.contains(value);
    let last = done.first().or_else(|| known.iter().find(is_last));
    // If the document has no open or final states, default states are used.
    let open = if open.is_empty() {
        vec![json!("started")]
    } else {
        open
    };
    let last = last.cloned().unwrap_or_else(|| json!("completed"));
    let states: Vec<Value> = open.into_iter().chain([last]).collect();
    let mut job = json!({
        "start": [start.id], "poll": [id], "parameter": parameter, "key": key,
        "state": state, "states": states, "failed": failed,
    });
    if let Some(reason) = rule.get("reason").and_then(Value::as_str) {
        job["failure"] = json!({ reason: "the sandbox was configured to fail this job" });
    }
    Some(job)
}

/// Returns the `x-sdk-wait` of an operation.
fn wait_of<'d>(document: &'d Document, operation: &Operation) -> Option<&'d Value> {
    let item = document.root().get("paths")?.get(&operation.path)?;
    let method = operation.method.to_ascii_lowercase();
    document.resolve(item).get(method)?.get("x-sdk-wait")
}

/// Returns the states in the schema of a poll.
fn states(document: &Document, poll: &Operation, pointer: &str) -> Vec<Value> {
    let mut steps = pointer.split('/').skip(1);
    let schema = poll
        .response_schema()
        .and_then(|schema| steps.try_fold(schema, |schema, step| property(document, schema, step)));
    let schema = schema.filter(|schema| is_type(document, schema, "string"));
    let listed = schema.and_then(|schema| document.resolve(schema).get("enum")?.as_array());
    let texts = listed
        .into_iter()
        .flatten()
        .filter(|value| value.is_string());
    texts.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs(rule: Value, listed: Value) -> Vec<Value> {
        let text = json!({ "paths": {
            "/exports": { "post": { "operationId": "start_export", "responses": { "200": { "description": "d" } },
                "x-sdk-wait": { "poll": { "operation": "get_export", "arguments": { "id": "/id" } }, "find": "f" } } },
            "/exports/{id}": { "get": { "operationId": "get_export", "x-sdk-wait": rule, "responses": { "200": {
                "description": "d", "content": { "application/json": { "schema": { "type": "object",
                    "properties": { "state": { "type": "string", "enum": listed } } } } } } } } },
        } });
        let document = Document::read(&text.to_string()).unwrap();
        default_jobs(&document)
    }

    #[test]
    fn a_job_passes_through_open_states_to_the_first_success_state() {
        let rule =
            json!({ "state": "/state", "done": ["ok"], "failed": ["bad"], "reason": "/why" });
        let found = jobs(rule, json!(["new", "busy", "late", "bad", "ok"]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["states"], json!(["new", "busy", "ok"]));
        assert_eq!(found[0]["failed"], json!(["bad"]));
        assert!(found[0]["failure"]["/why"].is_string());
        assert_eq!(
            (&found[0]["parameter"], &found[0]["key"]),
            (&json!("id"), &json!("/id"))
        );
    }

    #[test]
    fn pending_states_are_followed_by_a_final_state() {
        let rule = json!({ "state": "/state", "pending": ["wait"] });
        let found = jobs(rule, json!(["wait", "there"]));
        assert_eq!(found[0]["states"], json!(["wait", "there"]));
        let many = json!({ "state": "/data/*/state", "done": ["ok"] });
        assert!(jobs(many, json!(["ok"])).is_empty());
    }
}

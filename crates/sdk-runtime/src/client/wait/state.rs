//! Finds the state of a job in a response.

use serde_json::Value;

use crate::table::wait::{Phase, WaitRule};

/// Returns the state of a job and its phase. The error contains the path of the missing state.
pub(super) fn state_of(rule: &WaitRule, body: &Value) -> Result<(String, Phase), String> {
    let mut found = Vec::new();
    collect(body, rule.state.strip_prefix('/'), &mut found);
    let is_list = rule.state.split('/').any(|step| step == "*");
    let states: Vec<(String, Phase)> = found
        .into_iter()
        .filter_map(|value| match text(value) {
            Some(state) => {
                let phase = rule.phase(&state);
                Some((state, phase))
            }
            // In a list of jobs, an item without a state is pending.
            None => is_list.then(|| (String::new(), Phase::Pending)),
        })
        .collect();
    // If any item is pending, the whole job is pending. Otherwise, if any item failed, the whole
    // job failed.
    let worst = [Phase::Pending, Phase::Failed, Phase::Done]
        .into_iter()
        .find_map(|phase| states.iter().find(|(_, known)| *known == phase));
    match worst {
        Some(state) => Ok(state.clone()),
        // An empty list of jobs is pending.
        None if is_list => Ok((String::new(), Phase::Pending)),
        None => Err(format!(
            "the response has no job state at ${}",
            rule.state.replace('/', ".")
        )),
    }
}

/// Collects the values at a pointer, in which `*` matches every item of a list.
fn collect<'v>(value: &'v Value, pointer: Option<&str>, found: &mut Vec<&'v Value>) {
    let Some(pointer) = pointer else {
        return found.push(value);
    };
    let (step, rest) = match pointer.split_once('/') {
        Some((step, rest)) => (step, Some(rest)),
        None => (pointer, None),
    };
    if step == "*" {
        for item in value.as_array().into_iter().flatten() {
            collect(item, rest, found);
        }
    } else {
        let next = value.pointer(&format!("/{step}"));
        collect(next.unwrap_or(&Value::Null), rest, found);
    }
}

/// Returns a value as a string, or `None` if the value is null, a list or an object.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn rule(state: &'static str) -> WaitRule {
        WaitRule {
            state,
            count: None,
            pending: &[],
            done: &["done"],
            failed: &["failed"],
            reason: None,
            first_delay: Duration::ZERO,
            longest_delay: Duration::ZERO,
            deadline: Duration::ZERO,
        }
    }

    #[test]
    fn a_state_is_found_by_its_pointer() {
        let found = |pointer, body: Value| state_of(&rule(pointer), &body);
        assert_eq!(
            found("/data/status", json!({"data": {"status": "done"}})),
            Ok(("done".to_owned(), Phase::Done))
        );
        assert_eq!(
            found("/a~1b", json!({"a/b": 7})),
            Ok(("7".to_owned(), Phase::Pending))
        );
        assert_eq!(
            found("/data/status", json!({"data": {"status": null}})),
            Err("the response has no job state at $.data.status".to_owned())
        );
    }

    #[test]
    fn a_list_of_jobs_is_done_when_all_jobs_are_done() {
        let found = |states: &[&str]| {
            let items: Vec<_> = states
                .iter()
                .map(|state| json!({"status": state}))
                .collect();
            let found = state_of(&rule("/data/*/status"), &json!({"data": items}));
            found.map(|(_, phase)| phase)
        };
        assert_eq!(found(&["done", "done"]), Ok(Phase::Done));
        assert_eq!(found(&["done", "sent", "failed"]), Ok(Phase::Pending));
        assert_eq!(found(&["done", "failed"]), Ok(Phase::Failed));
        assert_eq!(found(&[]), Ok(Phase::Pending));
        let body = json!({"data": [{"status": "done"}, {"status": null}]});
        let (_, phase) = state_of(&rule("/data/*/status"), &body).unwrap();
        assert_eq!(phase, Phase::Pending);
    }
}

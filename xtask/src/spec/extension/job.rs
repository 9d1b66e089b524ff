//! Value of `x-sdk-wait`, which describes how a job is read or started.

use crate::spec::extension::shape::{is, is_pointer, numbers, object};
use serde_json::{Value, json};

const DELAYS: [&str; 3] = ["first_delay", "longest_delay", "deadline"];
const STATES: [&str; 3] = ["pending", "done", "failed"];

pub(super) fn check(value: &Value) -> Result<(), String> {
    if value.get("poll").is_some() {
        start(value)
    } else {
        read(value)
    }
}

fn read(value: &Value) -> Result<(), String> {
    let rule = object(
        value,
        &["state", "first_delay", "longest_delay", "deadline"],
        &["count", "pending", "done", "failed", "reason"],
    )?;
    for key in ["state", "count", "reason"] {
        let fits = rule.get(key).is_none_or(is_pointer);
        is(fits, &format!("a JSON pointer as `{key}`"))?;
    }
    let is_list = rule["state"]
        .as_str()
        .is_some_and(|state| state.contains("/*"));
    is(
        is_list || !rule.contains_key("count"),
        "`count` only together with a `state` that contains `*`",
    )?;
    let mut delays = json!({});
    for key in DELAYS {
        delays[key] = rule[key].clone();
    }
    numbers(&delays, &DELAYS, &[])?;
    for key in STATES {
        let are_texts = |list: &Value| {
            list.as_array()
                .is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string))
        };
        is(
            rule.get(key).is_none_or(are_texts),
            &format!("a non-empty list of strings as `{key}`"),
        )?;
    }
    is(
        rule.contains_key("done") != rule.contains_key("pending"),
        "either `done` or `pending`, a list of states",
    )
}

fn start(value: &Value) -> Result<(), String> {
    let rule = object(value, &["poll", "find"], &["result", "fixed"])?;
    is(
        rule["find"].as_str().is_some_and(|text| !text.is_empty()),
        "a string as `find` that describes how to find the job if the request that starts it received no response",
    )?;
    for key in ["poll", "result"] {
        let Some(follow_up) = rule.get(key) else {
            continue;
        };
        let follow_up = object(follow_up, &["operation"], &["arguments"])?;
        is(
            follow_up["operation"].is_string(),
            &format!("the id of an operation as `operation` of `{key}`"),
        )?;
        if let Some(arguments) = follow_up.get("arguments") {
            let are_pointers = arguments
                .as_object()
                .is_some_and(|arguments| arguments.values().all(is_pointer));
            is(are_pointers, "a JSON pointer as every value of `arguments`")?;
        }
    }
    let are_scalars = |fixed: &Value| {
        fixed.as_object().is_some_and(|fixed| {
            fixed
                .values()
                .all(|value| value.is_string() || value.is_number() || value.is_boolean())
        })
    };
    is(
        rule.get("fixed").is_none_or(are_scalars),
        "an object with parameter values as `fixed`",
    )
}

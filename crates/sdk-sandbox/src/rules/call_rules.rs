//! What a profile says of calls: work that goes on, rate limits, pages, idempotency keys, states of the account.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// A kind of job, from its start to its end. Each poll takes it one state further; one whose states send webhooks goes
/// on by itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobRules {
    /// The operations that start it, of which only calls with this query parameter where one is named.
    pub(crate) start: Vec<String>,
    #[serde(default)]
    pub(crate) when: Option<(String, String)>,
    /// The collection that it is a new record of.
    #[serde(default)]
    pub(crate) resource: Option<String>,
    /// The collection of the record in the path whose state it is. The key of the job is the key of that record.
    #[serde(default)]
    pub(crate) of: Option<String>,
    /// The operations that read it.
    pub(crate) poll: Vec<String>,
    /// Pointer to the key in the answer of the start.
    #[serde(default = "key")]
    pub(crate) key: String,
    /// The parameter of a poll that carries the key. With `of`, the key is that of the record in the path.
    #[serde(default)]
    pub(crate) parameter: String,
    /// Pointer to the state in answers, and in the record of the job.
    pub(crate) state: String,
    /// From the first to the last. The fault `job=..` gives a single job others.
    pub(crate) states: Vec<String>,
    /// Other states for a start whose request says so; the first that fits counts.
    #[serde(default)]
    pub(crate) otherwise: Vec<OtherwiseRules>,
    /// The states that are failures.
    #[serde(default)]
    pub(crate) failed: Vec<String>,
    /// What else is so in the last state, by pointer; `{now}` is the time in Unix seconds.
    #[serde(default)]
    pub(crate) done: Map<String, Value>,
    /// What else is so in the last state, if that is a failure.
    #[serde(default)]
    pub(crate) failure: Map<String, Value>,
    /// What else is so in the states before the last.
    #[serde(default)]
    pub(crate) open: Map<String, Value>,
    /// What else is so in a state, by state.
    #[serde(default)]
    pub(crate) in_state: BTreeMap<String, Map<String, Value>>,
    /// What a new record says, by property; `{name}` is a path parameter of the start, null where it has none.
    #[serde(default)]
    pub(crate) made: Map<String, Value>,
    /// What a new record takes from the request: by property, a pointer in which `*` means all items of a list.
    #[serde(default)]
    pub(crate) sent: BTreeMap<String, String>,
    /// The record whose home the new record shares: it is listed in the same place.
    pub(crate) home: Option<HomeRules>,
    /// The body of the answer of the start, where the document describes another one.
    #[serde(default)]
    pub(crate) answer: Option<Value>,
}

/// Other states of a job, by a text in the request that starts it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherwiseRules {
    /// Pointer into the body of the request.
    pub(crate) pointer: String,
    /// A part of the text there.
    pub(crate) contains: String,
    pub(crate) states: Vec<String>,
}

/// A record that the record of a job names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HomeRules {
    pub(crate) of: String,
    /// Pointer to its key in the record of the job.
    pub(crate) key: String,
}

fn key() -> String {
    "/key".to_owned()
}

/// How an operation answers with one result for each of the things that its request names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EachRules {
    /// The property of the request with the names: one, or a list.
    pub(crate) of: String,
    /// Where the answer has the results.
    pub(crate) items: String,
    /// The property of a result that is the name.
    pub(crate) name: String,
    /// Where the answer says how many there are.
    #[serde(default)]
    pub(crate) count: Vec<String>,
    /// What else the answer says, by pointer.
    #[serde(default)]
    pub(crate) whole: Map<String, Value>,
    /// What every result says, by property.
    #[serde(default)]
    pub(crate) facts: Map<String, Value>,
    /// What a result says whose name a record of a collection has.
    pub(crate) listed: Option<ListedRules>,
}

/// A collection of records that change what is said of the names that they have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListedRules {
    pub(crate) of: String,
    /// The property with the name.
    pub(crate) property: String,
    pub(crate) facts: Map<String, Value>,
}

/// The limits of a vendor and how it tells of them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LimitRules {
    pub(crate) requests: Option<u64>,
    pub(crate) per_seconds: Option<u64>,
    pub(crate) concurrent: Option<u64>,
    /// The headers with the limit and with what is left of it, on every answer.
    pub(crate) limit_header: Option<String>,
    pub(crate) remaining_header: Option<String>,
    /// The header that says on a refusal at what Unix time there is more.
    pub(crate) reset_header: Option<String>,
    /// Whether a refusal says in how many seconds there is more.
    pub(crate) retry_after: bool,
}

/// The field of a body that makes a call one that is done once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdempotencyRules {
    pub(crate) field: String,
    pub(crate) header: Option<String>,
}

/// The states of an account that keep it from getting a token.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountRules {
    pub(crate) status: u16,
    /// The body, in which `{account_status}` stands for the state.
    pub(crate) body: Value,
    /// The state that gets a token.
    pub(crate) approved: String,
}

/// The bounds of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PagingRules {
    /// The last record that can be reached by the number of a page.
    pub(crate) ceiling: Option<u64>,
    /// The parameter that asks for the number of all records, where it is not always told.
    pub(crate) count: Option<String>,
    /// Where answers have the number of all records, if the document does not say.
    pub(crate) total: Option<String>,
    /// Where the answer of a list that has no pages has the facts of its only page.
    pub(crate) only_page: Option<String>,
}

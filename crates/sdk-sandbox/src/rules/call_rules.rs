//! Profile rules for calls: jobs, results per item, rate limits, pages, idempotency keys and
//! account states.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// A kind of job, from its start to its end. Each poll advances the job by one state. If its states
/// trigger webhooks, the job also advances automatically.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobRules {
    /// Operations that start the job.
    pub(crate) start: Vec<String>,
    /// Query parameter and value that a call needs to start the job. By default, any call starts
    /// the job. Has an effect only with `answer`.
    #[serde(default)]
    pub(crate) when: Option<(String, String)>,
    /// Collection to which the job adds a record.
    #[serde(default)]
    pub(crate) resource: Option<String>,
    /// Collection of a record in the path. The job changes the state of this record. The key of the
    /// record is also the key of the job.
    #[serde(default)]
    pub(crate) of: Option<String>,
    /// Operations that read the job.
    pub(crate) poll: Vec<String>,
    /// Pointer to the key of the job, in the response to the call that starts the job.
    #[serde(default = "key")]
    pub(crate) key: String,
    /// Parameter of a poll that contains the key. Not used with `of`, because the record in the
    /// path identifies the job.
    #[serde(default)]
    pub(crate) parameter: String,
    /// Pointer to the state, in responses and in the job's record.
    pub(crate) state: String,
    /// States in order. The fault `job=..` replaces the last state or all states of one job.
    pub(crate) states: Vec<String>,
    /// Other states, selected by the request that starts the job. The first match is used.
    #[serde(default)]
    pub(crate) otherwise: Vec<OtherwiseRules>,
    /// States that mean a failure.
    #[serde(default)]
    pub(crate) failed: Vec<String>,
    /// Additional values in the last state if it is not a failure, by pointer. `{now}` is the Unix
    /// time in seconds.
    #[serde(default)]
    pub(crate) done: Map<String, Value>,
    /// Additional values in the last state if it is a failure.
    #[serde(default)]
    pub(crate) failure: Map<String, Value>,
    /// Additional values in the states before the last.
    #[serde(default)]
    pub(crate) open: Map<String, Value>,
    /// Additional values by state.
    #[serde(default)]
    pub(crate) in_state: BTreeMap<String, Map<String, Value>>,
    /// Values of a new record, by property. `{name}` is a path parameter of the call that starts
    /// the job. If the path doesn't have this parameter, the value is null, or is omitted from a
    /// list.
    #[serde(default)]
    pub(crate) made: Map<String, Value>,
    /// Lists of values that a new record copies from the request body. Maps each property to a
    /// pointer in which `*` matches all items of a list.
    #[serde(default)]
    pub(crate) sent: BTreeMap<String, String>,
    /// Record whose parent the new record shares, so that the parent's list contains the new
    /// record.
    pub(crate) home: Option<HomeRules>,
    /// Response to the call that starts the job, if it differs from the documented response.
    #[serde(default)]
    pub(crate) answer: Option<Value>,
}

/// Other states of a job, selected by a string in the request that starts it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherwiseRules {
    /// Pointer into the request body.
    pub(crate) pointer: String,
    /// Text that the string at the pointer must contain.
    pub(crate) contains: String,
    pub(crate) states: Vec<String>,
}

/// A record that the job's record refers to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HomeRules {
    pub(crate) of: String,
    /// Pointer to the key of the other record, in the job's record.
    pub(crate) key: String,
}

fn key() -> String {
    "/key".to_owned()
}

/// An operation that returns one result per item in its request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EachRules {
    /// Request property with the names of the items: one name or a list.
    pub(crate) of: String,
    /// Pointer to the results in the response.
    pub(crate) items: String,
    /// Result property with the name of the item.
    pub(crate) name: String,
    /// Pointers to the response properties that contain the number of results.
    #[serde(default)]
    pub(crate) count: Vec<String>,
    /// Additional values of the response, by pointer.
    #[serde(default)]
    pub(crate) whole: Map<String, Value>,
    /// Values of every result, by property.
    #[serde(default)]
    pub(crate) facts: Map<String, Value>,
    /// Other values for results of items that are in a collection.
    pub(crate) listed: Option<ListedRules>,
}

/// A collection whose records change the results of the items that they contain.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListedRules {
    pub(crate) of: String,
    /// Property of the records with the name of the item.
    pub(crate) property: String,
    pub(crate) facts: Map<String, Value>,
}

/// Rate limits of a vendor, and the headers that report them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LimitRules {
    pub(crate) requests: Option<u64>,
    pub(crate) per_seconds: Option<u64>,
    pub(crate) concurrent: Option<u64>,
    /// Response header with the limit.
    pub(crate) limit_header: Option<String>,
    /// Response header with the number of remaining calls.
    pub(crate) remaining_header: Option<String>,
    /// Header with the Unix time, in seconds, at which calls are accepted again. Only a refusal has
    /// this header.
    pub(crate) reset_header: Option<String>,
    /// Whether a refusal has a `Retry-After` header, in seconds.
    pub(crate) retry_after: bool,
}

/// Body field with the idempotency key, and the response header that repeats the key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdempotencyRules {
    pub(crate) field: String,
    pub(crate) header: Option<String>,
}

/// Response to token requests from an account that is not approved.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountRules {
    pub(crate) status: u16,
    /// Response body. `{status}` is replaced with the response status, and `{account_status}` with
    /// the state of the account.
    pub(crate) body: Value,
    /// State in which the account can obtain tokens.
    pub(crate) approved: String,
}

/// Rules for the pages of lists.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PagingRules {
    /// Number of the last record that page numbers can reach.
    pub(crate) ceiling: Option<u64>,
    /// Parameter that requests the total, if the vendor doesn't always send it.
    pub(crate) count: Option<String>,
    /// Pointer to the total in responses, if the document doesn't declare it.
    pub(crate) total: Option<String>,
    /// Pointer to the page fields in the response of a list with only one page.
    pub(crate) only_page: Option<String>,
}

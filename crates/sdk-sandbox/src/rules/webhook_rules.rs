//! What a profile says of webhooks: which calls and states send them, where to, and what signs them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// What a profile says of one family of webhooks (`x-sdk-webhooks`), under the name of the family.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WebhookRules {
    /// The secrets that sign, for a family that is signed by HMAC: one per header, the primary one first.
    pub(crate) secrets: Vec<String>,
    /// Pointer to the name of the event in a payload, for a family whose document states a single payload.
    pub(crate) event: Option<String>,
    /// How often a webhook is sent until it is answered with 2xx (default 3).
    pub(crate) attempts: Option<u32>,
    /// What every payload says, by pointer.
    pub(crate) facts: Map<String, Value>,
    pub(crate) triggers: Vec<TriggerRules>,
    /// The records of the webhooks of a record, for a vendor that lists them.
    pub(crate) kept: Option<KeptRules>,
    /// The records of the attempts of a webhook.
    pub(crate) attempts_kept: Option<KeptRules>,
}

/// A collection below a record, with a record per webhook or per attempt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptRules {
    pub(crate) of: String,
    /// What it says, by property: `{event}`, `{owner}` (the key of the record that the webhook is for), `{webhook}`, `{body}`,
    /// `{status}` and `{answer}` of the last attempt, `{signature}`, `{now}`.
    #[serde(default)]
    pub(crate) says: Map<String, Value>,
    /// The property with the state, and its texts for pending, retrying, delivered and failed.
    pub(crate) state: Option<String>,
    #[serde(default)]
    pub(crate) states: BTreeMap<String, String>,
}

/// What sends a webhook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriggerRules {
    /// The event, or the variant of the document where two events share a name. `{name}` is a path parameter of the call.
    pub(crate) event: String,
    /// The operations that send it when they succeed.
    pub(crate) after: Vec<String>,
    /// The status that the call has to be answered with; any success by default.
    pub(crate) status: Option<u16>,
    /// States of the job that the operations start: it is sent when the job reaches one of them, and not by the call.
    #[serde(default)]
    pub(crate) states: Vec<String>,
    /// Where the URL comes from, in order: the first one that has a URL counts.
    pub(crate) to: Vec<TargetRules>,
    /// By pointer into the payload, a pointer into what it is about: the record of the job, or the answer of the call
    /// over the body of its request.
    #[serde(default)]
    pub(crate) copy: BTreeMap<String, String>,
    /// What the payload says, by pointer; `{name}` in a text is a path parameter of the call, and the text `{home}` the key
    /// of the record that the record of the job is listed under.
    #[serde(default)]
    pub(crate) set: Map<String, Value>,
    /// Pointer in the payload to the record that the call made or that is at the end of its path.
    pub(crate) record: Option<String>,
    pub(crate) items: Option<ItemRules>,
}

/// A list in a payload that has an item for each item of the answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemRules {
    /// Pointer to the list in the answer; its properties are repeated under the same names.
    pub(crate) from: String,
    /// Pointer to the list in the payload.
    pub(crate) to: String,
    /// By property of an item of the payload, the property of the item of the answer; empty for the whole item.
    #[serde(default)]
    pub(crate) copy: BTreeMap<String, String>,
    /// What every item says, by property.
    #[serde(default)]
    pub(crate) set: Map<String, Value>,
}

/// Where a URL comes from: a property of the request, or of records.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TargetRules {
    /// Whether the URLs are those of the account (`Sandbox::subscribe_webhooks`).
    pub(crate) subscribed: bool,
    /// Pointer to the URL in the body of the request.
    pub(crate) request: Option<String>,
    /// The collection of the records that have the URL: those in the path of the call, unless `named_by` or `all` says otherwise.
    pub(crate) of: Option<String>,
    /// Pointer to their key or keys, in what the webhook is about.
    pub(crate) named_by: Option<String>,
    /// Whether every record of the collection that was written counts, except those that are listed elsewhere.
    pub(crate) all: bool,
    /// The property with the events that the record wants.
    pub(crate) events: Option<String>,
    /// The record that has URL and key in place of this one.
    pub(crate) through: Option<ThroughRules>,
    /// Pointer to the URL in the record.
    pub(crate) url: Option<String>,
    /// The property with the public key whose private half signs.
    pub(crate) key: Option<String>,
}

/// A record that another one names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThroughRules {
    pub(crate) field: String,
    pub(crate) of: String,
}

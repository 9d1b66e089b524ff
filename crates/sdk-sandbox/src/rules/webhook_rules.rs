//! Profile rules for webhooks: which calls and states send them, to which URL, and with which
//! signature.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// Rules for one family of webhooks (`x-sdk-webhooks`), under the family's name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WebhookRules {
    /// Signing secrets of a family with HMAC signatures: one per header, the primary one first.
    pub(crate) secrets: Vec<String>,
    /// Pointer to the event name in a payload, for a family whose document has a single payload.
    pub(crate) event: Option<String>,
    /// Most attempts until an answer is 2xx (default 3).
    pub(crate) attempts: Option<u32>,
    /// Fixed values of every payload, by pointer.
    pub(crate) facts: Map<String, Value>,
    pub(crate) triggers: Vec<TriggerRules>,
    /// Records of a record's webhooks, for a vendor that lists them.
    pub(crate) kept: Option<KeptRules>,
    /// Records of a webhook's attempts.
    pub(crate) attempts_kept: Option<KeptRules>,
}

/// A collection below a record, with one record per webhook or per attempt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptRules {
    pub(crate) of: String,
    /// Values by property: `{event}`, `{owner}` (key of the record that the webhook belongs to),
    /// `{webhook}`, `{body}`, `{status}` and `{answer}` of the last attempt, `{signature}`,
    /// `{now}`.
    #[serde(default)]
    pub(crate) says: Map<String, Value>,
    /// Property with the state, and its values for pending, retrying, delivered and failed.
    pub(crate) state: Option<String>,
    #[serde(default)]
    pub(crate) states: BTreeMap<String, String>,
}

/// A trigger of a webhook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriggerRules {
    /// Event name, or the document's variant if two events share a name. `{name}` is a path
    /// parameter of the call.
    pub(crate) event: String,
    /// Operations that trigger the webhook when they succeed.
    pub(crate) after: Vec<String>,
    /// Status that the call must be answered with; any success by default.
    pub(crate) status: Option<u16>,
    /// States of the job that the operations start: the webhook is sent when the job reaches one
    /// of them, not after the call.
    #[serde(default)]
    pub(crate) states: Vec<String>,
    /// Sources of the URL in order; the first one with a URL counts.
    pub(crate) to: Vec<TargetRules>,
    /// By pointer into the payload, a pointer into its subject: the job's record, or the call's
    /// request body overlaid with its answer.
    #[serde(default)]
    pub(crate) copy: BTreeMap<String, String>,
    /// Fixed values of the payload, by pointer; `{name}` inside a string is a path parameter of
    /// the call, and the string `{home}` the key of the record that the job's record belongs to.
    #[serde(default)]
    pub(crate) set: Map<String, Value>,
    /// Pointer in the payload to the record that the call created, or to the record at the end of
    /// its path.
    pub(crate) record: Option<String>,
    pub(crate) items: Option<ItemRules>,
}

/// A list in a payload that has one item per item of the answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemRules {
    /// Pointer to the list in the answer; its properties are copied under the same names.
    pub(crate) from: String,
    /// Pointer to the list in the payload.
    pub(crate) to: String,
    /// By property of an item in the payload, the property of the item in the answer; empty for
    /// the whole item.
    #[serde(default)]
    pub(crate) copy: BTreeMap<String, String>,
    /// Fixed values of every item, by property.
    #[serde(default)]
    pub(crate) set: Map<String, Value>,
}

/// Source of a URL: a property of the request or of records.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TargetRules {
    /// Whether to use the account's URLs (`Sandbox::subscribe_webhooks`).
    pub(crate) subscribed: bool,
    /// Pointer to the URL in the request body.
    pub(crate) request: Option<String>,
    /// Collection of the records with the URL: those in the path of the call, unless `named_by` or
    /// `all` is set.
    pub(crate) of: Option<String>,
    /// Pointer to their key or keys in the webhook's subject.
    pub(crate) named_by: Option<String>,
    /// Whether every stored record of the collection counts, except those listed elsewhere.
    pub(crate) all: bool,
    /// Property with the events that the record subscribes to.
    pub(crate) events: Option<String>,
    /// Record that supplies URL and key instead of this one.
    pub(crate) through: Option<ThroughRules>,
    /// Pointer to the URL in the record.
    pub(crate) url: Option<String>,
    /// Property with the public key whose private half signs.
    pub(crate) key: Option<String>,
}

/// A record that another record refers to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThroughRules {
    pub(crate) field: String,
    pub(crate) of: String,
}

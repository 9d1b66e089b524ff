//! Profile rules for webhooks: the calls and states that trigger them, their URLs, and their
//! signatures.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// Rules for one family of webhooks (`x-sdk-webhooks`).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WebhookRules {
    /// Signing secrets of a family with HMAC signatures: one per header, the primary one first.
    pub(crate) secrets: Vec<String>,
    /// Pointer to the event name in a payload, if the document doesn't contain this pointer.
    pub(crate) event: Option<String>,
    /// Maximum number of attempts to get a 2xx response. Defaults to 3.
    pub(crate) attempts: Option<u32>,
    /// Fixed values of every payload, by pointer.
    pub(crate) facts: Map<String, Value>,
    pub(crate) triggers: Vec<TriggerRules>,
    /// Collection with the webhooks of a record, for a vendor that lists them.
    pub(crate) kept: Option<KeptRules>,
    /// Collection with the attempts of a webhook.
    pub(crate) attempts_kept: Option<KeptRules>,
}

/// A collection below a record, with one record per webhook or per attempt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptRules {
    pub(crate) of: String,
    /// Values by property. Placeholders: `{event}`, `{state}`, `{owner}` (key of the record that
    /// the webhook belongs to), `{webhook}` (key of the webhook's record), `{body}`, `{status}` and
    /// `{answer}` (of the last attempt), `{signature}` (only for an attempt) and `{now}`.
    #[serde(default)]
    pub(crate) says: Map<String, Value>,
    /// Property with the state. `states` maps `pending`, `retrying`, `delivered` and `failed` to
    /// the values of this property.
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
    /// Status that the response to the call must have. By default, it can be any success status.
    pub(crate) status: Option<u16>,
    /// States of the job that the operations start. If set, the webhook is sent when the job
    /// reaches one of these states, not after the call.
    #[serde(default)]
    pub(crate) states: Vec<String>,
    /// Sources of the URL, in order. The first source with a URL is used.
    pub(crate) to: Vec<TargetRules>,
    /// Values that are copied from the webhook's subject to its payload. Maps each pointer into the
    /// payload to a pointer into the subject. The subject is the job's record, or the call's
    /// request body merged with its response.
    #[serde(default)]
    pub(crate) copy: BTreeMap<String, String>,
    /// Fixed values of the payload, by pointer. In a string, `{name}` is a path parameter of the
    /// call. The string `{home}` is the key of the record that the job's record belongs to.
    #[serde(default)]
    pub(crate) set: Map<String, Value>,
    /// Pointer at which the payload contains a record: the record that the call created, or
    /// otherwise the last record in the path of the call.
    pub(crate) record: Option<String>,
    pub(crate) items: Option<ItemRules>,
}

/// A list in a payload, with one item per item of a list in the webhook's subject.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemRules {
    /// Pointer to the list in the subject. The properties of its items are copied under the same
    /// names.
    pub(crate) from: String,
    /// Pointer to the list in the payload.
    pub(crate) to: String,
    /// Properties that have different names in the subject. Maps each property of an item in the
    /// payload to the property of the item in the subject. An empty name means the whole item.
    #[serde(default)]
    pub(crate) copy: BTreeMap<String, String>,
    /// Fixed values of every item, by property.
    #[serde(default)]
    pub(crate) set: Map<String, Value>,
}

/// Source of a URL: the account settings, or a property of the request or of records.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TargetRules {
    /// Whether the URLs in the account settings are used (`Sandbox::subscribe_webhooks`).
    pub(crate) subscribed: bool,
    /// Pointer to the URL in the request body.
    pub(crate) request: Option<String>,
    /// Collection of the records with the URL. These are the records in the path of the call,
    /// unless `named_by` or `all` is set.
    pub(crate) of: Option<String>,
    /// Pointer into the webhook's subject, to the key or the keys of the records.
    pub(crate) named_by: Option<String>,
    /// Whether all stored records of the collection are used, except records whose parent differs
    /// from the parent of the job's record.
    pub(crate) all: bool,
    /// Property with the events that the record subscribes to.
    pub(crate) events: Option<String>,
    /// Other record that supplies the URL and the public key.
    pub(crate) through: Option<ThroughRules>,
    /// Pointer to the URL in the record.
    pub(crate) url: Option<String>,
    /// Property with the public key that verifies the webhook.
    pub(crate) key: Option<String>,
}

/// A record that another record refers to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThroughRules {
    pub(crate) field: String,
    pub(crate) of: String,
}

//! Profile rules for records: corrections of collections, and merging of changes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::rules::filter_rules::FilterRules;

/// Corrections of one inferred collection.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ResourceRules {
    /// Path of one record, if it doesn't start with the collection's path.
    pub(crate) item: Option<String>,
    /// Property that is the last part of a record's path.
    pub(crate) key: Option<String>,
    /// Template for a new key, used if the body has none; with the placeholders `{hex1}`,
    /// `{hex40}`, `{number}` and `{file}`.
    pub(crate) new_key: Option<String>,
    /// Properties that are unique among the records.
    pub(crate) unique: Vec<String>,
    /// Unique properties that are compared case-insensitively.
    pub(crate) unique_ignoring_case: Vec<String>,
    /// Values that the vendor sets on a new record if its request doesn't, by property; `{number}`
    /// is a number that no record has had before, `{uuid}` a UUID.
    pub(crate) new: Map<String, Value>,
    /// Whether a PUT keeps the properties that it leaves out.
    pub(crate) keeps_absent: bool,
    /// Immutable properties.
    pub(crate) fixed: Vec<String>,
    /// Properties that a change must contain if it creates its record.
    pub(crate) required: Vec<String>,
    /// Properties that an answer has only on request: by property, the parameter that asks for it,
    /// with `true` or with a list that contains the property's name.
    pub(crate) asked: BTreeMap<String, String>,
    /// Pointers whose values are copied to other pointers of the record.
    pub(crate) repeats: BTreeMap<String, String>,
    /// Parameters that filter the list of these records, in addition to those of the whole
    /// profile.
    pub(crate) filters: BTreeMap<String, FilterRules>,
    /// Further names of the key in answers.
    pub(crate) key_names: Vec<String>,
    /// Properties that get a new value on a call, by operation id.
    pub(crate) renewed: BTreeMap<String, Vec<String>>,
    /// State of the records, and the calls that each state allows.
    pub(crate) state: Option<StateRules>,
    /// Values that a new record sets on other records.
    pub(crate) sets: Vec<SetsRules>,
    /// Records that must exist for a record to refer to them.
    pub(crate) references: Vec<ReferenceRules>,
    /// Answer names of request properties that are called differently there.
    pub(crate) fields: BTreeMap<String, String>,
    /// Further operations that list these records.
    pub(crate) lists: Vec<String>,
    /// Records that prevent the deletion of a record.
    pub(crate) dependants: Vec<DependantRules>,
    /// Properties that can't change while such records exist.
    pub(crate) held: Vec<String>,
    /// Property that a deletion sets to true instead of removing the record.
    pub(crate) archived: Option<String>,
    /// Public key that verifies the webhooks of the record.
    pub(crate) signing_key: Option<SigningKeyRules>,
    /// Operations that delete all stored records of the collection, by operation id.
    pub(crate) emptied: Vec<String>,
    /// How a call creates several of these records.
    pub(crate) many: Option<ManyRules>,
    /// Operations on the parent record that show a page of these records.
    pub(crate) pages: Vec<String>,
    /// Property of the parent record with the number of these records.
    pub(crate) count: Option<String>,
}

/// A property with a public key (Ed25519, Base64) whose private half signs webhooks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SigningKeyRules {
    pub(crate) property: String,
    /// Property that a record must have in order to have a key.
    pub(crate) with: Option<String>,
}

/// Location of several new records in a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManyRules {
    /// Body field with the list of records, or the name of the multipart parts, each with the file
    /// of one record.
    pub(crate) from: String,
    /// Property that an item sets if it is a string rather than an object.
    pub(crate) text: Option<String>,
    /// Values of the answer by JSON pointer; `{sent}`, `{made}` and `{known}` are the numbers of
    /// all, created and existing records.
    #[serde(default)]
    pub(crate) answer: BTreeMap<String, Value>,
}

/// A property that refers to records of another collection.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReferenceRules {
    /// Request property with the reference: a value, the items of a list, or the keys of an
    /// object.
    pub(crate) field: String,
    /// Collection of the records that it refers to.
    pub(crate) of: String,
    /// Properties that a reference may contain; the key by default.
    #[serde(default)]
    pub(crate) is: Vec<String>,
}

/// A property that determines which calls the vendor accepts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StateRules {
    pub(crate) property: String,
    /// State after a call, by operation id.
    #[serde(default)]
    pub(crate) after: BTreeMap<String, Value>,
    /// Values that an answer takes on in a state, by operation id, state and JSON pointer.
    #[serde(default)]
    pub(crate) says: BTreeMap<String, BTreeMap<String, BTreeMap<String, Value>>>,
    /// By status: the states in which operations that document this status are refused with it.
    #[serde(default)]
    pub(crate) refused: BTreeMap<String, Vec<Value>>,
    /// By operation id and state: the documented error code of the refusal.
    #[serde(default)]
    pub(crate) codes: BTreeMap<String, BTreeMap<String, Value>>,
}

/// A value of another record that a new record sets to its own key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetsRules {
    /// Request property that identifies the value.
    pub(crate) field: String,
    /// Collection of the other record.
    pub(crate) of: String,
    /// Property of `field` with the key of the other record.
    pub(crate) key: String,
    /// Property of the other record that holds its values: lists of entries by name.
    pub(crate) entries: String,
    /// Property of `field` with the name of the list.
    pub(crate) name: String,
    /// Properties of `field` that the entry repeats.
    pub(crate) marks: Vec<String>,
    /// Property of the entry that is set to the key of the new record.
    pub(crate) value: String,
}

/// Records that depend on a record. Generated records depend on none.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DependantRules {
    /// Collection of the dependent records.
    pub(crate) of: String,
    /// Their property that refers to the record.
    pub(crate) field: String,
    /// Properties of the record that the reference may contain.
    pub(crate) is: Vec<String>,
}

/// How a vendor merges lists.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MergeRules {
    /// Properties that hold lists by name. A new entry replaces the one with equal values in the
    /// properties listed here.
    pub(crate) entries: BTreeMap<String, Vec<String>>,
}

//! What a profile says of records: corrections of collections, and how changes are merged.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::rules::filter_rules::FilterRules;

/// Corrections of what was read out of the document about one collection.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ResourceRules {
    /// The path of one record, where it does not begin with that of the collection.
    pub(crate) item: Option<String>,
    /// The property that is the last part of a record's address.
    pub(crate) key: Option<String>,
    /// How a key is made where the body has none; `{hex1}`, `{hex40}`, `{number}` and `{file}` stand for themselves.
    pub(crate) new_key: Option<String>,
    /// Properties that no two records share.
    pub(crate) unique: Vec<String>,
    /// Those of them that count as equal regardless of case.
    pub(crate) unique_ignoring_case: Vec<String>,
    /// What the vendor puts into a new record that its request does not say, by property; `{number}` is a number that no
    /// record had before, `{uuid}` a UUID.
    pub(crate) new: Map<String, Value>,
    /// Whether a PUT keeps the properties that it does not have.
    pub(crate) keeps_absent: bool,
    /// Properties that a change may not alter.
    pub(crate) fixed: Vec<String>,
    /// Properties that a call has to have that makes a record by changing one that does not exist.
    pub(crate) required: Vec<String>,
    /// Properties that an answer has only if a parameter of this name asks for them: with `true`, or with a list that has
    /// the name of the property.
    pub(crate) asked: BTreeMap<String, String>,
    /// Places of a record that repeat another place of it, if they are there, by pointer.
    pub(crate) repeats: BTreeMap<String, String>,
    /// Parameters that narrow the list of these records, in addition to those of the whole profile.
    pub(crate) filters: BTreeMap<String, FilterRules>,
    /// Further names that answers have for the key.
    pub(crate) key_names: Vec<String>,
    /// Properties that get a new value with a call of an operation, by operation id.
    pub(crate) renewed: BTreeMap<String, Vec<String>>,
    /// The state of the records, and what it lets calls do.
    pub(crate) state: Option<StateRules>,
    /// Values of other records that a new one sets.
    pub(crate) sets: Vec<SetsRules>,
    /// Records that have to exist for one of these to name them.
    pub(crate) references: Vec<ReferenceRules>,
    /// Properties of bodies that answers have under another name.
    pub(crate) fields: BTreeMap<String, String>,
    /// Further operations that list these records.
    pub(crate) lists: Vec<String>,
    /// The records that keep one of these from being deleted.
    pub(crate) dependants: Vec<DependantRules>,
    /// Properties that stay as they are while there are such records.
    pub(crate) held: Vec<String>,
    /// The property that a deletion makes true, in place of forgetting the record.
    pub(crate) archived: Option<String>,
    /// The public key that verifies the webhooks of the record.
    pub(crate) signing_key: Option<SigningKeyRules>,
    /// Operations that delete all of these records that were written, by operation id.
    pub(crate) emptied: Vec<String>,
    /// How a call makes several of these records.
    pub(crate) many: Option<ManyRules>,
    /// Operations on the record that these belong to which show a page of these.
    pub(crate) pages: Vec<String>,
    /// The property of the record that these belong to which says how many there are.
    pub(crate) count: Option<String>,
}

/// A property with a public key (Ed25519, Base64) whose private half signs webhooks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SigningKeyRules {
    pub(crate) property: String,
    /// The property that a record needs to have a key.
    pub(crate) with: Option<String>,
}

/// Where several new records stand in a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManyRules {
    /// The field of the body with the list of them, or the name of the parts of which each is the file of one.
    pub(crate) from: String,
    /// The property that an item is which is nothing but a text.
    pub(crate) text: Option<String>,
    /// What the answer says, by JSON pointer; `{sent}`, `{made}` and `{known}` stand for how many there were.
    #[serde(default)]
    pub(crate) answer: BTreeMap<String, Value>,
}

/// A property that names records of another collection.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReferenceRules {
    /// The property, as requests have it; its items where it is a list, its keys where it is an object.
    pub(crate) field: String,
    /// The collection of the records that it names.
    pub(crate) of: String,
    /// The properties that it can name them by; their key if none is given.
    #[serde(default)]
    pub(crate) is: Vec<String>,
}

/// A property of a record that decides which calls the vendor takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StateRules {
    pub(crate) property: String,
    /// The state after a call of an operation, by operation id.
    #[serde(default)]
    pub(crate) after: BTreeMap<String, Value>,
    /// What the answer of an operation says of the state, by operation id, state and JSON pointer.
    #[serde(default)]
    pub(crate) says: BTreeMap<String, BTreeMap<String, BTreeMap<String, Value>>>,
    /// By status: the states in which an operation that documents this status is refused with it.
    #[serde(default)]
    pub(crate) refused: BTreeMap<String, Vec<Value>>,
    /// By operation id and state: the documented error code with which the operation is refused in that state.
    #[serde(default)]
    pub(crate) codes: BTreeMap<String, BTreeMap<String, Value>>,
}

/// A value of another record that a new record sets to its own key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetsRules {
    /// The property of the body that says which value.
    pub(crate) field: String,
    /// The collection of the other record.
    pub(crate) of: String,
    /// The property of `field` with the key of the other record.
    pub(crate) key: String,
    /// The property of the other record that holds its values: lists of entries by name.
    pub(crate) entries: String,
    /// The property of `field` with the name of the list.
    pub(crate) name: String,
    /// The properties of `field` that the entry repeats.
    pub(crate) marks: Vec<String>,
    /// The property of the entry that becomes the key of the new record.
    pub(crate) value: String,
}

/// Which records depend on one. Records that the sandbox made up depend on none.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DependantRules {
    /// The collection of the records that depend.
    pub(crate) of: String,
    /// Their property that names what they depend on.
    pub(crate) field: String,
    /// The properties that it can be named by.
    pub(crate) is: Vec<String>,
}

/// What a vendor does beyond merging objects.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MergeRules {
    /// Properties that hold lists by name, whose entries replace the entry that has the same values here.
    pub(crate) entries: BTreeMap<String, Vec<String>>,
}

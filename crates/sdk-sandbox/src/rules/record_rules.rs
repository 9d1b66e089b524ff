//! Profile rules for records: corrections to collections, and merging of changes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::rules::filter_rules::FilterRules;

/// Corrections to one inferred collection.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ResourceRules {
    /// Path of a record, if it can't be inferred from the path of the collection.
    pub(crate) item: Option<String>,
    /// Property that contains the key of a record. The key is also the value of the last parameter
    /// in the path of the record.
    pub(crate) key: Option<String>,
    /// Template for the key of a new record, if the request body doesn't contain a key.
    /// Placeholders: `{digest}` (40 hexadecimal digits), `{steps}` (the first four of them as path
    /// segments), `{number}` and `{file}` (the name of the uploaded file).
    pub(crate) new_key: Option<String>,
    /// Properties that are unique among the records.
    pub(crate) unique: Vec<String>,
    /// Unique properties that are compared case-insensitively.
    pub(crate) unique_ignoring_case: Vec<String>,
    /// Initial values of properties that the request for a new record doesn't set. `{number}` is a
    /// unique number, and `{uuid}` is a UUID. Values without placeholders also apply to generated
    /// records.
    pub(crate) new: Map<String, Value>,
    /// Whether a PUT keeps the properties that its body omits.
    pub(crate) keeps_absent: bool,
    /// Immutable properties.
    pub(crate) fixed: Vec<String>,
    /// Properties that an update must contain if it creates the record.
    pub(crate) required: Vec<String>,
    /// Properties that a response contains only on request. Maps each property to the parameter
    /// that requests it. The value of the parameter is `true`, or a list that contains the name of
    /// the property.
    pub(crate) asked: BTreeMap<String, String>,
    /// Values that repeat other values of the record. Maps the pointer to each copy to the pointer
    /// to the original value.
    pub(crate) repeats: BTreeMap<String, String>,
    /// Parameters that filter the list of these records, in addition to the filters of the profile.
    pub(crate) filters: BTreeMap<String, FilterRules>,
    /// Other names of the key in responses.
    pub(crate) key_names: Vec<String>,
    /// Properties for which a call generates a new value, by operation id.
    pub(crate) renewed: BTreeMap<String, Vec<String>>,
    /// State of the records, and the calls that each state rejects.
    pub(crate) state: Option<StateRules>,
    /// Values that a new record sets on other records.
    pub(crate) sets: Vec<SetsRules>,
    /// Properties that refer to other records, which must exist.
    pub(crate) references: Vec<ReferenceRules>,
    /// Response names of request properties, if they differ from the names in requests.
    pub(crate) fields: BTreeMap<String, String>,
    /// Additional operations that list these records.
    pub(crate) lists: Vec<String>,
    /// Records that prevent the deletion of a record.
    pub(crate) dependants: Vec<DependantRules>,
    /// Properties that can't change while dependent records exist.
    pub(crate) held: Vec<String>,
    /// Property that a deletion sets to true instead of removing the record.
    pub(crate) archived: Option<String>,
    /// Public key that verifies the record's webhooks.
    pub(crate) signing_key: Option<SigningKeyRules>,
    /// Ids of the operations that delete all stored records in the scope of their path.
    pub(crate) emptied: Vec<String>,
    /// Location of the new records in a call that creates several of them.
    pub(crate) many: Option<ManyRules>,
    /// Operations on the parent record that show a page of these records.
    pub(crate) pages: Vec<String>,
    /// Property of the parent record with the number of these records.
    pub(crate) count: Option<String>,
}

/// A property with a public key (Ed25519, Base64) that verifies webhooks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SigningKeyRules {
    pub(crate) property: String,
    /// Property that a record must have in order to have a key.
    pub(crate) with: Option<String>,
}

/// Location of the new records in a request that creates several records.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManyRules {
    /// Body field with the list of records, or the name of the multipart parts that each contain
    /// the file of one record.
    pub(crate) from: String,
    /// Property of the new record that contains the item, if the item isn't an object (for example,
    /// if it is a string).
    pub(crate) text: Option<String>,
    /// Values of the response, by JSON pointer. `{sent}`, `{made}` and `{known}` are the numbers of
    /// all records in the request, of created records, and of records that already existed.
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
    /// Collection of the records that the property refers to.
    pub(crate) of: String,
    /// Properties whose values are valid references, in addition to the key.
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
    /// Values of a response in a state, by operation id, state and JSON pointer.
    #[serde(default)]
    pub(crate) says: BTreeMap<String, BTreeMap<String, BTreeMap<String, Value>>>,
    /// Maps each status to states. In these states, every operation that documents the status fails
    /// with this status.
    #[serde(default)]
    pub(crate) refused: BTreeMap<String, Vec<Value>>,
    /// Documented error code with which an operation fails in a state, by operation id and state.
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
    /// Property of the other record that maps names to lists of entries.
    pub(crate) entries: String,
    /// Property of `field` with the name of the list.
    pub(crate) name: String,
    /// Properties of `field` that are copied to the entry.
    pub(crate) marks: Vec<String>,
    /// Property of the entry that is set to the key of the new record.
    pub(crate) value: String,
}

/// Records that depend on a record. Only stored records count, so unchanged seed records never
/// depend on other records.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DependantRules {
    /// Collection of the dependent records.
    pub(crate) of: String,
    /// Property of the dependent records that refers to the record.
    pub(crate) field: String,
    /// Properties of the record whose values are valid references.
    pub(crate) is: Vec<String>,
}

/// Rules by which a vendor merges lists.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MergeRules {
    /// Properties whose value is a map from names to lists of entries. The list for each property
    /// contains the keys that identify an entry, for example `values: [locale, scope]`. A new entry
    /// replaces the entry with the same values of the identifying properties.
    pub(crate) entries: BTreeMap<String, Vec<String>>,
}

//! What a webhook is about: a call, and the record of its job.

use serde_json::Value;

use crate::openapi::path_template::PathValues;
use crate::state::store::Place;

/// A call that can send webhooks, now or when its job goes on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Occasion {
    pub(crate) operation_id: String,
    pub(crate) path: PathValues,
    /// The body of the request; null where it is not JSON.
    pub(crate) request: Value,
    /// The answer over the body of the request, or the record of the job.
    pub(crate) subject: Value,
    /// The keys of the records that the record of the job is listed under; empty where nobody knows.
    pub(crate) home: Vec<String>,
    /// The status of the answer.
    pub(crate) status: u16,
    /// The records in the path, and the one that the call made, from the outermost one, by number of their collection.
    pub(crate) records: Vec<(usize, Place)>,
}

impl Occasion {
    /// Fills `{name}` with the path parameter of that name.
    pub(crate) fn fill(&self, text: &str) -> String {
        let path = self.path.iter();
        path.fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }

    /// Fills the texts of a value.
    pub(crate) fn fill_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.fill(text)),
            Value::Array(items) => items.iter().map(|item| self.fill_value(item)).collect(),
            Value::Object(map) => {
                let filled = map
                    .iter()
                    .map(|(name, value)| (name.clone(), self.fill_value(value)));
                Value::Object(filled.collect())
            }
            other => other.clone(),
        }
    }
}

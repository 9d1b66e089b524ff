//! Occasion of a webhook: a call, and the record of its job.

use serde_json::Value;

use crate::openapi::path_template::PathValues;
use crate::state::store::Place;

/// A call that can trigger webhooks, now or when its job advances.
#[derive(Debug, Clone, Default)]
pub(crate) struct Occasion {
    pub(crate) operation_id: String,
    pub(crate) path: PathValues,
    /// Request body as JSON, or null for raw bytes, text, NDJSON, or a missing body.
    pub(crate) request: Value,
    /// Request body merged with the response, or the job's record.
    pub(crate) subject: Value,
    /// Keys of the parent records of the job's record. Empty if unknown.
    pub(crate) home: Vec<String>,
    /// Status of the response.
    pub(crate) status: u16,
    /// Records in the path and the created record, outermost first, each with the index of its
    /// collection.
    pub(crate) records: Vec<(usize, Place)>,
}

impl Occasion {
    /// Replaces each `{name}` with the value of the path parameter `name`.
    pub(crate) fn fill(&self, text: &str) -> String {
        let path = self.path.iter();
        path.fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }

    /// Replaces the placeholders in all strings of a value.
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

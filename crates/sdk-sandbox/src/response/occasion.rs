//! Descriptions of calls that can trigger webhooks.

use serde_json::{Map, Value};

use crate::response::call_context::CallContext;
use crate::state::occasion::Occasion;

/// Describes a call for webhooks. The subject is the request body merged with the response.
/// Properties of the response take precedence.
pub(crate) fn occasion(call: &CallContext<'_>, status: u16, answer: &Value) -> Occasion {
    let request = call.payload.value.clone().unwrap_or(Value::Null);
    let subject = match (&request, answer) {
        (Value::Object(sent), Value::Object(answer)) => {
            let mut both: Map<String, Value> = sent.clone();
            both.extend(answer.clone());
            Value::Object(both)
        }
        (_, answer) => answer.clone(),
    };
    Occasion {
        home: Vec::new(),
        status,
        operation_id: call.operation.id.clone(),
        path: call.path.clone(),
        request,
        subject,
        records: call.lookup.path_records(),
    }
}

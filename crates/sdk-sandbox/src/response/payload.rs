//! A parsed request body.

use serde_json::Value;

use crate::http::refusal::Refusal;
use crate::openapi::operation::RequestMedia;
use crate::openapi::tree::Tree;
use crate::rules::error_kind::ErrorKind;

/// A parsed request body.
#[derive(Debug, Default)]
pub(crate) struct Payload<'o> {
    pub(crate) media: Option<&'o RequestMedia>,
    /// Value to validate, or `None` for a missing body, raw bytes, text and NDJSON.
    pub(crate) value: Option<Value>,
}

impl Payload<'_> {
    /// Rejects a body that violates its schema.
    pub(crate) fn validate(&self, tree: &Tree, kind: ErrorKind) -> Result<(), Refusal> {
        let (Some(media), Some(value)) = (self.media, &self.value) else {
            return Ok(());
        };
        let faults = media
            .check
            .violations(tree, value)
            .map_err(Refusal::internal)?;
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Refusal::of_fields(kind, faults))
        }
    }

    /// Returns whether a field of the body has the given value.
    pub(crate) fn has(&self, field: &str, value: &Value) -> bool {
        self.value.as_ref().and_then(|body| body.get(field)) == Some(value)
    }

    /// Returns a field of the body if it is a string.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.value.as_ref()?.get(field)?.as_str()
    }
}

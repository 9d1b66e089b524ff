//! Recognizes the response that invalidates a refresh token.

use serde_json::Value;

use crate::error::Error;
use crate::table::token_rules::RefreshRefusal;

/// Recognizes the response that a [`RefreshRefusal`] describes.
pub(super) trait Covers {
    /// Returns whether an error was caused by this response.
    fn covers(&self, error: &Error) -> bool;
}

impl Covers for RefreshRefusal {
    fn covers(&self, error: &Error) -> bool {
        let has_status = error
            .status()
            .is_some_and(|status| self.statuses.contains(&status.as_u16()));
        has_status && has_code(self, error) && !has_other_message(self, error)
    }
}

fn has_code(refusal: &RefreshRefusal, error: &Error) -> bool {
    if refusal.codes.is_empty() {
        return true;
    }
    let named = [error.code(), error.error_type()];
    let is_named = named
        .iter()
        .flatten()
        .any(|code| refusal.codes.contains(code));
    // The vendor's error format may lack the member that RFC 6749 defines.
    is_named || rfc_6749_code(error).is_some_and(|code| refusal.codes.contains(&code.as_str()))
}

fn has_other_message(refusal: &RefreshRefusal, error: &Error) -> bool {
    let message = error.message();
    let mut others = refusal.other_messages.iter();
    others.any(|other| message.contains(other))
}

/// Returns the member `error` of the response, if it is a string.
fn rfc_6749_code(error: &Error) -> Option<String> {
    match error.vendor::<Value>()?.get_mut("error")?.take() {
        Value::String(code) => Some(code),
        _ => None,
    }
}

//! Adds the computed code challenge to the exchange of an authorization code.

use sdk_runtime::{Call, GivenCredentials};

use crate::app;

/// Sets the body of the call unless the caller has set one.
pub(crate) fn complete(given: &GivenCredentials, call: &mut Call) {
    let fields = (
        given.get("client_id"),
        given.get("secret"),
        given.get("code"),
    );
    if let (Some(client_id), Some(secret), Some(code)) = fields
        && !call.has_body()
    {
        call.json_body(&app::token_request(client_id.expose(), &secret, code));
    }
}

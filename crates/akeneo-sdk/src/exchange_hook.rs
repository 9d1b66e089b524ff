//! Builds the request body for the exchange of an authorization code, with the computed code
//! challenge.

use sdk_runtime::{Call, GivenCredentials};

use crate::app;

/// Sets the body of the call, if the credentials contain an authorization code and the call has no
/// body yet.
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

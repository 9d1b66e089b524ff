//! Chooses what identifies the caller in one attempt.

use http::HeaderName;

use crate::call_path::logical_call::LogicalCall;
use crate::call_path::prepare::Prepared;
use crate::call_path::token_provider::{CurrentToken, TokenProvider};
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::request::credential::Credential;
use crate::table::operation::Scheme;

/// Chooses among the operation's alternatives: what was given for the call, then a key, then an access token.
pub(crate) async fn look_up(
    call: LogicalCall<'_>,
    provider: &impl TokenProvider,
) -> Result<Credential, Error> {
    let LogicalCall {
        context, request, ..
    } = call;
    if request.schemes.is_empty()
        || request.basic.is_some()
        || request.carries_authorization(context)
    {
        return without_token(call);
    }
    let key = provider.api_key();
    for scheme in request.schemes {
        if let (Scheme::ApiKey { header }, Some(key)) = (scheme, key) {
            let name = HeaderName::from_bytes(header.as_bytes());
            return name
                .map_err(|_| "the vendor's document names a header that cannot be sent")
                .and_then(|name| Credential::header(name, key.expose(), key.clone()))
                .map_err(|why| Error::request(request.operation, why));
        }
    }
    if request.schemes.contains(&Scheme::Bearer) {
        let current = provider
            .current()
            .map_err(|error| error.with_operation(request.operation))?;
        let token = match current {
            CurrentToken::Ready(token) => return Ok(Credential::Token(token)),
            CurrentToken::Pending(token) => token.await,
        };
        return token
            .map(Credential::Token)
            .map_err(|error| error.needed_by(request.operation.id));
    }
    Err(missing(request))
}

/// The credential of a call that takes no access token.
pub(crate) fn without_token(call: LogicalCall<'_>) -> Result<Credential, Error> {
    let LogicalCall {
        context, request, ..
    } = call;
    match &request.basic {
        Some((user, password)) => {
            Credential::basic(user, password).map_err(|why| Error::request(request.operation, why))
        }
        None if request.schemes.is_empty() || request.carries_authorization(context) => {
            Ok(Credential::None)
        }
        None => Err(missing(request)),
    }
}

fn missing(request: &Prepared) -> Error {
    let wanted: Vec<String> = request
        .schemes
        .iter()
        .map(|scheme| match scheme {
            Scheme::Bearer => "an access token".to_owned(),
            Scheme::Basic => "a user name and a password (.basic_auth(…))".to_owned(),
            Scheme::ApiKey { header } => format!("a key for {header}"),
        })
        .collect();
    let text = format!(
        "the client's credentials do not fit: the operation wants {}",
        wanted.join(" or ")
    );
    Error::new(ErrorKind::Credentials, text).with_operation(request.operation)
}

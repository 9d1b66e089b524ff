//! Selects the credential of one attempt.

use std::sync::Arc;

use crate::call_path::logical_call::LogicalCall;
use crate::call_path::prepare::Prepared;
use crate::call_path::token_provider::{CurrentToken, TokenProvider};
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::request::credential::{Credential, FixedCredential, Presented};
use crate::table::operation::Scheme;

/// Selects the credential among the operation's alternatives.
///
/// The order of preference is:
///
/// 1. A credential that was set on the call, in a header, or in the URL.
/// 2. A credential that doesn't need an access token.
/// 3. A credential that needs an access token.
pub(crate) async fn look_up(
    call: LogicalCall<'_>,
    provider: &impl TokenProvider,
) -> Result<Credential, Error> {
    let LogicalCall {
        context, request, ..
    } = call;
    if request.schemes.is_empty()
        || request.basic.is_some()
        || request.has_caller_credential(context)
    {
        return without_token(call);
    }
    let refuse = |why| Error::request(request.operation, why);
    let mut with_token: Option<&Scheme> = None;
    for scheme in request.schemes {
        match need(scheme, provider) {
            Need::Nothing => {
                let fixed = fixed(scheme, provider).map_err(refuse)?;
                return Ok(Credential::Fixed(Arc::new(fixed)));
            }
            Need::Token => with_token = with_token.or(Some(scheme)),
            Need::Other => {}
        }
    }
    // If no credential is suitable, selects an alternative that requires a token, because the
    // provider's error describes how to obtain one.
    let asks_for_token = |scheme: &&Scheme| scheme.parts().contains(&Scheme::Bearer);
    let with_token = with_token.or_else(|| request.schemes.iter().find(asks_for_token));
    let Some(scheme) = with_token else {
        return Err(missing(request));
    };
    let beside = match scheme {
        Scheme::All(_) => Some(Arc::new(fixed(scheme, provider).map_err(refuse)?)),
        _ => None,
    };
    let current = provider
        .current()
        .map_err(|error| error.with_operation(request.operation))?;
    if need(scheme, provider) == Need::Other {
        return Err(missing(request));
    }
    let token = match current {
        CurrentToken::Ready(token) => return Ok(Credential::Token(token, beside)),
        CurrentToken::Pending(token) => token.await,
    };
    token
        .map(|token| Credential::Token(token, beside))
        .map_err(|error| error.needed_by(request.operation.id))
}

/// Credential that is missing for an alternative.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Nothing is missing.
    Nothing,
    /// Only an access token is missing.
    Token,
    /// The client lacks a credential and can't obtain it.
    Other,
}

fn need(scheme: &Scheme, provider: &impl TokenProvider) -> Need {
    let mut need = Need::Nothing;
    for part in scheme.parts() {
        match provider.presents(part) {
            Some(Presented::Token) => need = Need::Token,
            Some(_) => {}
            None => return Need::Other,
        }
    }
    need
}

/// Returns the keys and passwords of an alternative.
fn fixed(scheme: &Scheme, provider: &impl TokenProvider) -> Result<FixedCredential, &'static str> {
    let mut fixed = FixedCredential::default();
    for part in scheme.parts() {
        if let Some(what) = provider.presents(part) {
            fixed.add(part, what)?;
        }
    }
    Ok(fixed)
}

/// Returns the credential of a call that doesn't use an access token.
pub(crate) fn without_token(call: LogicalCall<'_>) -> Result<Credential, Error> {
    let LogicalCall {
        context, request, ..
    } = call;
    match &request.basic {
        Some((user, password)) => {
            Credential::basic(user, password).map_err(|why| Error::request(request.operation, why))
        }
        None if request.schemes.is_empty() || request.has_caller_credential(context) => {
            Ok(Credential::None)
        }
        None => Err(missing(request)),
    }
}

fn missing(request: &Prepared) -> Error {
    let wanted: Vec<String> = request.schemes.iter().map(describe_scheme).collect();
    let text = format!(
        "the client's credentials do not match: the operation needs {}",
        wanted.join(" or ")
    );
    Error::new(ErrorKind::Credentials, text).with_operation(request.operation)
}

fn describe_scheme(scheme: &Scheme) -> String {
    match scheme {
        Scheme::Bearer => "an access token".to_owned(),
        Scheme::Basic => "a user name and a password (.basic_auth(…))".to_owned(),
        Scheme::ApiKey { header } => format!("a key for {header}"),
        Scheme::QueryKey { parameter } => format!("a key for the query parameter {parameter}"),
        Scheme::All(parts) => parts
            .iter()
            .map(describe_scheme)
            .collect::<Vec<_>>()
            .join(" with "),
    }
}

//! Checks whether a request contains the credentials that the operation's security requires.

use crate::http::refusal::Refusal;
use crate::http::request::Request;
use crate::openapi::security::{KeyPlace, RequiredScheme, Requirement, Scheme};
use crate::rules::credentials::Credentials;
use crate::rules::error_kind::ErrorKind;
use crate::state::tokens::Tokens;

/// Rejects a request that satisfies none of the alternatives. Accepts every request if there are no
/// alternatives.
pub(crate) fn authorize(
    alternatives: &[Requirement],
    request: &Request,
    credentials: &Credentials,
    tokens: &Tokens,
) -> Result<(), Refusal> {
    let mut refusal: Option<Refusal> = None;
    for requirement in alternatives {
        let held = requirement
            .iter()
            .try_for_each(|demand| check_scheme(demand, request, credentials, tokens));
        match held {
            Ok(()) => return Ok(()),
            // An error about an invalid credential is more helpful than an error about a missing
            // one.
            Err(found)
                if refusal
                    .as_ref()
                    .is_none_or(|known| known.kind == ErrorKind::Unauthorized) =>
            {
                refusal = Some(found);
            }
            Err(_) => {}
        }
    }
    refusal.map_or(Ok(()), Err)
}

fn check_scheme(
    demand: &RequiredScheme,
    request: &Request,
    credentials: &Credentials,
    tokens: &Tokens,
) -> Result<(), Refusal> {
    match &demand.scheme {
        Scheme::Basic => check_client(request.basic(), credentials),
        Scheme::ApiKey {
            place,
            name,
            around,
        } => {
            let given = match place {
                KeyPlace::Header => request.header(name),
                KeyPlace::Query => query_value(request, name),
            };
            let given = given
                .ok_or_else(|| Refusal::new(ErrorKind::Unauthorized, "the API key is missing"))?;
            let is_key = |(before, after): &(String, String)| {
                let key = given.strip_prefix(before.as_str());
                let key = key.and_then(|key| key.strip_suffix(after.as_str()));
                key.is_some() && key == credentials.api_key.as_deref()
            };
            match around.iter().any(is_key) {
                true => Ok(()),
                false => Err(Refusal::new(
                    ErrorKind::InvalidApiKey,
                    "the API key is invalid",
                )),
            }
        }
        Scheme::Bearer => {
            let Some(token) = request.bearer() else {
                return Err(Refusal::new(
                    ErrorKind::Unauthorized,
                    "the access token is missing",
                ));
            };
            let granted = tokens.check(token)?;
            match demand.scopes.iter().find(|scope| !granted.contains(scope)) {
                Some(scope) => Err(Refusal::new(
                    ErrorKind::InsufficientScope,
                    format!("the scope {scope} is missing"),
                )),
                None => Ok(()),
            }
        }
        Scheme::Unknown => Err(Refusal::internal(
            "the sandbox does not support the security scheme",
        )),
    }
}

/// Returns the first value of a query parameter.
pub(crate) fn query_value<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let mut pairs = request.query.iter();
    let found = pairs.find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

/// Rejects missing or invalid client credentials.
pub(crate) fn check_client(
    given: Option<(String, String)>,
    credentials: &Credentials,
) -> Result<(), Refusal> {
    match given {
        None => Err(Refusal::new(
            ErrorKind::InvalidClient,
            "the client credentials are missing",
        )),
        Some((id, secret))
            if id == credentials.client_id && secret == credentials.client_secret =>
        {
            Ok(())
        }
        Some(_) => Err(Refusal::new(
            ErrorKind::InvalidClient,
            "the client credentials are invalid",
        )),
    }
}

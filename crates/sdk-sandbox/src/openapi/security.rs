//! Whether a request carries what the operation's security asks for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::http::refusal::{Kind, Refusal};
use crate::http::request::Request;
use crate::openapi::document::Document;
use crate::rules::credentials::Credentials;
use crate::state::tokens::Tokens;

/// Schemes that have to hold together.
pub(crate) type Requirement = Vec<Demand>;

/// One scheme, and the scopes that it asks for.
#[derive(Debug)]
pub(crate) struct Demand {
    scheme: Scheme,
    scopes: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Scheme {
    Basic,
    Bearer,
    ApiKey { header: String },
    Unknown,
}

/// Reads a `security` list.
pub(crate) fn requirements(document: &Document, security: Option<&Value>) -> Vec<Requirement> {
    let demand = |(name, scopes): (&String, &Value)| {
        let scopes = scopes
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        Demand {
            scheme: scheme(document.security_scheme(name)),
            scopes: scopes.map(str::to_owned).collect(),
        }
    };
    let alternatives = security.and_then(Value::as_array).into_iter().flatten();
    alternatives
        .map(|map| map.as_object().into_iter().flatten().map(demand).collect())
        .collect()
}

fn scheme(node: Option<&Value>) -> Scheme {
    let text = |key: &str| {
        node.and_then(|n| n.get(key))
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    match (
        text("type"),
        text("scheme").to_ascii_lowercase().as_str(),
        text("in"),
    ) {
        ("http", "basic", _) => Scheme::Basic,
        ("http", "bearer", _) | ("oauth2" | "openIdConnect", ..) => Scheme::Bearer,
        ("apiKey", _, "header") => Scheme::ApiKey {
            header: text("name").to_owned(),
        },
        _ => Scheme::Unknown,
    }
}

/// Refuses a request that fulfils none of the alternatives.
pub(crate) fn check(
    alternatives: &[Requirement],
    request: &Request,
    credentials: &Credentials,
    tokens: &Tokens,
) -> Result<(), Refusal> {
    let mut refusal: Option<Refusal> = None;
    for requirement in alternatives {
        let held = requirement
            .iter()
            .try_for_each(|demand| demand.check(request, credentials, tokens));
        match held {
            Ok(()) => return Ok(()),
            // A credential that is wrong tells more than one that is missing.
            Err(found)
                if refusal
                    .as_ref()
                    .is_none_or(|known| known.kind == Kind::Unauthorized) =>
            {
                refusal = Some(found);
            }
            Err(_) => {}
        }
    }
    refusal.map_or(Ok(()), Err)
}

impl Demand {
    fn check(
        &self,
        request: &Request,
        credentials: &Credentials,
        tokens: &Tokens,
    ) -> Result<(), Refusal> {
        match &self.scheme {
            Scheme::Basic => check_client(basic(request), credentials),
            Scheme::ApiKey { header } => match request.header(header) {
                None => Err(Refusal::new(Kind::Unauthorized, "no API key")),
                Some(key) if Some(key) == credentials.api_key.as_deref() => Ok(()),
                Some(_) => Err(Refusal::new(Kind::InvalidApiKey, "the API key is wrong")),
            },
            Scheme::Bearer => {
                let Some(token) = bearer(request) else {
                    return Err(Refusal::new(Kind::Unauthorized, "no access token"));
                };
                let granted = tokens.check(token)?;
                match self.scopes.iter().find(|scope| !granted.contains(scope)) {
                    Some(scope) => Err(Refusal::new(
                        Kind::InsufficientScope,
                        format!("the scope {scope} is missing"),
                    )),
                    None => Ok(()),
                }
            }
            Scheme::Unknown => Err(Refusal::internal(
                "a security scheme that the sandbox does not know",
            )),
        }
    }
}

/// Refuses a client that is missing or not the known one.
pub(crate) fn check_client(
    given: Option<(String, String)>,
    credentials: &Credentials,
) -> Result<(), Refusal> {
    match given {
        None => Err(Refusal::new(Kind::InvalidClient, "no client credentials")),
        Some((id, secret))
            if id == credentials.client_id && secret == credentials.client_secret =>
        {
            Ok(())
        }
        Some(_) => Err(Refusal::new(
            Kind::InvalidClient,
            "the client credentials are wrong",
        )),
    }
}

/// The token of `Authorization: Bearer`.
pub(crate) fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.header("authorization")?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// The user and password of `Authorization: Basic`.
pub(crate) fn basic(request: &Request) -> Option<(String, String)> {
    let (scheme, text) = request.header("authorization")?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = STANDARD.decode(text.trim()).ok()?;
    let (id, secret) = std::str::from_utf8(&bytes)
        .ok()?
        .split_once(':')
        .map(|(i, s)| (i.to_owned(), s.to_owned()))?;
    Some((id, secret))
}

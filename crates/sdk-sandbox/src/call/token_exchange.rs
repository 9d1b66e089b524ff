//! The token exchange: credentials in, token out, by the rules of the profile.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::call::parse_body::Payload;
use crate::http::refusal::{Kind, Refusal};
use crate::http::request::Request;
use crate::json::template::{Values, fill};
use crate::openapi::document::Document;
use crate::openapi::security::{basic, check_client};
use crate::rules::credentials::Credentials;
use crate::rules::profile::{
    ClientPlace, ExchangeRules, GrantRules, OnceRules, ProofRules, ScopeRules,
};
use crate::state::tokens::Tokens;

/// Answers a token operation with the body of its answer.
pub(crate) fn exchange(
    document: &Document,
    rules: &ExchangeRules,
    request: &Request,
    payload: &Payload<'_>,
    credentials: &Credentials,
    tokens: &Tokens,
) -> Result<Value, Refusal> {
    if matches!(rules.client, ClientPlace::Basic) {
        check_client(basic(request), credentials)?;
    }
    let grant = grant(rules, payload)?;
    payload.validate(document, Kind::InvalidRequest)?;
    let sample = &rules.sample;
    let is_sample =
        !sample.is_empty() && sample.iter().all(|(name, value)| payload.has(name, value));
    if !is_sample {
        check_body_client(&rules.client, payload, credentials)?;
    }
    check_user(grant, payload, credentials)?;
    if let Some(OnceRules { field, begins }) = &grant.once {
        let given = payload.text(field).ok_or_else(|| lacks(field))?;
        if !is_sample && !given.starts_with(begins) || !tokens.use_once(given) {
            let detail = format!("the {field} is wrong or used");
            return Err(Refusal::new(Kind::InvalidGrant, detail));
        }
    }
    let asked = scopes(rules.scope.as_ref(), payload)?;
    let scopes = match &grant.refresh_token {
        None => asked,
        Some(field) => {
            let text = payload.text(field).ok_or_else(|| lacks(field))?;
            tokens.redeem(text).ok_or_else(|| {
                Refusal::new(Kind::InvalidGrant, "the refresh token is wrong or used")
            })?
        }
    };
    let grant = tokens.issue(scopes, grant.gives_refresh_token, rules.endless);
    let mut values = Values::from([
        ("access_token", json!(grant.access_token)),
        ("expires_in", json!(grant.expires_in)),
        ("scope", json!(grant.scopes.join(" "))),
    ]);
    values.extend(
        grant
            .refresh_token
            .map(|token| ("refresh_token", json!(token))),
    );
    fill(&rules.answer, &values).ok_or_else(|| Refusal::internal("the profile has no token answer"))
}

fn grant<'r>(rules: &'r ExchangeRules, payload: &Payload<'_>) -> Result<&'r GrantRules, Refusal> {
    let field = &rules.grant_field;
    let name = payload
        .text(field)
        .or(rules.default_grant.as_deref())
        .ok_or_else(|| lacks(field))?;
    rules.grants.get(name).ok_or_else(|| {
        Refusal::new(
            Kind::UnsupportedGrant,
            format!("the grant {name} is not supported"),
        )
    })
}

/// Refuses a client whose credentials stand in the body and are not the known ones.
fn check_body_client(
    place: &ClientPlace,
    payload: &Payload<'_>,
    credentials: &Credentials,
) -> Result<(), Refusal> {
    let ClientPlace::Body { id, secret, proof } = place else {
        return Ok(());
    };
    let field = |name: &str| payload.text(name).ok_or_else(|| lacks(name));
    let mut given = match secret {
        Some(secret) => field(secret)?,
        None => &credentials.client_secret,
    };
    if let Some(ProofRules { salt, hash }) = proof {
        let digest = Sha256::new()
            .chain_update(field(salt)?)
            .chain_update(&credentials.client_secret)
            .finalize();
        if format!("{digest:x}") != field(hash)? {
            given = "";
        }
    }
    check_client(Some((field(id)?.to_owned(), given.to_owned())), credentials)
}

fn check_user(
    grant: &GrantRules,
    payload: &Payload<'_>,
    credentials: &Credentials,
) -> Result<(), Refusal> {
    for (field, known) in [
        (&grant.username, &credentials.username),
        (&grant.password, &credentials.password),
    ] {
        let Some(field) = field else { continue };
        let given = payload.text(field).ok_or_else(|| lacks(field))?;
        if Some(given) != known.as_deref() {
            return Err(Refusal::new(
                Kind::InvalidGrant,
                "the user or the password is wrong",
            ));
        }
    }
    Ok(())
}

fn scopes(rules: Option<&ScopeRules>, payload: &Payload<'_>) -> Result<Vec<String>, Refusal> {
    let Some(rules) = rules else {
        return Ok(Vec::new());
    };
    let Some(text) = payload.text(&rules.field) else {
        return Ok(rules.default.clone());
    };
    let asked: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    match asked.iter().find(|scope| !rules.known.contains(scope)) {
        Some(scope) => Err(Refusal::new(
            Kind::InvalidScope,
            format!("the scope {scope} is unknown"),
        )),
        None if asked.is_empty() => Ok(rules.default.clone()),
        None => Ok(asked),
    }
}

fn lacks(field: &str) -> Refusal {
    Refusal::new(Kind::InvalidRequest, format!("{field} is required"))
}

//! Token exchange: checks credentials and issues tokens according to the profile.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::call::authorize::{check_client, query_value};
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::json::template::{Values, fill, fill_text};
use crate::openapi::document::Document;
use crate::openapi::operation::Operation;
use crate::response::payload::Payload;
use crate::rules::credentials::Credentials;
use crate::rules::error_kind::ErrorKind;
use crate::rules::token_rules::{
    CarriedPlace, CarriedRules, ClientPlace, ExchangeRules, GrantRules, OnceRules, ProofRules,
    ScopeRules,
};
use crate::state::tokens::Tokens;
use crate::state::vendor::Vendor;

/// Handles a call to a token operation.
pub(super) fn exchange_token(
    vendor: &Vendor,
    operation: &Operation,
    rules: &ExchangeRules,
    request: &Request,
    payload: Result<Payload<'_>, Refusal>,
) -> Result<Reply, Refusal> {
    // If the body is missing, the exchange below reports the missing client or grant instead.
    let payload = match payload {
        Err(refusal) if refusal.kind == ErrorKind::MissingBody => Payload::default(),
        payload => payload?,
    };
    if let (Some(state), Some(account)) = (vendor.account_state(), &vendor.profile.account) {
        let values = Values::from([
            ("account_status", json!(state)),
            ("status", json!(account.status)),
        ]);
        let body = fill(&account.body, &values).unwrap_or_default();
        return Ok(Reply::json(account.status, &body));
    }
    let (credentials, tokens) = (&vendor.credentials, &vendor.tokens);
    let body = exchange(
        &vendor.document,
        rules,
        request,
        &payload,
        credentials,
        tokens,
    )?;
    Ok(Reply::json(operation.success().0, &body))
}

/// Checks the credentials, issues a token, and builds the response body.
fn exchange(
    document: &Document,
    rules: &ExchangeRules,
    request: &Request,
    payload: &Payload<'_>,
    credentials: &Credentials,
    tokens: &Tokens,
) -> Result<Value, Refusal> {
    if matches!(rules.client, ClientPlace::Basic) {
        check_client(request.basic(), credentials)?;
    }
    check_carried(&rules.carried, request, credentials)?;
    let grant = grant(rules, payload)?;
    payload.validate(document, ErrorKind::InvalidRequest)?;
    let sample = &rules.sample;
    let is_sample =
        !sample.is_empty() && sample.iter().all(|(name, value)| payload.has(name, value));
    if !is_sample {
        check_body_client(&rules.client, payload, credentials)?;
    }
    check_user(grant, payload, credentials)?;
    if let Some(OnceRules { field, begins }) = &grant.once {
        let given = payload
            .text(field)
            .ok_or_else(|| missing_field_error(field))?;
        if !is_sample && !given.starts_with(begins) || !tokens.use_once(given) {
            let detail = format!("the {field} is invalid or was already used");
            return Err(Refusal::new(ErrorKind::InvalidGrant, detail));
        }
    }
    let asked = scopes(rules.scope.as_ref(), payload)?;
    let scopes = match &grant.refresh_token {
        None => asked,
        Some(field) => {
            let text = payload
                .text(field)
                .ok_or_else(|| missing_field_error(field))?;
            tokens.redeem(text).ok_or_else(|| {
                Refusal::new(
                    ErrorKind::InvalidGrant,
                    "the refresh token is invalid or was already used",
                )
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
    fill(&rules.answer, &values)
        .ok_or_else(|| Refusal::internal("the profile has no token response"))
}

fn grant<'r>(rules: &'r ExchangeRules, payload: &Payload<'_>) -> Result<&'r GrantRules, Refusal> {
    let field = &rules.grant_field;
    let name = payload
        .text(field)
        .or(rules.default_grant.as_deref())
        .ok_or_else(|| missing_field_error(field))?;
    rules.grants.get(name).ok_or_else(|| {
        Refusal::new(
            ErrorKind::UnsupportedGrant,
            format!("the grant {name} is not supported"),
        )
    })
}

/// Rejects a request in which a required header or query parameter is missing or has a wrong value.
fn check_carried(
    carried: &[CarriedRules],
    request: &Request,
    credentials: &Credentials,
) -> Result<(), Refusal> {
    let values = credentials.values();
    for CarriedRules { place, name, text } in carried {
        let given = match place {
            CarriedPlace::Headers => request.header(name),
            CarriedPlace::Query => query_value(request, name),
        };
        let given = given.ok_or_else(|| missing_field_error(name))?;
        if given != fill_text(text, &values) {
            let detail = "the client credentials are invalid";
            return Err(Refusal::new(ErrorKind::InvalidClient, detail));
        }
    }
    Ok(())
}

/// Rejects missing or invalid client credentials in the body, if the exchange expects them there.
fn check_body_client(
    place: &ClientPlace,
    payload: &Payload<'_>,
    credentials: &Credentials,
) -> Result<(), Refusal> {
    let ClientPlace::Body { id, secret, proof } = place else {
        return Ok(());
    };
    let field = |name: &str| payload.text(name).ok_or_else(|| missing_field_error(name));
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
        let given = payload
            .text(field)
            .ok_or_else(|| missing_field_error(field))?;
        if Some(given) != known.as_deref() {
            return Err(Refusal::new(
                ErrorKind::InvalidGrant,
                "the user name or the password is invalid",
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
            ErrorKind::InvalidScope,
            format!("the scope {scope} is unknown"),
        )),
        None if asked.is_empty() => Ok(rules.default.clone()),
        None => Ok(asked),
    }
}

fn missing_field_error(field: &str) -> Refusal {
    Refusal::new(ErrorKind::InvalidRequest, format!("{field} is required"))
}

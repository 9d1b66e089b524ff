//! Triggers the documented errors of every operation.

use sdk_runtime::{Error, Operation, SdkClient};

use serde_json::Value;

use crate::case::{Case, first_cases};
use crate::connect::{connect, sandbox_of};
use crate::fitting::{Token, fitting};
use crate::report::Report;
use sdk_sandbox::Fault;

/// Triggers each documented error of every operation, and the error for a rejected token.
///
/// `decodes` returns whether an error's body decodes as the vendor's own error type. The test of a
/// status fails if the call succeeds, if the error has another status or another operation, if the
/// predicate for the status is false, if the error lacks the message from the body, or if the
/// body doesn't decode.
///
/// # Errors
///
/// Returns an error if the sandbox or the client can't be created, or if the sandbox doesn't have
/// an operation of the client.
pub async fn provoke_errors<C: SdkClient>(
    cases: Vec<Case<C>>,
    decodes: fn(&Error) -> bool,
) -> Result<Report, Box<dyn std::error::Error>> {
    let mut report = Report::new("error ", true);
    let vendor = C::VENDOR.name;
    for (operation, case) in first_cases(cases) {
        let sandbox = sandbox_of::<C>().await?;
        let client = connect::<C>(&sandbox, operation, None)?;
        for status in statuses(operation) {
            sandbox.fault(vendor, Fault::status(status).on(operation.id).always())?;
            let outcome = (case.run)(&client).await;
            sandbox.clear_faults(vendor)?;
            let wrong = match &outcome {
                Ok(_) => Some("the call succeeded".to_owned()),
                Err(error) => complaint(operation, status, error, decodes, C::VENDOR.error.message),
            };
            let seen = outcome.err().and_then(|error| error.status());
            let line = report.line(operation, wrong.is_none(), seen);
            report
                .failed
                .extend(wrong.map(|wrong| format!("{line}, expected status {status}: {wrong}")));
        }
        if fitting::<C>(&sandbox, operation)?.token != Token::None {
            sandbox.reject_tokens(vendor, true)?;
            let outcome = (case.run)(&client).await;
            let refused = matches!(&outcome, Err(error) if error.is_auth());
            let seen = outcome.err().and_then(|error| error.status());
            let line = report.line(operation, refused, seen);
            report.failed.extend(
                (!refused).then(|| {
                    format!("{line}: the error for a rejected token is not an auth error")
                }),
            );
        }
    }
    Ok(report)
}

/// Returns the error statuses that an operation documents, or 500 if it documents none.
fn statuses(operation: &Operation) -> Vec<u16> {
    let mut statuses: Vec<u16> = Vec::new();
    for answer in operation.answers {
        match answer.status {
            "default" => statuses.extend([400, 500]),
            "4XX" => statuses.push(400),
            "5XX" => statuses.push(500),
            status => statuses.extend(status.parse::<u16>().ok().filter(|status| *status >= 400)),
        }
    }
    if statuses.is_empty() {
        statuses.push(500);
    }
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn has_body(error: &Error) -> bool {
    error.body().is_some_and(|body| !body.is_empty())
}

/// Returns whether the OpenAPI document describes the body of an error.
fn has_documented_body(operation: &Operation, status: u16) -> bool {
    let class = format!("{}XX", status / 100);
    let answers = || operation.answers.iter();
    let of = |name: &str| answers().find(|answer| answer.status == name);
    let answer = of(&status.to_string())
        .or_else(|| of(&class))
        .or_else(|| of("default"));
    answer.is_some_and(|answer| !answer.media.is_empty())
}

/// Returns whether the body of an error contains a message.
///
/// An OpenAPI document may describe errors without a body or a message.
fn has_message(error: &Error, pointers: &[&str]) -> bool {
    let body = serde_json::from_slice::<Value>(error.body().unwrap_or_default());
    body.is_ok_and(|body| {
        let mut texts = pointers
            .iter()
            .filter_map(|pointer| body.pointer(pointer)?.as_str());
        texts.any(|text| !text.trim().is_empty())
    })
}

/// Describes the problem, if any, with an error.
fn complaint(
    operation: &Operation,
    status: u16,
    error: &Error,
    decodes: fn(&Error) -> bool,
    messages: &[&str],
) -> Option<String> {
    let answers = match status {
        401 => error.is_auth(),
        403 => error.is_auth() && error.is_permission(),
        404 | 410 => error.is_not_found(),
        408 => error.is_timeout(),
        409 | 412 => error.is_conflict(),
        400 | 422 => error.is_validation() || (operation.token && error.is_auth()),
        429 => error.is_rate_limited(),
        500..=599 => error.is_server(),
        _ => true,
    };
    if error.status().map(|status| status.as_u16()) != Some(status) || error.is_decode() {
        Some(format!("unexpected error: {error}"))
    } else if !answers {
        Some(format!("the predicate for this status is false: {error}"))
    } else if error.operation() != Some(operation.id) {
        Some(format!("wrong operation: {:?}", error.operation()))
    } else if error.message().is_empty() && has_message(error, messages) {
        Some("the error message is empty".to_owned())
    } else if (has_documented_body(operation, status) || has_body(error)) && !decodes(error) {
        let body = String::from_utf8_lossy(error.body().unwrap_or_default()).into_owned();
        Some(format!(
            "the body does not decode as the vendor's error type: {body}"
        ))
    } else {
        None
    }
}

//! Calls every operation through the typed methods of the client.

use sdk_runtime::{ClientBuilder, RetryPolicy, SdkClient};
use sdk_sandbox::Sandbox;

use crate::case::Case;
use crate::client_config::ClientConfigOf;
use crate::connect::{Given, connect, other_server, sandbox_of};
use crate::report::Report;

/// Makes the calls in order, and prints one line per call.
///
/// Starts a sandbox for each call. If `EVERY_OPERATION_BASE_URL` is set, the calls go to the server
/// at this URL instead, with the bearer token in `EVERY_OPERATION_TOKEN`.
///
/// # Errors
///
/// Returns an error if the sandbox or the client can't be created.
pub async fn call_typed<C: SdkClient>(
    cases: Vec<Case<C>>,
) -> Result<Report, Box<dyn std::error::Error>> {
    let other = other_server();
    let mut report = Report::new("", other.is_none());
    for case in cases {
        let Some(operation) = C::VENDOR.operation(case.operation) else {
            report
                .failed
                .push(format!("{} is not in the table", case.operation));
            continue;
        };
        // Each case has its own sandbox, so that no call needs a record that another call deleted.
        let sandbox = sandbox_of::<C>().await?;
        let client = connect::<C>(&sandbox, operation, other.as_deref())?;
        let outcome = (case.run)(&client).await;
        report.note(operation, case.media, outcome);
    }
    Ok(report)
}

/// Calls every operation of an OpenAPI document that the sandbox doesn't embed.
///
/// Works like [`call_typed`], but always calls a sandbox, and skips token operations, because they
/// need a client with its own credentials.
///
/// # Errors
///
/// Returns an error if the sandbox or the client can't be created.
pub async fn call_typed_in<C: SdkClient>(
    document: &str,
    cases: Vec<Case<C>>,
) -> Result<Report, Box<dyn std::error::Error>> {
    let vendor = C::VENDOR.name;
    let mut report = Report::new("", true);
    for case in cases {
        let Some(operation) = C::VENDOR.operation(case.operation) else {
            report
                .failed
                .push(format!("{} is not in the table", case.operation));
            continue;
        };
        if operation.token {
            continue;
        }
        let sandbox = Sandbox::builder()
            .document(vendor, document, "")
            .start()
            .await?;
        let client = ClientBuilder::<C>::from_config(sandbox.client_config(vendor)?)?
            .retry(RetryPolicy::never())
            .without_limits()
            .base_url(sandbox.base_url(vendor)?)
            .token_source(Given(sandbox.issue_token(vendor)?))
            .build()?;
        let outcome = (case.run)(&client).await;
        report.note(operation, case.media, outcome);
    }
    Ok(report)
}

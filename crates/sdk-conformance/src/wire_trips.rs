//! Sends every parameter and every body to the sandbox and checks the received requests.
//!
//! The requests are parsed by code that is independent of the client, and must contain the values
//! of the call.

mod given;
mod received;

use sdk_runtime::{ClientBuilder, RetryPolicy, SdkClient, VendorClient};
use sdk_sandbox::Sandbox;
use serde_json::Value;

use crate::client_config::ClientConfigOf;
use crate::connect::Given;
use crate::round_trips::Document;

/// Results for the requests of all operations.
#[derive(Debug, Default)]
pub struct WireTripReport {
    /// Number of requests sent.
    pub requests: usize,
    /// Number of parameters in all requests. A parameter counts once per request.
    pub parameters: usize,
    /// Number of bodies in all requests.
    pub bodies: usize,
    /// Values that were changed or did not arrive.
    pub failed: Vec<String>,
}

impl WireTripReport {
    /// Fails unless all values arrived unchanged.
    ///
    /// # Errors
    ///
    /// Returns the first 20 changed or missing values, one per line.
    pub fn verdict(&self) -> Result<(), String> {
        if self.failed.is_empty() {
            return Ok(());
        }
        let shown: Vec<_> = self.failed.iter().take(20).cloned().collect();
        Err(format!(
            "{} failed:\n{}",
            self.failed.len(),
            shown.join("\n")
        ))
    }
}

/// Sends samples of all parameters and bodies of every operation, except token operations.
///
/// Tests every media type of the bodies, and prints a summary.
///
/// # Errors
///
/// Returns an error if the OpenAPI document isn't JSON, or if the sandbox or the client can't be
/// created.
pub async fn wire_trips<C: SdkClient + VendorClient>(
    document: &str,
) -> Result<WireTripReport, Box<dyn std::error::Error>> {
    let vendor = C::VENDOR.name;
    let read = Document::read(document)?;
    // The sandbox may have a profile for an embedded vendor. It simulates other vendors from the
    // OpenAPI document alone.
    let sandbox = match Sandbox::builder().vendor(vendor).start().await {
        Ok(sandbox) => sandbox,
        Err(_) => {
            let builder = Sandbox::builder().document(vendor, document, "");
            builder.start().await?
        }
    };
    let client = ClientBuilder::<C>::from_config(sandbox.client_config(vendor)?)?
        .retry(RetryPolicy::never())
        .without_limits()
        .base_url(sandbox.base_url(vendor)?)
        .token_source(Given(sandbox.issue_token(vendor)?))
        .build()?;
    let mut report = WireTripReport::default();
    // Token operations are skipped, because they need a client with its own credentials.
    for operation in C::VENDOR.operations.iter().filter(|known| !known.token) {
        for arguments in given::arguments(&read, operation) {
            let before = sandbox.requests_of(vendor)?.len();
            // The sandbox may reject the call, but only the request matters here.
            let outcome = client
                .call(operation.id, Value::Object(arguments.clone()))
                .await;
            let requests = sandbox.requests_of(vendor)?;
            report.requests += 1;
            let Some(request) = requests.get(before) else {
                let why = outcome
                    .err()
                    .map(|error| error.to_string())
                    .unwrap_or_default();
                report.failed.push(format!(
                    "{} was not sent: {why}: {}",
                    operation.id,
                    Value::Object(arguments)
                ));
                continue;
            };
            let found =
                received::compare(operation, &sandbox.base_url(vendor)?, &arguments, request);
            report.parameters += found.parameters;
            report.bodies += found.bodies;
            report.failed.extend(
                found
                    .failed
                    .into_iter()
                    .map(|what| format!("{}: {what}", operation.id)),
            );
        }
    }
    println!(
        "{} requests, {} parameters, {} bodies, {} failed",
        report.requests,
        report.parameters,
        report.bodies,
        report.failed.len()
    );
    Ok(report)
}

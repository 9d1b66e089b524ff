//! Starts the sandbox, requests a token and makes a call for each vendor, and prints the requests
//! and responses.
//!
//! Run it with `cargo run --example quickstart`. With `-- --damage metquay`, the sandbox rejects
//! this vendor's tokens, so that you can see a failure.

use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sdk_sandbox::Sandbox;
use vendor_sdks::operation_table::Repeat;
use vendor_sdks::serde_json::json;
use vendor_sdks::{CallAnswer, ClientConfig, Method, Operation, Vendor, VendorClient};

/// The lifetime of the sandbox's tokens: long enough for the first call, and short enough to see a
/// renewal.
pub(crate) const LIFETIME: Duration = Duration::from_secs(2);
/// The number of concurrent calls after the token has expired.
const CALLERS: usize = 8;
/// The maximum number of characters to print from each response.
const MAX_PRINTED_CHARS: usize = 96;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let damaged = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => None,
        ["--damage", vendor] => Some(vendor),
        _ => {
            eprintln!("usage: quickstart [--damage VENDOR]");
            return ExitCode::FAILURE;
        }
    };
    match run(damaged).await {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Starts a sandbox and calls all vendors. Returns the report, or the first error.
pub(crate) async fn run(damaged: Option<&str>) -> Result<String, String> {
    let mut builder = Sandbox::builder().token_lifetime(LIFETIME);
    if let Some(vendor) = damaged {
        let vendor: Vendor = vendor.parse().map_err(|error| format!("{error}"))?;
        builder = builder.reject_tokens(vendor.name());
    }
    let sandbox = builder.start().await.map_err(|error| error.to_string())?;
    visit_all(&sandbox).await
}

/// Calls all vendors of a sandbox whose tokens have the lifetime [`LIFETIME`].
pub(crate) async fn visit_all(sandbox: &Sandbox) -> Result<String, String> {
    let mut visits = Vec::new();
    for vendor in Vendor::ALL {
        let visit = Visit::begin(sandbox, *vendor).await;
        visits.push(visit.map_err(|error| format!("{vendor}: {error}"))?);
    }
    // The newest token was issued just now, and the other tokens expire before it.
    let expiry = Instant::now() + LIFETIME + Duration::from_millis(100);
    tokio::time::sleep_until(expiry.into()).await;
    let mut report = String::new();
    for visit in visits {
        let vendor = visit.vendor;
        let part = visit.end(sandbox).await;
        report.push_str(&part.map_err(|error| format!("{vendor}: {error}"))?);
    }
    Ok(report)
}

/// One vendor, after its first call.
struct Visit {
    vendor: Vendor,
    client: Arc<dyn VendorClient>,
    operation: Option<&'static Operation>,
    answer: Option<CallAnswer>,
}

impl Visit {
    /// Connects with the sandbox's credentials, requests a token if the vendor issues tokens, and
    /// makes a call if a list requires no arguments.
    async fn begin(sandbox: &Sandbox, vendor: Vendor) -> Result<Self, Box<dyn std::error::Error>> {
        let config = ClientConfig::new()
            .without_environment()
            .variables(sandbox.environment(vendor.name())?);
        let client = vendor_sdks::connect(vendor, config)?;
        if has_tokens(&*client) {
            client.access_token().await?;
        }
        let operation = list_without_arguments(client.operations());
        let answer = match operation {
            Some(operation) => Some(client.call(operation.id, json!({})).await?),
            None => None,
        };
        Ok(Self {
            vendor,
            client,
            operation,
            answer,
        })
    }

    /// Reports the requests that the vendor's sandbox has received so far, and then makes
    /// concurrent calls after the token has expired.
    async fn end(self, sandbox: &Sandbox) -> Result<String, String> {
        let name = self.vendor.name();
        let mut report = format!(
            "{} ({}, {} operations)\n",
            self.vendor,
            self.vendor.crate_name(),
            self.client.operations().len()
        );
        for request in sandbox
            .requests_of(name)
            .map_err(|error| error.to_string())?
        {
            let (method, path) = (&request.method, &request.path);
            let _ = writeln!(report, "  sent      {method} {path} -> {}", request.status);
        }
        let (Some(operation), Some(answer)) = (self.operation, &self.answer) else {
            report.push_str("  no call   every list of this vendor requires arguments\n");
            return Ok(report);
        };
        let body = answer
            .body
            .json()
            .map_or_else(String::new, |json| json.text().into_owned());
        let _ = writeln!(report, "  received  {}", shortened(&body));

        let exchanges = || sandbox.exchanges(name).map_err(|error| error.to_string());
        let before = exchanges()?;
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let client = Arc::clone(&self.client);
                tokio::spawn(async move { client.call(operation.id, json!({})).await })
            })
            .collect();
        for caller in callers {
            let answer = caller.await.map_err(|error| error.to_string())?;
            answer.map_err(|error| error.to_string())?;
        }
        let exchanges = exchanges()? - before;
        let _ = match has_tokens(&*self.client) {
            true => writeln!(
                report,
                "  then      {CALLERS} concurrent calls after the token expired: {exchanges} token exchange"
            ),
            false => writeln!(
                report,
                "  then      {CALLERS} concurrent calls without tokens: each call contains the credentials"
            ),
        };
        Ok(report)
    }
}

/// Returns whether the vendor issues access tokens. Calls to other vendors contain the credentials.
pub(crate) fn has_tokens(client: &dyn VendorClient) -> bool {
    client.operations().iter().any(|operation| operation.token)
}

/// Returns a list operation that every account can call: a safe GET whose parameters are all
/// optional. Prefers paginated lists.
pub(crate) fn list_without_arguments(
    operations: &[&'static Operation],
) -> Option<&'static Operation> {
    let candidates = operations.iter().copied().filter(|operation| {
        operation.method == Method::Get
            && operation.repeat == Repeat::Safe
            && operation.id.starts_with("list_")
            && !(operation.token || operation.internal || operation.deprecated)
            && operation
                .parameters
                .iter()
                .all(|parameter| !parameter.required)
    });
    candidates.min_by_key(|operation| operation.paging.is_none())
}

/// Returns the beginning of a string, on one line.
fn shortened(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_PRINTED_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

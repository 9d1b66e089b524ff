//! Tests for a vendor crate's example that makes a first call.

use std::future::Future;

use sdk_runtime::{ClientConfig, Error, SdkClient};

use crate::client_config::ClientConfigOf;
use crate::connect::sandbox_of;

/// Words in the names of variables that contain secrets.
const SECRET: [&str; 4] = ["SECRET", "KEY", "TOKEN", "PASSWORD"];

/// Runs the example and checks its requests and its output.
///
/// The requests must succeed, and the output must be non-empty and contain no credentials. The
/// example must send a request unless its output starts with `ready to call`.
///
/// # Errors
///
/// Returns an error if the sandbox can't start, the example fails, or its output or requests are
/// not as expected.
pub async fn make_first_call<C, F, R>(run: F) -> Result<(), Box<dyn std::error::Error>>
where
    C: SdkClient,
    F: FnOnce(ClientConfig) -> R,
    R: Future<Output = Result<String, Error>>,
{
    let vendor = C::VENDOR.name;
    let sandbox = sandbox_of::<C>().await?;
    let printed = run(sandbox.client_config(vendor)?).await?;
    if printed.is_empty() {
        return Err("the example prints nothing".into());
    }
    for (name, value) in sandbox.environment(vendor)? {
        let is_secret = SECRET.iter().any(|word| name.contains(word));
        if is_secret && printed.contains(&value) {
            return Err(format!("the example prints the value of {name}").into());
        }
    }
    let requests = sandbox.requests_of(vendor)?;
    if let Some(refused) = requests.iter().find(|request| request.status >= 400) {
        return Err(format!("a request of the example failed: {refused:?}").into());
    }
    // If the API doesn't have a suitable read operation, the example just creates a client.
    match requests.is_empty() && !printed.starts_with("ready to call ") {
        true => Err("the example sends no request".into()),
        false => Ok(()),
    }
}

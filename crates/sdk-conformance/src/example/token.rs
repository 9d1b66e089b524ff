//! Tests for a vendor crate's example of the token call.

use std::future::Future;

use sdk_runtime::{ClientConfig, Error, SdkClient};

use crate::client_config::ClientConfigOf;
use crate::connect::sandbox_of;

/// A secret that every vendor rejects.
const WRONG_SECRET: &str = "a-wrong-one";

/// Runs the example and checks that it requests a token and redacts secrets in the response.
///
/// # Errors
///
/// Returns an error if the sandbox can't start, the example fails, or its output or requests are
/// not as expected.
pub async fn print_no_secret<C, F, R>(run: F) -> Result<(), Box<dyn std::error::Error>>
where
    C: SdkClient,
    F: FnOnce(ClientConfig) -> R,
    R: Future<Output = Result<String, Error>>,
{
    let vendor = C::VENDOR.name;
    let sandbox = sandbox_of::<C>().await?;
    let printed = run(sandbox.client_config(vendor)?).await?;
    expect(
        printed.contains("TokenResponse") && printed.contains("[redacted]"),
        || format!("the example does not print a redacted response: {printed}"),
    )?;
    for (name, value) in secrets(sandbox.environment(vendor)?) {
        expect(!printed.contains(&value), || {
            format!("the example prints the value of {name}")
        })?;
    }
    expect(sandbox.exchanges(vendor)? >= 1, || {
        "the example does not request a token".to_owned()
    })
}

/// Runs the example with a wrong secret and checks the error.
///
/// The example must return an auth error with the vendor's message and without the secret, after a
/// single request.
///
/// # Errors
///
/// Returns an error if the sandbox can't start, or the example doesn't end as expected.
pub async fn report_wrong_credentials<C, F, R>(run: F) -> Result<(), Box<dyn std::error::Error>>
where
    C: SdkClient,
    F: FnOnce(ClientConfig) -> R,
    R: Future<Output = Result<String, Error>>,
{
    let vendor = C::VENDOR.name;
    let sandbox = sandbox_of::<C>().await?;
    let names: Vec<String> = secrets(sandbox.environment(vendor)?)
        .map(|(name, _)| name)
        .collect();
    expect(!names.is_empty(), || {
        "no environment variable contains a secret".to_owned()
    })?;
    let config = names
        .into_iter()
        .fold(sandbox.client_config(vendor)?, |config, name| {
            config.variable(name, WRONG_SECRET)
        });
    let Err(error) = run(config).await else {
        return Err("the example succeeds with a wrong secret".into());
    };
    expect(error.is_auth() && !error.message().is_empty(), || {
        format!("not an auth error with the vendor's message: {error:?}")
    })?;
    expect(!format!("{error} {error:?}").contains(WRONG_SECRET), || {
        "the error contains the secret".to_owned()
    })?;
    let sent = sandbox.requests_of(vendor)?.len();
    expect(sent == 1, || {
        format!("the example sends {sent} requests with wrong credentials")
    })
}

fn secrets(environment: Vec<(String, String)>) -> impl Iterator<Item = (String, String)> {
    environment
        .into_iter()
        .filter(|(name, _)| name.contains("SECRET"))
}

fn expect(
    holds: bool,
    complaint: impl FnOnce() -> String,
) -> Result<(), Box<dyn std::error::Error>> {
    if holds {
        Ok(())
    } else {
        Err(complaint().into())
    }
}

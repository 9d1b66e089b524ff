//! Calls every operation by its id, with JSON arguments.

use sdk_runtime::{CallBody, Error, SdkClient, StatusCode, VendorClient};
use serde_json::Value;

use crate::connect::{connect, other_server, sandbox_of};
use crate::report::Report;

/// Calls every operation by its id, with every media type of its request body.
///
/// The sample arguments come from the OpenAPI document.
///
/// # Errors
///
/// Returns an error if the sandbox or the client can't be created.
pub async fn call_by_table<C: SdkClient + VendorClient>()
-> Result<Report, Box<dyn std::error::Error>> {
    let other = other_server();
    let mut report = Report::new("table ", other.is_none());
    for operation in C::VENDOR.operations {
        let media = operation.body.map_or(&[][..], |body| body.media);
        let names: Vec<Option<&str>> = match media {
            [] => vec![None],
            media => media.iter().map(|media| Some(media.name)).collect(),
        };
        for media in names {
            let sandbox = sandbox_of::<C>().await?;
            let client = connect::<C>(&sandbox, operation, other.as_deref())?;
            let vendor = C::VENDOR.name;
            let given = match sandbox.sample_arguments_in(vendor, operation.id, media) {
                Ok(given) => given,
                Err(error) => {
                    report.failed.push(format!("{}: {error}", operation.id));
                    continue;
                }
            };
            let mut outcome = call(&client, operation.id, given).await;
            // If the client can't build the body of a token operation from its credentials, the
            // operation needs a sample body.
            if operation.token
                && outcome.as_ref().is_err_and(Error::is_request)
                && let Ok(given) = sandbox.sample_exchange(vendor, operation.id, media)
            {
                outcome = call(&client, operation.id, given).await;
            }
            report.note(operation, media.unwrap_or_default(), outcome);
        }
    }
    Ok(report)
}

/// Makes the call and reads its response to the end.
async fn call(
    client: &dyn VendorClient,
    operation: &str,
    arguments: Value,
) -> Result<StatusCode, Error> {
    let answer = client.call(operation, arguments).await?;
    if let CallBody::Bytes(download) = answer.body {
        download.bytes().await?;
    }
    Ok(answer.status)
}

//! Changes the responses of every operation, as vendors sometimes do without notice.

use sdk_runtime::{Error, SdkClient, StatusCode};

use crate::case::{Case, first_cases};
use crate::connect::{connect, sandbox_of};
use crate::report::Report;
use sdk_sandbox::Fault;

/// Number of calls per change. The seed of each call selects the field.
const CALLS_PER_CHANGE: u64 = 6;

/// Name of a change, its fault, and whether the changed response must decode.
type Change = (&'static str, fn() -> Fault, bool);

/// Calls every operation with changed responses.
///
/// Each change removes a field, adds one, sets one to null, or sets one to an unknown enum value or
/// to a value of the wrong type. A changed response must decode, or cause a decode error with a
/// JSON path. A response with a new field or an unknown enum value must always decode.
///
/// # Errors
///
/// Returns an error if the sandbox or the client can't be created, or if the sandbox doesn't have
/// an operation of the client.
pub async fn change_answers<C: SdkClient>(
    cases: Vec<Case<C>>,
) -> Result<Report, Box<dyn std::error::Error>> {
    let changes: [Change; 5] = [
        ("missing", Fault::missing_field, false),
        ("null", Fault::null_field, false),
        ("wrong type", Fault::wrong_type, false),
        ("added", Fault::extra_field, true),
        ("unknown value", Fault::unknown_enum, true),
    ];
    let mut report = Report::new("drift ", true);
    let vendor = C::VENDOR.name;
    for (operation, case) in first_cases(cases) {
        let sandbox = sandbox_of::<C>().await?;
        let client = connect::<C>(&sandbox, operation, None)?;
        let plain = (case.run)(&client).await;
        let mut wrong = Vec::new();
        for (name, fault, has_to_decode) in changes {
            for seed in 0..CALLS_PER_CHANGE {
                sandbox.reset(vendor)?;
                sandbox.fault(vendor, fault().on(operation.id).seed(seed))?;
                let outcome = (case.run)(&client).await;
                if let Some(complaint) = complaint(&outcome, has_to_decode) {
                    wrong.push(format!("{} {name}, seed {seed}: {complaint}", operation.id));
                }
            }
        }
        report.line(operation, wrong.is_empty(), plain.ok());
        report.failed.append(&mut wrong);
    }
    Ok(report)
}

/// Describes the problem, if any, with the result of a call whose response was changed.
fn complaint(outcome: &Result<StatusCode, Error>, has_to_decode: bool) -> Option<String> {
    match outcome {
        Ok(_) => None,
        Err(error) if has_to_decode => Some(format!("the response does not decode: {error}")),
        Err(error) if !error.is_decode() => Some(format!("not a decode error: {error}")),
        Err(error) if error.json_path().is_none() => {
            Some(format!("the error doesn't contain a JSON path: {error}"))
        }
        Err(_) => None,
    }
}

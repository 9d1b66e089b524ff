//! Tests every failure mode on every kind of operation, and prints the results as a table.

use std::fmt;
use std::time::Duration;

use sdk_runtime::{
    ClientBuilder, ClientConfig, Error, Operation, RetryPolicy, SdkClient, StatusCode,
};

use super::expected::{Expected, FailureMode, SHORT_TIMEOUT};
use super::kind::{Kind, RetryProperties};
use crate::case::{Case, first_cases};
use crate::connect::sandbox_of;
use crate::fitting::{OperationConfig, Token, fitting};

/// Time limit for one test, which fills one cell of the table. A test that takes longer is reported
/// as hanging.
const CELL_TIMEOUT: Duration = Duration::from_secs(20);

/// Results, with one row per failure mode and one column per kind of operation.
#[derive(Debug, Default)]
pub struct Matrix {
    vendor: &'static str,
    columns: Vec<(&'static str, &'static str)>,
    rows: Vec<(&'static str, Vec<String>)>,
    /// Cells with an unexpected result, and kinds of operations that can't be tested.
    pub failed: Vec<String>,
}

impl Matrix {
    /// Fails unless every cell has the expected result and every kind of operation can be tested.
    ///
    /// # Errors
    ///
    /// Returns the cells with an unexpected result and the kinds that can't be tested, one per
    /// line.
    pub fn verdict(&self) -> Result<(), String> {
        if self.failed.is_empty() {
            return Ok(());
        }
        Err(format!(
            "{} failed:\n{}",
            self.failed.len(),
            self.failed.join("\n")
        ))
    }
}

/// Tests every failure mode on one operation of each kind that the vendor has.
///
/// A cell shows the result of a call and the number of its requests, or `hangs` if the call did not
/// end in time. `ok 2` means that the call was retried and succeeded, and `timeout? 1` that it
/// timed out and may have been applied. The sandbox counts how many times each call was applied, so
/// lost and duplicate writes are found.
///
/// # Errors
///
/// Returns an error if the sandbox or the client can't be created, or if a client gets no access
/// token.
pub async fn fault_matrix<C: SdkClient>(
    cases: Vec<Case<C>>,
) -> Result<Matrix, Box<dyn std::error::Error>> {
    let mut columns: Vec<(RetryProperties, &'static Operation, Case<C>)> = Vec::new();
    let mut wanted = Vec::new();
    for (operation, case) in first_cases(cases) {
        if let Some(kind) = Kind::of(operation)
            && columns.iter().all(|(known, ..)| known.kind != kind)
        {
            wanted.push(kind);
            let sandbox = sandbox_of::<C>().await?;
            let token = fitting::<C>(&sandbox, operation)?.token;
            let nature = RetryProperties::of(operation, kind, C::VENDOR.limits, token);
            if is_counted(operation, nature, &case).await? {
                columns.push((nature, operation, case));
            }
        }
    }
    wanted.retain(|kind| columns.iter().all(|(known, ..)| known.kind != *kind));
    wanted.dedup();
    columns.sort_by_key(|(nature, ..)| Kind::ALL.iter().position(|known| *known == nature.kind));
    let mut matrix = Matrix {
        vendor: C::VENDOR.display_name,
        columns: columns
            .iter()
            .map(|(nature, operation, _)| (nature.kind.name(), operation.id))
            .collect(),
        failed: wanted
            .iter()
            .map(|kind| format!("no operation of the kind `{}` can be tested", kind.name()))
            .collect(),
        ..Matrix::default()
    };
    for (name, trouble) in FailureMode::ALL
        .into_iter()
        .chain([FailureMode::CROSS_ORIGIN_REDIRECT])
    {
        let mut cells = Vec::new();
        for (nature, operation, case) in &columns {
            let end = tokio::time::timeout(CELL_TIMEOUT, end(operation, case, Some(trouble))).await;
            let (cell, wrong) = match end {
                Ok(end) => {
                    let end = end?;
                    (end.to_string(), end.complaint(trouble, *nature))
                }
                Err(_) => (
                    "hangs".to_owned(),
                    Some("the call did not end in time".to_owned()),
                ),
            };
            if let Some(wrong) = wrong {
                let (vendor, id) = (C::VENDOR.name, operation.id);
                matrix
                    .failed
                    .push(format!("{vendor} {id}, {name}: {cell}: {wrong}"));
            }
            cells.push(cell);
        }
        matrix.rows.push((name, cells));
    }
    println!("{matrix}");
    Ok(matrix)
}

/// Returns whether a call without a fault succeeds, and the sandbox counts exactly one write if
/// the call is a write, and none otherwise.
async fn is_counted<C: SdkClient>(
    operation: &Operation,
    nature: RetryProperties,
    case: &Case<C>,
) -> Result<bool, Box<dyn std::error::Error>> {
    let end = end(operation, case, None).await?;
    let writes = usize::from(nature.writes);
    Ok(end.outcome.is_ok() && end.writes == writes)
}

/// Result of a call, and what the sandbox recorded about it.
struct CallResult {
    outcome: Result<StatusCode, Error>,
    requests: usize,
    writes: usize,
    /// Whether a credential reached another origin.
    leaked: bool,
    took: Duration,
}

/// Makes the call with or without a fault.
async fn end<C: SdkClient>(
    operation: &Operation,
    case: &Case<C>,
    trouble: Option<FailureMode>,
) -> Result<CallResult, Box<dyn std::error::Error>> {
    let vendor = C::VENDOR.name;
    let sandbox = sandbox_of::<C>().await?;
    let OperationConfig { config, token } = fitting::<C>(&sandbox, operation)?;
    let client = connect::<C>(config, trouble)?;
    // The fault must affect only the call itself, not the token exchange before it.
    if token == Token::Obtained {
        client.core().access_token().await?;
    }
    if let Some(trouble) = trouble {
        sandbox.fault(vendor, trouble.fault().on(operation.id))?;
    }
    let started = tokio::time::Instant::now();
    let outcome = (case.run)(&client).await;
    let took = started.elapsed();
    let requests = sandbox.requests();
    let is_call = |id: Option<&str>| id == Some(operation.id);
    Ok(CallResult {
        outcome,
        requests: requests
            .iter()
            .filter(|request| request.vendor == vendor && is_call(request.operation_id.as_deref()))
            .count(),
        writes: sandbox
            .writes()
            .iter()
            .filter(|effect| effect.operation_id == operation.id)
            .count(),
        leaked: requests.iter().any(|request| {
            request.vendor == "elsewhere" && request.header("authorization").is_some()
        }),
        took,
    })
}

/// Creates a client that retries almost without delay.
fn connect<C: SdkClient>(
    config: ClientConfig,
    trouble: Option<FailureMode>,
) -> Result<C, Box<dyn std::error::Error>> {
    let moment = Duration::from_millis(1);
    let builder = ClientBuilder::<C>::from_config(config)?
        .retry(RetryPolicy::new().with_backoff(moment, moment * 2))
        .without_limits();
    let builder = match trouble.is_some_and(FailureMode::hangs) {
        true => builder
            .attempt_timeout(SHORT_TIMEOUT)
            .idle_timeout(SHORT_TIMEOUT),
        false => builder,
    };
    Ok(builder.build()?)
}

impl CallResult {
    /// Describes the difference from the expected result, if any.
    fn complaint(&self, trouble: FailureMode, nature: RetryProperties) -> Option<String> {
        let Expected {
            error,
            or_decode,
            maybe,
            requests,
            writes,
        } = trouble.expected(nature);
        let told = |wanted: &str| match &self.outcome {
            Ok(_) => format!("expected {wanted}, but the call succeeded"),
            Err(error) => format!("expected {wanted}, got: {error}"),
        };
        match (&self.outcome, error) {
            (Ok(_), None) => {}
            (Err(error), None) if or_decode && error.is_decode() => {}
            (Err(error), Some((_, is))) if is(error) => {
                if error.is_maybe_applied() != maybe {
                    return Some(told(if maybe {
                        "`is_maybe_applied`"
                    } else {
                        "not `is_maybe_applied`"
                    }));
                }
            }
            (_, Some((name, _))) => return Some(told(name)),
            (_, None) => return Some(told("success")),
        }
        if self.requests != requests {
            return Some(format!(
                "expected {requests} requests, got {}",
                self.requests
            ));
        }
        if !writes.contains(&self.writes) {
            return Some(format!("expected {writes:?} writes, got {}", self.writes));
        }
        if self.leaked {
            return Some("a credential was sent to another origin".to_owned());
        }
        (self.took > CELL_TIMEOUT / 2).then(|| format!("the call took {:?}", self.took))
    }
}

impl fmt::Display for CallResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match &self.outcome {
            Ok(_) => "ok",
            Err(error) if error.is_permission() => "permission",
            Err(error) if error.is_auth() => "auth",
            Err(error) if error.is_validation() => "validation",
            Err(error) if error.is_not_found() => "not found",
            Err(error) if error.is_conflict() => "conflict",
            Err(error) if error.is_rate_limited() => "rate limited",
            Err(error) if error.is_timeout() => "timeout",
            Err(error) if error.is_server() => "server",
            Err(error) if error.is_transport() => "transport",
            Err(error) if error.is_decode() => "decode",
            Err(error) if error.status().is_some_and(|status| status.is_redirection()) => {
                "redirect"
            }
            Err(_) => "error",
        };
        let doubt = match &self.outcome {
            Err(error) if error.is_maybe_applied() => "?",
            _ => "",
        };
        write!(f, "{word}{doubt} {}", self.requests)
    }
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.vendor)?;
        for (kind, operation) in &self.columns {
            writeln!(f, "  {kind}: {operation}")?;
        }
        write!(f, "{:22}", "")?;
        for (kind, _) in &self.columns {
            write!(f, "{kind:15}")?;
        }
        for (name, cells) in &self.rows {
            write!(f, "\n{name:22}")?;
            for cell in cells {
                write!(f, "{cell:15}")?;
            }
        }
        writeln!(f)
    }
}

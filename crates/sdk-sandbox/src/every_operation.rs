//! The proofs that every vendor crate runs over all of its operations.

mod by_table;
mod drift;
mod errors;
mod expected;
mod kind;
mod matrix;

use std::fmt;

use sdk_runtime::{
    AccessToken, BoxFuture, ClientBuilder, Error, Exchange, Operation, RetryPolicy, SdkClient,
    StatusCode, TokenSource,
};

pub use by_table::walk_by_table;
pub use drift::walk_drift;
pub use errors::walk_errors;
pub use matrix::{Matrix, fault_matrix};

use crate::Sandbox;

/// One call of an operation in one of its media types.
pub struct Case<C> {
    operation: &'static str,
    media: &'static str,
    run: Run<C>,
}

type Run<C> = for<'c> fn(&'c C) -> BoxFuture<'c, Result<StatusCode, Error>>;

impl<C> Case<C> {
    /// Takes the operation's id, the media type of the body if it has one, and the call.
    pub fn new(operation: &'static str, media: &'static str, run: Run<C>) -> Self {
        Self {
            operation,
            media,
            run,
        }
    }
}

impl<C> fmt::Debug for Case<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case({} {})", self.operation, self.media)
    }
}

/// What came of a walk.
#[derive(Debug, Default)]
pub struct Walk {
    /// A line a call: `ok|failed <operation_id> <METHOD> <path> <status>`, after the name of the walk where it is not the first one.
    pub lines: Vec<String>,
    /// The calls that failed, each with its error.
    pub failed: Vec<String>,
    /// The calls that got no answer at all.
    pub unanswered: Vec<String>,
    /// Whether the server is the sandbox, and not another one.
    pub own: bool,
    /// What stands before each line.
    way: &'static str,
}

/// Calls every operation, in the order of the document, and prints a line each.
///
/// It starts the sandbox, unless `EVERY_OPERATION_BASE_URL` names another server; the bearer token for that one comes from
/// `EVERY_OPERATION_TOKEN`.
///
/// # Errors
///
/// When the sandbox or the client cannot be made.
pub async fn walk<C: SdkClient>(cases: Vec<Case<C>>) -> Result<Walk, Box<dyn std::error::Error>> {
    let other = other_server();
    let mut walk = Walk::new("", other.is_none());
    for case in cases {
        let Some(operation) = C::VENDOR.operation(case.operation) else {
            walk.failed
                .push(format!("{} is not in the table", case.operation));
            continue;
        };
        // A sandbox of its own, so that no call finds what another one deleted.
        let sandbox = sandbox_of::<C>().await?;
        let client = connect::<C>(&sandbox, other.as_deref())?;
        let outcome = (case.run)(&client).await;
        walk.note(operation, case.media, outcome);
    }
    Ok(walk)
}

impl Walk {
    fn new(way: &'static str, own: bool) -> Self {
        Self {
            way,
            own,
            ..Self::default()
        }
    }

    /// Notes how a call went, and prints its line.
    fn note(&mut self, operation: &Operation, media: &str, outcome: Result<StatusCode, Error>) {
        let status = match &outcome {
            Ok(status) => Some(*status),
            Err(error) => error.status(),
        };
        let line = self.line(operation, outcome.is_ok(), status);
        if let Err(error) = outcome {
            let told = format!("{line} ({media}): {error}");
            if error.status().is_none() {
                self.unanswered.push(told.clone());
            }
            self.failed.push(told);
        }
    }

    /// Prints and keeps a line.
    fn line(&mut self, operation: &Operation, ok: bool, status: Option<StatusCode>) -> String {
        let word = if ok { "ok" } else { "failed" };
        let status = status.map_or_else(|| "-".to_owned(), |status| status.as_str().to_owned());
        let (id, method, path) = (operation.id, operation.method, operation.path);
        let line = format!("{}{word} {id} {method} {path} {status}", self.way);
        println!("{line}");
        self.lines.push(line.clone());
        line
    }
}

/// The URL of a server that is not the sandbox.
fn other_server() -> Option<String> {
    std::env::var("EVERY_OPERATION_BASE_URL").ok()
}

async fn sandbox_of<C: SdkClient>() -> Result<Sandbox, crate::Error> {
    Sandbox::builder().vendor(C::VENDOR.name).start().await
}

/// The first case of every operation, with what the table says of it.
fn first_cases<C: SdkClient>(cases: Vec<Case<C>>) -> Vec<(&'static Operation, Case<C>)> {
    let mut first: Vec<(&'static Operation, Case<C>)> = Vec::new();
    for case in cases {
        if first.iter().any(|(known, _)| known.id == case.operation) {
            continue;
        }
        if let Some(operation) = C::VENDOR.operation(case.operation) {
            first.push((operation, case));
        }
    }
    first
}

/// A client of the sandbox, or of another server with a token that was given.
fn connect<C: SdkClient>(sandbox: &Sandbox, other: Option<&str>) -> Result<C, Error> {
    let builder = ClientBuilder::<C>::from_config(sandbox.client_config(C::VENDOR.name))?
        .retry(RetryPolicy::never())
        .without_limits();
    match other {
        Some(url) => {
            let token = std::env::var("EVERY_OPERATION_TOKEN");
            let token = token.unwrap_or_else(|_| "token".to_owned());
            let builder = builder.base_url(url).allow_plain_http();
            builder.token_source(Given(token)).build()
        }
        None => builder.build(),
    }
}

/// A token that was given from outside.
struct Given(String);

impl TokenSource for Given {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new(self.0.as_str())) })
    }
}

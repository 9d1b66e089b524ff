//! Walks every operation of a vendor crate: what its generated test calls.

use std::fmt;

use sdk_runtime::{
    AccessToken, BoxFuture, ClientBuilder, Error, Exchange, RetryPolicy, SdkClient, StatusCode,
    TokenSource,
};

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
    /// A line a call: `ok|failed <operation_id> <METHOD> <path> <status>`.
    pub lines: Vec<String>,
    /// The calls that failed, each with its error.
    pub failed: Vec<String>,
    /// The calls that got no answer at all.
    pub unanswered: Vec<String>,
    /// Whether the server is the sandbox, and not another one.
    pub own: bool,
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
    let other = std::env::var("EVERY_OPERATION_BASE_URL").ok();
    let mut walk = Walk {
        own: other.is_none(),
        ..Walk::default()
    };
    for case in cases {
        let Some(operation) = C::VENDOR.operation(case.operation) else {
            walk.failed
                .push(format!("{} is not in the table", case.operation));
            continue;
        };
        // A sandbox of its own, so that no call finds what another one deleted.
        let sandbox = Sandbox::builder().vendor(C::VENDOR.name).start().await?;
        let client = connect::<C>(&sandbox, other.as_deref())?;
        let outcome = (case.run)(&client).await;
        let (word, status) = match &outcome {
            Ok(status) => ("ok", Some(*status)),
            Err(error) => ("failed", error.status()),
        };
        let status = status.map_or_else(|| "-".to_owned(), |status| status.as_str().to_owned());
        let method = operation.method.as_str();
        let line = format!(
            "{word} {} {method} {} {status}",
            operation.id, operation.path
        );
        println!("{line}");
        if let Err(error) = outcome {
            let told = format!("{line} ({}): {error}", case.media);
            if error.status().is_none() {
                walk.unanswered.push(told.clone());
            }
            // What is exchanged for a token may come from a person's browser: no document has a sample of it.
            if !(operation.token && error.is_auth()) {
                walk.failed.push(told);
            }
        }
        walk.lines.push(line);
    }
    Ok(walk)
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

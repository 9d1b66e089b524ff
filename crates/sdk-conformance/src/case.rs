//! One typed call in the generated list of a vendor crate.

use std::fmt;

use sdk_runtime::{BoxFuture, Error, Operation, SdkClient, StatusCode};

/// One call of an operation in one of its media types.
pub struct Case<C> {
    pub(crate) operation: &'static str,
    pub(crate) media: &'static str,
    pub(crate) run: Run<C>,
}

type Run<C> = for<'c> fn(&'c C) -> BoxFuture<'c, Result<StatusCode, Error>>;

impl<C> Case<C> {
    /// Creates a case from the operation's id, the media type of the request body (empty if there
    /// is none), and the call.
    pub fn new(operation: &'static str, media: &'static str, run: Run<C>) -> Self {
        Self {
            operation,
            media,
            run,
        }
    }

    /// Id of the called operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Makes the call and returns the status of its answer.
    ///
    /// # Errors
    ///
    /// Those of the operation.
    pub fn call<'c>(&self, client: &'c C) -> BoxFuture<'c, Result<StatusCode, Error>> {
        (self.run)(client)
    }
}

impl<C> fmt::Debug for Case<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case({} {})", self.operation, self.media)
    }
}

/// First case of every operation, with the operation's entry in the table.
pub(crate) fn first_cases<C: SdkClient>(cases: Vec<Case<C>>) -> Vec<(&'static Operation, Case<C>)> {
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

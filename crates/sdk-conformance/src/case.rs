//! A typed call in the generated list of a vendor crate.

use std::fmt;

use sdk_runtime::{BoxFuture, Error, Operation, SdkClient, StatusCode};

/// A call to an operation, with one of the media types of its request body.
pub struct Case<C> {
    pub(crate) operation: &'static str,
    pub(crate) media: &'static str,
    pub(crate) run: Run<C>,
}

type Run<C> = for<'c> fn(&'c C) -> BoxFuture<'c, Result<StatusCode, Error>>;

impl<C> Case<C> {
    /// Creates a case from an operation id, a media type and the call.
    ///
    /// `media` is the media type of the request body, or empty if the operation has no body.
    pub fn new(operation: &'static str, media: &'static str, run: Run<C>) -> Self {
        Self {
            operation,
            media,
            run,
        }
    }

    /// Returns the id of the called operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Makes the call and returns the status of its response.
    ///
    /// # Errors
    ///
    /// Returns the errors of the operation.
    pub fn call<'c>(&self, client: &'c C) -> BoxFuture<'c, Result<StatusCode, Error>> {
        (self.run)(client)
    }
}

impl<C> fmt::Debug for Case<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case({} {})", self.operation, self.media)
    }
}

/// Returns the first case of every operation, with the operation's entry in the table.
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

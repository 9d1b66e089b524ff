//! The time that a call, or one attempt of it, may take.

use std::time::Duration;

use crate::{Error, ErrorKind, Operation};

/// Breaks the work off when its time is over.
pub(super) async fn within<T>(
    limit: impl Into<Option<Duration>>,
    operation: &'static Operation,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(limit) = limit.into() else {
        return work.await;
    };
    match tokio::time::timeout(limit, work).await {
        Ok(outcome) => outcome,
        Err(elapsed) => {
            let text = format!("no complete answer within {limit:?}");
            Err(Error::new(ErrorKind::Timeout, text)
                .with_operation(operation)
                .with_source(elapsed))
        }
    }
}

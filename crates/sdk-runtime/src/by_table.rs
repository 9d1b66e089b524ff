//! Runs any operation by its id, with arguments and answers in JSON.

mod answer;
mod arguments;
mod body;
mod file;
mod nearest;

use serde_json::Value;

pub use answer::{CallAnswer, CallBody};

use crate::{BoxFuture, Call, ClientCore, Error, ErrorKind, Operation, Reading};

/// Runs an operation of a client's table; see [`VendorClient::call`](crate::VendorClient::call).
pub(crate) fn call<'c>(
    core: &'c ClientCore,
    id: &str,
    arguments: Value,
) -> BoxFuture<'c, Result<CallAnswer, Error>> {
    let prepared = find(core, id).and_then(|operation| {
        arguments::prepare(operation, arguments).map_err(|why| Error::request(operation, why))
    });
    Box::pin(async move {
        let call: Call = prepared?;
        let raw = core.call(call, Reading::Stream).await?;
        answer::read(raw).await
    })
}

fn find(core: &ClientCore, id: &str) -> Result<&'static Operation, Error> {
    let vendor = core.vendor();
    let by_upstream = || {
        let mut operations = vendor.operations.iter().copied();
        operations.find(|known| known.upstream_id == Some(id))
    };
    vendor.operation(id).or_else(by_upstream).ok_or_else(|| {
        let ids = vendor.operations.iter().map(|known| known.id);
        let text = format!(
            "{} has no operation `{id}`{}",
            vendor.name,
            nearest::hint(id, ids)
        );
        Error::new(ErrorKind::Request, text)
    })
}

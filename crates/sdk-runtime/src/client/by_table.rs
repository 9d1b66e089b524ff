//! Runs any operation by its id, with arguments and responses in JSON.

pub(crate) mod answer;
pub(crate) mod arguments;
pub(crate) mod body;
pub(crate) mod file;
pub(crate) mod nearest;
mod value_kind;

use serde_json::Value;

use crate::BoxFuture;
use crate::client::by_table::answer::CallAnswer;
use crate::client::core::ClientCore;
use crate::client::wait::options::WaitOptions;
use crate::client::wait::poller::Poller;
use crate::client::wait::start;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::request::call::Call;
use crate::table::operation::Operation;

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
        let reading = answer::reading(call.operation());
        let raw = core.call(call, reading).await?;
        answer::read(raw).await
    })
}

/// Runs an operation and waits for its job; see [`VendorClient::call_and_wait`](crate::VendorClient::call_and_wait).
pub(crate) fn call_and_wait<'c>(
    core: &'c ClientCore,
    id: &str,
    arguments: Value,
) -> BoxFuture<'c, Result<CallAnswer, Error>> {
    let prepared = find(core, id).and_then(|operation| {
        arguments::prepare(operation, arguments).map_err(|why| Error::request(operation, why))
    });
    Box::pin(async move {
        let call: Call = prepared?;
        let operation = call.operation();
        if operation.start.is_none() {
            let mut poller = Poller::new(core.clone(), call, WaitOptions::default(), false)?;
            return answer::read(poller.finish().await?).await;
        }
        let (key, _) = start::start(core, call).await?;
        let keyed = |error: Error| error.with_job_key(&key);
        let poll = start::poll_call(core, operation, &key).map_err(keyed)?;
        let mut poller =
            Poller::new(core.clone(), poll, WaitOptions::default(), true).map_err(keyed)?;
        let last = poller.finish().await.map_err(keyed)?;
        let raw = match start::result_call(core, operation, &key).map_err(keyed)? {
            Some(call) => {
                let reading = answer::reading(call.operation());
                core.call(call, reading).await.map_err(keyed)?
            }
            None => last,
        };
        answer::read(raw).await.map_err(keyed)
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

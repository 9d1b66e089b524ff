//! Waiting for a running job.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use crate::BoxFuture;
use crate::client::core::ClientCore;
use crate::client::vendor_client::SdkClient;
use crate::client::wait::WaitOperation;
use crate::client::wait::options::{WaitOptions, wait_setters};
use crate::client::wait::poller::Poller;
use crate::client::wait::states::JobStates;
use crate::error::Error;
use crate::request::call::Call;
use crate::response::decode::Decode;
use crate::response::typed::Response;

/// Waits for a running job. `.await` polls until the job has finished, and returns the last
/// response.
///
/// The delay between polls grows by a factor of 1.5, up to a maximum. Each delay is randomly
/// shortened by up to a fifth. If the vendor requests a delay, that delay applies instead.
///
/// The wait continues after up to five consecutive failed polls, if each of them fails for one of
/// these reasons:
/// - The vendor responds with 408, 429 or 5xx.
/// - The poll times out.
/// - The connection can't be established, or it breaks.
/// - The client's own rate limit is exceeded.
/// - The server did not process the request.
///
/// Dropping the future ends the wait without affecting the job. To resume, send the same request
/// again, with `.wait()`.
///
/// # Errors
///
/// If the job failed, [`is_job_failed`](Error::is_job_failed) is true, and the error contains the
/// last response. At the deadline, [`is_timeout`](Error::is_timeout) is true, and the error
/// contains the last state, if a poll reported one. Also returns the errors of the operation
/// itself.
#[must_use = "a wait does nothing until it is awaited"]
pub struct Waiting<Op> {
    core: ClientCore,
    call: Call,
    options: WaitOptions,
    operation: PhantomData<fn() -> Op>,
}

impl<Op: WaitOperation> Waiting<Op> {
    /// Creates a wait for the job that a call reads.
    pub fn new<C: SdkClient>(client: &C, call: Call) -> Self {
        Self {
            core: client.core().clone(),
            call,
            options: WaitOptions::default(),
            operation: PhantomData,
        }
    }

    wait_setters!();

    /// Streams the response to each successful poll, including the last one.
    pub fn states(self) -> JobStates<Op> {
        JobStates::new(Poller::new(self.core, self.call, self.options, false))
    }
}

impl<Op: WaitOperation> IntoFuture for Waiting<Op> {
    type Output = Result<Response<<Op::Answer as Decode>::Output>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut poller = Poller::new(self.core, self.call, self.options, false)?;
            let mut raw = poller.finish().await?;
            let value = Op::Answer::decode(&mut raw)?;
            Ok(Response::new(value, raw))
        })
    }
}

impl<Op> fmt::Debug for Waiting<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting")
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}

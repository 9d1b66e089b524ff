//! Runs jobs from start to result, and represents started jobs.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::BoxFuture;
use crate::client::core::ClientCore;
use crate::client::vendor_client::SdkClient;
use crate::client::wait::StartOperation;
use crate::client::wait::options::{WaitOptions, wait_setters};
use crate::client::wait::poller::Poller;
use crate::client::wait::start;
use crate::client::wait::states::JobStates;
use crate::error::Error;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::request::call::Call;
use crate::response::decode::{Decode, TypedOperation};
use crate::response::typed::Response;
use crate::value::job_key::JobKey;

/// Starts a job, or waits for one that was started earlier, and returns its result.
///
/// `.await` starts the job, waits for it like [`Waiting`](crate::Waiting), and fetches the result.
/// A start request that may have been applied is not sent again, unless it has an idempotency key.
/// Dropping the future doesn't affect a started job.
///
/// # Errors
///
/// Returns the errors of the start request. If [`is_maybe_applied`](Error::is_maybe_applied) is
/// true, [`how_to_find_job`](Error::how_to_find_job) describes where to look. Also returns the
/// errors of [`Waiting`](crate::Waiting) and of the operation that fetches the result. All errors
/// after the start request have a [`job_key`](Error::job_key), which you can pass to
/// `Client::resume`.
#[must_use = "a job run does nothing until it is awaited or started"]
pub struct JobRun<Op> {
    core: ClientCore,
    from: RunStart,
    options: WaitOptions,
    operation: PhantomData<fn() -> Op>,
}

enum RunStart {
    Call(Box<Call>),
    /// The job was just started.
    Started(JobKey),
    Key(JobKey),
}

impl<Op: StartOperation> JobRun<Op> {
    /// Creates a run that starts the job with a call.
    pub fn new<C: SdkClient>(client: &C, call: Call) -> Self {
        Self::make(client.core().clone(), RunStart::Call(Box::new(call)))
    }

    /// Creates a run that waits for a job that was started earlier.
    pub fn resume<C: SdkClient>(client: &C, key: JobKey) -> Self {
        Self::make(client.core().clone(), RunStart::Key(key))
    }

    pub(crate) fn started(core: ClientCore, key: JobKey) -> Self {
        Self::make(core, RunStart::Started(key))
    }

    fn make(core: ClientCore, from: RunStart) -> Self {
        Self {
            core,
            from,
            options: WaitOptions::default(),
            operation: PhantomData,
        }
    }

    wait_setters!();

    /// Starts the job without waiting for it. A resumed job is not started again.
    ///
    /// # Errors
    ///
    /// Returns the errors of the operation itself. Also returns an error if the response doesn't
    /// contain the job's key.
    pub async fn start(self) -> Result<Job<Op>, Error> {
        match self.from {
            RunStart::Started(key) | RunStart::Key(key) => Ok(Job::new(self.core, key, None)),
            RunStart::Call(call) => {
                let (key, raw) = start::start(&self.core, *call).await?;
                let whole = raw.whole();
                let answer = serde_json::from_slice(without_byte_order_mark(&whole)).ok();
                Ok(Job::new(self.core, key, answer))
            }
        }
    }
}

impl<Op: StartOperation> IntoFuture for JobRun<Op> {
    type Output =
        Result<Response<<<Op::Outcome as TypedOperation>::Answer as Decode>::Output>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (key, is_new) = match self.from {
                RunStart::Call(call) => (start::start(&self.core, *call).await?.0, true),
                RunStart::Started(key) => (key, true),
                RunStart::Key(key) => (key, false),
            };
            let keyed = |error: Error| error.with_job_key(&key);
            let call = start::poll_call(&self.core, Op::OPERATION, &key).map_err(keyed)?;
            let mut poller =
                Poller::new(self.core.clone(), call, self.options, is_new).map_err(keyed)?;
            let last = poller.finish().await.map_err(keyed)?;
            let result = start::result_call(&self.core, Op::OPERATION, &key).map_err(keyed)?;
            let mut raw = match result {
                Some(call) => {
                    let reading = <Op::Outcome as TypedOperation>::Answer::READING;
                    self.core.call(call, reading).await.map_err(keyed)?
                }
                None => last,
            };
            let value = <Op::Outcome as TypedOperation>::Answer::decode(&mut raw).map_err(keyed)?;
            Ok(Response::new(value, raw))
        })
    }
}

impl<Op> fmt::Debug for JobRun<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobRun").finish_non_exhaustive()
    }
}

/// A job that was started at the vendor.
pub struct Job<Op> {
    core: ClientCore,
    key: JobKey,
    answer: Option<Box<RawValue>>,
    operation: PhantomData<fn() -> Op>,
}

impl<Op: StartOperation> Job<Op> {
    pub(crate) fn new(core: ClientCore, key: JobKey, answer: Option<Box<RawValue>>) -> Self {
        Self {
            core,
            key,
            answer,
            operation: PhantomData,
        }
    }

    /// Returns the key of the job. Store it to wait for the job after a crash.
    pub fn key(&self) -> &JobKey {
        &self.key
    }

    /// Decodes the response to the start request. Returns `None` if [`JobRun::start`] didn't send
    /// that request, for example for a job that was resumed from its key.
    ///
    /// # Errors
    ///
    /// Returns an error if the response doesn't match the type.
    pub fn answer<T: DeserializeOwned>(&self) -> Option<Result<T, serde_json::Error>> {
        let answer = self.answer.as_ref()?;
        Some(serde_json::from_str(answer.get()))
    }

    /// Waits for the job and fetches its result.
    pub fn wait(self) -> JobRun<Op> {
        JobRun::started(self.core, self.key)
    }

    /// Streams the responses to all successful polls, without fetching the result.
    pub fn states(&self) -> JobStates<Op::Poll> {
        let call = start::poll_call(&self.core, Op::OPERATION, &self.key);
        JobStates::new(
            call.and_then(|call| {
                Poller::new(self.core.clone(), call, WaitOptions::default(), true)
            }),
        )
    }
}

impl<Op> fmt::Debug for Job<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

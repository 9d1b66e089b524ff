//! A job that was started.

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::client::core::ClientCore;
use crate::client::wait::StartOperation;
use crate::client::wait::job_run::JobRun;
use crate::client::wait::options::WaitOptions;
use crate::client::wait::poller::Poller;
use crate::client::wait::start;
use crate::client::wait::states::JobStates;
use crate::value::job_key::JobKey;

/// A job that was started and runs at the vendor.
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

    /// The key of the job. Keep it to wait for the job after a crash.
    pub fn key(&self) -> &JobKey {
        &self.key
    }

    /// Reads the answer of the start as a type; `None` for a job that was resumed from its key.
    ///
    /// # Errors
    /// If the answer does not fit the type.
    pub fn answer<T: DeserializeOwned>(&self) -> Option<Result<T, serde_json::Error>> {
        let answer = self.answer.as_ref()?;
        Some(serde_json::from_str(answer.get()))
    }

    /// Waits for the job and fetches its result.
    pub fn wait(self) -> JobRun<Op> {
        JobRun::started(self.core, self.key)
    }

    /// Gives the answer of each poll as a stream, and does not fetch the result.
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

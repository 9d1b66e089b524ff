//! Faults on demand: the next calls go wrong in a way that a test chose.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::request::Reply;

/// What shall go wrong, for which calls and how often.
///
/// ```
/// use sdk_sandbox::Fault;
///
/// let busy = Fault::status(503).on("list_parcels").header("Retry-After", "1").times(2);
/// # let _ = busy;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a fault does nothing until `Sandbox::fault` takes it"]
pub struct Fault {
    operation: Option<String>,
    times: usize,
    effect: Effect,
    headers: Vec<(String, String)>,
    body: Option<(String, Bytes)>,
}

#[derive(Debug, Clone)]
enum Effect {
    Status(u16),
    Delay(Duration),
    Reset,
}

/// What becomes of a call.
#[derive(Debug)]
pub(crate) enum Course {
    /// It is answered as ever.
    Normal,
    /// It is answered as ever, only later.
    Late(Duration),
    /// It gets this refusal, with this body in place of the vendor's own.
    Refused(Refusal, Option<(String, Bytes)>),
    /// The connection is cut without an answer.
    Cut,
}

impl Fault {
    fn new(effect: Effect) -> Self {
        Self {
            operation: None,
            times: 1,
            effect,
            headers: Vec::new(),
            body: None,
        }
    }

    /// Answers with a status, in the vendor's error shape unless [`body`](Self::body) says otherwise.
    pub fn status(status: u16) -> Self {
        Self::new(Effect::Status(status))
    }

    /// Answers as ever, but not before this time has passed.
    pub fn delay(time: Duration) -> Self {
        Self::new(Effect::Delay(time))
    }

    /// Cuts the connection after the request was read.
    pub fn reset() -> Self {
        Self::new(Effect::Reset)
    }

    /// Only for this operation id. Without it, every operation but a token exchange is meant.
    pub fn on(mut self, operation_id: impl Into<String>) -> Self {
        self.operation = Some(operation_id.into());
        self
    }

    /// For so many calls, then no longer. Once, to begin with.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Adds a header to the answer of [`status`](Self::status).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Gives the answer of [`status`](Self::status) a body of its own.
    pub fn body(mut self, content_type: impl Into<String>, body: impl Into<Bytes>) -> Self {
        self.body = Some((content_type.into(), body.into()));
        self
    }

    fn concerns(&self, operation: &Operation) -> bool {
        self.operation
            .as_ref()
            .map_or(!operation.token, |id| *id == operation.id)
    }

    fn course(&self) -> Course {
        match self.effect {
            Effect::Delay(time) => Course::Late(time),
            Effect::Reset => Course::Cut,
            Effect::Status(status) => {
                let refusal =
                    Refusal::of_status(status, format!("a fault of status {status}, as asked for"));
                let refusal = self
                    .headers
                    .iter()
                    .fold(refusal, |r, (name, value)| r.with_header(name, value));
                Course::Refused(refusal, self.body.clone())
            }
        }
    }
}

/// The faults that are still to come, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(fault);
    }

    /// What becomes of the next call of an operation.
    pub(crate) fn next(&self, operation: &Operation) -> Course {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.retain(|fault| fault.times > 0);
        let Some(fault) = faults.iter_mut().find(|fault| fault.concerns(operation)) else {
            return Course::Normal;
        };
        fault.times -= 1;
        fault.course()
    }
}

/// Puts the body of a fault in place of the one that the vendor would send.
pub(crate) fn replace_body(reply: Reply, body: Option<(String, Bytes)>) -> Reply {
    match body {
        Some((media, bytes)) => reply.with_body(&media, bytes),
        None => reply,
    }
}

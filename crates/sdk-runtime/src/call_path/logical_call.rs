//! One call with all its attempts: the state that the stages share.

use crate::call_path::context::CallContext;
use crate::call_path::deadline::Deadline;
use crate::call_path::prepare::Prepared;
use crate::call_path::progress::Progress;

/// A call in progress: its client, its request, and its progress.
#[derive(Clone, Copy)]
pub(super) struct LogicalCall<'a> {
    pub(super) context: &'a CallContext,
    pub(super) request: &'a Prepared,
    pub(super) progress: &'a Progress,
}

impl LogicalCall<'_> {
    /// Returns the deadline of the whole call.
    pub(super) fn deadline(self) -> Deadline {
        Deadline::of(self.progress.started(), self.request.timeouts.call())
    }
}

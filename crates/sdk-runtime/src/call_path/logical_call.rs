//! One call with all its attempts: what the stages share.

use crate::call_path::context::CallContext;
use crate::call_path::deadline::Deadline;
use crate::call_path::prepare::Prepared;
use crate::call_path::progress::Progress;

/// A call on its way: its client, its request, and how far it has come.
#[derive(Clone, Copy)]
pub(super) struct LogicalCall<'a> {
    pub(super) context: &'a CallContext,
    pub(super) request: &'a Prepared,
    pub(super) progress: &'a Progress,
}

impl LogicalCall<'_> {
    /// When the time of the whole call is over.
    pub(super) fn deadline(self) -> Deadline {
        Deadline::of(self.progress.started(), self.request.timeouts.call())
    }
}

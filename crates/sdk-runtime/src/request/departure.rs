//! State of a call in its own task: waiting, sent or withdrawn.

use std::sync::atomic::{AtomicU8, Ordering};

const WAITING: u8 = 0;
const SENT: u8 = 1;
const WITHDRAWN: u8 = 2;

/// Decides between sending a call for the first time and withdrawing it. Never allows both.
#[derive(Debug, Default)]
pub(crate) struct Departure(AtomicU8);

impl Departure {
    /// Records that sending starts, for the first time or again. Returns false if the call was
    /// withdrawn.
    pub(crate) fn set_out(&self) -> bool {
        let before = self
            .0
            .compare_exchange(WAITING, SENT, Ordering::AcqRel, Ordering::Acquire);
        before.is_ok() || before == Err(SENT)
    }

    /// Withdraws the call. Returns false if sending has started.
    pub(crate) fn withdraw(&self) -> bool {
        let before =
            self.0
                .compare_exchange(WAITING, WITHDRAWN, Ordering::AcqRel, Ordering::Acquire);
        before != Err(SENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_either_sent_or_withdrawn() {
        let sent = Departure::default();
        assert!(sent.set_out() && !sent.withdraw() && sent.set_out());
        let withdrawn = Departure::default();
        assert!(withdrawn.withdraw() && !withdrawn.set_out() && withdrawn.withdraw());
    }
}

//! How far a call has come: what its links have to know of each other's doings.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// What has happened to one logical call so far.
#[derive(Default)]
pub(super) struct Progress {
    sent: AtomicU32,
    is_underway: AtomicBool,
    maybe_applied: AtomicBool,
    renewed: AtomicBool,
}

impl Progress {
    /// A request goes out.
    pub(super) fn set_out(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.is_underway.store(true, Ordering::Relaxed);
    }

    /// It came to an end, and nobody knows what the vendor made of it.
    pub(super) fn end(&self, maybe_applied: bool) {
        self.is_underway.store(false, Ordering::Relaxed);
        self.maybe_applied
            .fetch_or(maybe_applied, Ordering::Relaxed);
    }

    /// How often it was sent.
    pub(super) fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether it was broken off between being sent and being answered.
    pub(super) fn is_underway(&self) -> bool {
        self.is_underway.load(Ordering::Relaxed)
    }

    /// Whether any of the requests may have taken effect: one that failed clearly does not speak for those before it.
    pub(super) fn maybe_applied(&self) -> bool {
        self.maybe_applied.load(Ordering::Relaxed)
    }

    /// Claims the one renewal that a call has.
    pub(super) fn may_renew(&self) -> bool {
        !self.renewed.swap(true, Ordering::Relaxed)
    }
}

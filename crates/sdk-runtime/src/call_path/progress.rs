//! Progress of a call, shared by its stages.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// Progress of one logical call.
pub(super) struct Progress {
    started: Instant,
    /// Whether time spent waiting for a permit is excluded from the call's time limit.
    is_patient: bool,
    /// Microseconds spent waiting for a permit.
    waited: AtomicU64,
    /// Time at which the current wait began, in microseconds, plus one. The value is 0 if the call
    /// isn't waiting.
    waits_since: AtomicU64,
    sent: AtomicU32,
    /// Time at which an attempt last timed out, in microseconds, plus one. The value is 0 if no
    /// attempt timed out.
    timed_out_at: AtomicU64,
    is_underway: AtomicBool,
    maybe_applied: AtomicBool,
    renewed: AtomicBool,
}

impl Progress {
    pub(super) fn new(is_patient: bool) -> Self {
        Self {
            started: Instant::now(),
            is_patient,
            waited: AtomicU64::new(0),
            waits_since: AtomicU64::new(0),
            sent: AtomicU32::new(0),
            timed_out_at: AtomicU64::new(0),
            is_underway: AtomicBool::new(false),
            maybe_applied: AtomicBool::new(false),
            renewed: AtomicBool::new(false),
        }
    }

    /// Returns the start of the call.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Returns the time granted beyond the call's time limit: the time spent waiting for a permit,
    /// if the limit excludes it.
    pub(super) fn granted(&self) -> Duration {
        if !self.is_patient {
            return Duration::ZERO;
        }
        let since = self.waits_since.load(Ordering::Relaxed);
        let now = if since > 0 {
            self.now().saturating_sub(since - 1)
        } else {
            0
        };
        Duration::from_micros(self.waited.load(Ordering::Relaxed) + now)
    }

    /// Returns the time that counts against the limit.
    pub(super) fn spent(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.granted())
    }

    /// Waits for a permit, and records how long it took.
    pub(super) async fn wait<T>(&self, turn: impl Future<Output = T>) -> T {
        let since = self.now();
        self.waits_since.store(since + 1, Ordering::Relaxed);
        let turn = turn.await;
        self.waits_since.store(0, Ordering::Relaxed);
        self.waited
            .fetch_add(self.now().saturating_sub(since), Ordering::Relaxed);
        turn
    }

    /// Returns whether the call is waiting for a permit.
    pub(super) fn is_waiting(&self) -> bool {
        self.waits_since.load(Ordering::Relaxed) > 0
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX - 1)
    }

    /// Records that a request is being sent.
    pub(super) fn set_out(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.is_underway.store(true, Ordering::Relaxed);
    }

    /// Records the end of a request: whether it may have been applied, and whether it timed out.
    pub(super) fn end(&self, maybe_applied: bool, is_silent: bool) {
        if is_silent {
            self.timed_out_at.store(self.now() + 1, Ordering::Relaxed);
        }
        self.is_underway.store(false, Ordering::Relaxed);
        self.maybe_applied
            .fetch_or(maybe_applied, Ordering::Relaxed);
    }

    /// Returns the time at which an attempt last timed out.
    pub(super) fn timed_out_at(&self) -> Option<Instant> {
        let at = self.timed_out_at.load(Ordering::Relaxed).checked_sub(1)?;
        self.started.checked_add(Duration::from_micros(at))
    }

    /// Returns the number of requests sent.
    pub(super) fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Describes an attempt that sent nothing.
    pub(super) fn not_sent(&self) -> &'static str {
        match self.sent() {
            0 => "nothing was sent",
            _ => "the request was not sent again",
        }
    }

    /// Returns whether the last request has no outcome yet, for example because the call's time ran
    /// out.
    pub(super) fn is_underway(&self) -> bool {
        self.is_underway.load(Ordering::Relaxed)
    }

    /// Returns whether any of the requests may have been applied.
    ///
    /// A clear failure proves nothing about earlier requests.
    pub(super) fn maybe_applied(&self) -> bool {
        self.maybe_applied.load(Ordering::Relaxed)
    }

    /// Claims the call's single token renewal. Returns false if it was already claimed.
    pub(super) fn claim_renewal(&self) -> bool {
        !self.renewed.swap(true, Ordering::Relaxed)
    }
}

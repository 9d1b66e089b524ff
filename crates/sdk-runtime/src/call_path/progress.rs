//! The progress of a call, which its stages share.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// The progress of one logical call.
pub(super) struct Progress {
    started: Instant,
    /// Whether the time that it waits for its turn does not count.
    is_patient: bool,
    /// Microseconds that it waited for its turn.
    waited: AtomicU64,
    /// The microsecond in which it began to wait, plus one; 0 if it does not wait.
    waits_since: AtomicU64,
    sent: AtomicU32,
    /// The microsecond in which an attempt last ran out of time, plus one; 0 if none did.
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

    /// When it began.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// The time that it is granted beyond its limit.
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

    /// The time that counts against its limit.
    pub(super) fn spent(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.granted())
    }

    /// Waits for its turn.
    pub(super) async fn wait<T>(&self, turn: impl Future<Output = T>) -> T {
        let since = self.now();
        self.waits_since.store(since + 1, Ordering::Relaxed);
        let turn = turn.await;
        self.waits_since.store(0, Ordering::Relaxed);
        self.waited
            .fetch_add(self.now().saturating_sub(since), Ordering::Relaxed);
        turn
    }

    /// Whether it waits for its turn.
    pub(super) fn is_waiting(&self) -> bool {
        self.waits_since.load(Ordering::Relaxed) > 0
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX - 1)
    }

    /// A request goes out.
    pub(super) fn set_out(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.is_underway.store(true, Ordering::Relaxed);
    }

    /// The request came to an end: whether it may have been applied, and whether no answer came in time.
    pub(super) fn end(&self, maybe_applied: bool, is_silent: bool) {
        if is_silent {
            self.timed_out_at.store(self.now() + 1, Ordering::Relaxed);
        }
        self.is_underway.store(false, Ordering::Relaxed);
        self.maybe_applied
            .fetch_or(maybe_applied, Ordering::Relaxed);
    }

    /// When an attempt last ran out of time.
    pub(super) fn timed_out_at(&self) -> Option<Instant> {
        let at = self.timed_out_at.load(Ordering::Relaxed).checked_sub(1)?;
        self.started.checked_add(Duration::from_micros(at))
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

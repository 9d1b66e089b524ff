//! Queue of a limiter, with offered turns and used slots.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::call_path::rate_limiter::rate::Rate;
use crate::call_path::rate_limiter::too_late::TooLate;

/// Time within which a woken caller must be polled before its turn passes to another caller.
///
/// A live task is polled within microseconds. If a busy runtime delays a task for longer, the task
/// loses only time: it keeps its position in the queue.
pub(super) const OFFER_TIMEOUT: Duration = Duration::from_millis(50);

/// A permit's claim on a concurrency slot: the time when the claim ends, and a unique number.
pub(super) type Lease = (Instant, u64);

/// State of a limiter. All methods are short and never block.
pub(super) struct State {
    slots: Option<usize>,
    rate: Option<Rate>,
    /// Number of the latest ticket or lease.
    next: u64,
    /// Waiting callers, in order of arrival.
    queue: BTreeMap<u64, Arc<Notify>>,
    /// Woken callers that haven't been polled since, with the time when each offer lapses.
    offered: HashMap<u64, Instant>,
    /// Times when offers lapse, earliest first. May include offers that no longer exist.
    lapses: VecDeque<(Instant, u64)>,
    /// Number of callers woken per free turn. It doubles when a caller doesn't respond, so that
    /// even many abandoned futures delay the others by only a few rounds. It returns to 1 when a
    /// caller takes a turn.
    width: usize,
    leases: BTreeSet<Lease>,
    /// Tasks that watch the clock, one per runtime with waiting callers.
    pub(super) drivers: Vec<(runtime::Id, Arc<Notify>)>,
}

impl State {
    pub(super) fn new(slots: Option<usize>, rate: Option<Rate>) -> Self {
        Self {
            slots,
            rate,
            next: 0,
            queue: BTreeMap::new(),
            offered: HashMap::new(),
            lapses: VecDeque::new(),
            width: 1,
            leases: BTreeSet::new(),
            drivers: Vec::new(),
        }
    }

    /// Creates a ticket for a caller that joins the queue, or a number for a lease.
    pub(super) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Takes a turn if the queue is empty, and if there is a free turn that hasn't been offered to
    /// another caller.
    ///
    /// The inner option is `None` if the number of slots isn't limited.
    pub(super) fn take(&mut self, now: Instant, end: Instant) -> Option<Option<Lease>> {
        self.advance(now);
        if self.queue.is_empty() && self.free(now) > self.offered.len() {
            return Some(self.pass(now, end));
        }
        None
    }

    /// Rejects a caller whose turn is known to come after `until`.
    pub(super) fn check(&mut self, now: Instant, until: Instant) -> Result<(), TooLate> {
        let ahead = self.queue.len() + self.offered.len();
        match &mut self.rate {
            Some(rate) => rate.check(ahead, now, until),
            None => Ok(()),
        }
    }

    /// Takes the turn that was offered to the ticket.
    ///
    /// Without an offer, the ticket joins the queue, or keeps its position in the queue.
    pub(super) fn claim(
        &mut self,
        ticket: u64,
        woken: &Arc<Notify>,
        now: Instant,
        end: Instant,
    ) -> Option<Option<Lease>> {
        self.advance(now);
        if !self.queue.contains_key(&ticket) && !self.offered.contains_key(&ticket) {
            self.queue.insert(ticket, Arc::clone(woken));
            self.advance(now);
        }
        self.offered.remove(&ticket)?;
        if self.free(now) == 0 {
            // More callers were woken than there are free turns.
            self.queue.insert(ticket, Arc::clone(woken));
            self.advance(now);
            return None;
        }
        let lease = self.pass(now, end);
        self.advance(now);
        Some(lease)
    }

    /// Leaves the queue, or gives up the offered turn.
    pub(super) fn leave(&mut self, ticket: u64, now: Instant) {
        let offered = self.offered.remove(&ticket).is_some();
        if self.queue.remove(&ticket).is_some() || offered {
            self.advance(now);
        }
    }

    /// Releases a slot.
    pub(super) fn release(&mut self, lease: Lease, now: Instant) {
        if self.leases.remove(&lease) {
            self.advance(now);
        }
    }

    fn pass(&mut self, now: Instant, end: Instant) -> Option<Lease> {
        self.width = 1;
        if let Some(rate) = &mut self.rate {
            rate.pass(now);
        }
        self.slots?;
        let lease = (end, self.number());
        self.leases.insert(lease);
        Some(lease)
    }

    fn free(&mut self, now: Instant) -> usize {
        let slots = match self.slots {
            Some(slots) => slots.saturating_sub(self.leases.len()),
            None => usize::MAX,
        };
        match &mut self.rate {
            Some(rate) => rate.free(now).min(slots),
            None => slots,
        }
    }

    /// Ends expired leases and offers, offers free turns, and makes the drivers look at the clock
    /// again.
    fn advance(&mut self, now: Instant) {
        self.settle(now, None);
        if !self.queue.is_empty() {
            self.drivers
                .iter()
                .for_each(|(_, driver)| driver.notify_one());
        }
    }

    /// Ends expired leases and offers, and offers free turns.
    ///
    /// Notifies all drivers except `driver` of changes.
    pub(super) fn settle(&mut self, now: Instant, driver: Option<runtime::Id>) {
        while self.leases.first().is_some_and(|(end, _)| *end <= now) {
            self.leases.pop_first();
        }
        let lapsed = self.lapse(now);
        if lapsed {
            self.width = self.width.saturating_mul(2);
        }
        if self.queue.is_empty() {
            return;
        }
        let before = self.offered.len();
        let wanted = self.free(now).saturating_mul(self.width);
        while self.offered.len() < wanted
            && let Some((ticket, woken)) = self.queue.pop_first()
        {
            self.offered.insert(ticket, now + OFFER_TIMEOUT);
            self.lapses.push_back((now + OFFER_TIMEOUT, ticket));
            woken.notify_one();
        }
        if lapsed || self.offered.len() > before {
            let others = self.drivers.iter().filter(|(id, _)| Some(*id) != driver);
            others.for_each(|(_, other)| other.notify_one());
        }
    }

    /// Withdraws offers that were not taken in time. Returns whether there were any.
    fn lapse(&mut self, now: Instant) -> bool {
        let mut lapsed = false;
        while let Some((end, ticket)) = self.lapses.front().copied() {
            let stands = self.offered.get(&ticket) == Some(&end);
            if stands && end > now {
                break;
            }
            self.lapses.pop_front();
            if stands {
                self.offered.remove(&ticket);
                lapsed = true;
            }
        }
        lapsed
    }

    /// Returns the next time at which an offer lapses, a lease ends, or the rate limit allows a
    /// request.
    ///
    /// The outer option is `None` if no caller waits. The inner option is `None` if no such event
    /// is expected.
    pub(super) fn next_event(&mut self, now: Instant) -> Option<Option<Instant>> {
        if self.queue.is_empty() {
            return None;
        }
        let lapse = self.lapses.front().map(|(end, _)| *end);
        let lease = self.leases.first().map(|(end, _)| *end);
        let turn = self.rate.as_mut().map(|rate| rate.next(now));
        let turn = turn.filter(|turn| *turn > now);
        Some([lapse, lease, turn].into_iter().flatten().min())
    }

    /// Wakes all waiting callers, so that each checks its turn again.
    pub(super) fn wake_all(&mut self) {
        for woken in self.queue.values() {
            woken.notify_one();
        }
    }
}

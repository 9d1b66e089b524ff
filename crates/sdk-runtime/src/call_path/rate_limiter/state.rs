//! The queue of a limiter, the turns that are offered, and the slots that are taken.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::call_path::rate_limiter::rate::Rate;
use crate::call_path::rate_limiter::too_late::TooLate;

/// How long a caller that was woken may take to be polled before its turn goes to another one.
///
/// A live task is polled within microseconds. A task that a busy runtime delays for longer loses nothing but time: it
/// keeps its place in the queue.
pub(super) const GRACE: Duration = Duration::from_millis(50);

/// A permit's claim on a concurrency slot: its end, and a number that tells it from others.
pub(super) type Lease = (Instant, u64);

/// Everything that a limiter knows. All methods are short and wait for nothing.
pub(super) struct State {
    slots: Option<usize>,
    rate: Option<Rate>,
    /// The next ticket and lease number.
    next: u64,
    /// Callers that wait, in the order in which they came.
    queue: BTreeMap<u64, Arc<Notify>>,
    /// Callers that were woken and have not been polled since, and when their offers lapse.
    offered: HashMap<u64, Instant>,
    /// When those offers lapse, the earliest first; of some that were answered, too.
    lapses: VecDeque<(Instant, u64)>,
    /// How many callers are woken per free turn: doubled when one does not come, so that any number of abandoned futures
    /// costs few rounds.
    width: usize,
    leases: BTreeSet<Lease>,
    /// The tasks that watch the clock, one per runtime in which somebody waits.
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

    /// The ticket of a caller that joins the queue, or the number of a lease.
    pub(super) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Takes a turn if one is free that nobody else was offered; the inner value is the slot, if slots are limited.
    pub(super) fn take(&mut self, now: Instant, end: Instant) -> Option<Option<Lease>> {
        self.advance(now);
        if self.queue.is_empty() && self.free(now) > self.offered.len() {
            return Some(self.pass(now, end));
        }
        None
    }

    /// Refuses a caller whose turn is known to come after `until`.
    pub(super) fn check(&mut self, now: Instant, until: Instant) -> Result<(), TooLate> {
        let ahead = self.queue.len() + self.offered.len();
        match &mut self.rate {
            Some(rate) => rate.check(ahead, now, until),
            None => Ok(()),
        }
    }

    /// Takes the turn that was offered to the ticket. Without one, the ticket waits at its old place.
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
            // More callers were woken than there are turns.
            self.queue.insert(ticket, Arc::clone(woken));
            self.advance(now);
            return None;
        }
        let lease = self.pass(now, end);
        self.advance(now);
        Some(lease)
    }

    /// Gives up a place in the queue, or the turn that was offered.
    pub(super) fn leave(&mut self, ticket: u64, now: Instant) {
        let offered = self.offered.remove(&ticket).is_some();
        if self.queue.remove(&ticket).is_some() || offered {
            self.advance(now);
        }
    }

    /// Gives a slot back.
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

    /// Ends what is over, offers the turns that are free, and has the drivers look at the clock anew.
    fn advance(&mut self, now: Instant) {
        self.settle(now, None);
        if !self.queue.is_empty() {
            self.drivers
                .iter()
                .for_each(|(_, driver)| driver.notify_one());
        }
    }

    /// Ends what is over and offers the turns that are free; other drivers than this one are told of a change.
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
            self.offered.insert(ticket, now + GRACE);
            self.lapses.push_back((now + GRACE, ticket));
            woken.notify_one();
        }
        if lapsed || self.offered.len() > before {
            let others = self.drivers.iter().filter(|(id, _)| Some(*id) != driver);
            others.for_each(|(_, other)| other.notify_one());
        }
    }

    /// Takes offers back that were not answered in time; returns whether there were any.
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

    /// When the clock alone changes something for those that wait; none if nobody waits.
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

    /// Wakes all waiters, so that each checks its turn again.
    pub(super) fn wake_all(&mut self) {
        for woken in self.queue.values() {
            woken.notify_one();
        }
    }
}

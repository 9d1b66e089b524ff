//! An in-flight exchange: its grant, and whether a runtime still drives its task.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use crate::auth::entry_slot::EntrySlot;
use crate::auth::refresh_tokens::Candidate;
use crate::request::handover::Handover;
use crate::token::store::saved::SavedToken;

/// State that an exchange task shares with its waiters, which may have to take over the exchange.
#[derive(Default)]
pub(super) struct Flight {
    pub(super) is_early: bool,
    pub(super) handover: Arc<Handover>,
    pub(super) entry: EntrySlot,
    cargo: Mutex<RecoveryData>,
    is_superseded: AtomicBool,
    polls: AtomicU64,
    waker: Mutex<Option<Waker>>,
}

/// Data that must survive a dropped task.
#[derive(Default)]
pub(super) struct RecoveryData {
    /// Refresh token in the request.
    pub(super) refresh: Option<Candidate>,
    /// The store's record before that token was marked as used. It is valid again if the request
    /// was not sent.
    pub(super) if_unsent: Option<SavedToken>,
    /// Record with the new token.
    pub(super) to_save: Option<SavedToken>,
}

impl Flight {
    /// Creates the state. `is_early` is true for a renewal that starts in the advisory window of
    /// the old token.
    pub(super) fn new(is_early: bool) -> Self {
        Self {
            is_early,
            ..Self::default()
        }
    }

    pub(super) fn cargo(&self) -> MutexGuard<'_, RecoveryData> {
        self.cargo.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Clears the data of the request after the request has ended.
    pub(super) fn forget_cargo(&self) {
        *self.cargo() = RecoveryData::default();
    }

    /// Marks the exchange as taken over by another one.
    pub(super) fn supersede(&self) {
        self.is_superseded.store(true, Ordering::Release);
    }

    pub(super) fn is_superseded(&self) -> bool {
        self.is_superseded.load(Ordering::Acquire)
    }

    /// Records a poll of the task.
    pub(super) fn record_poll(&self, waker: &Waker) {
        self.polls.fetch_add(1, Ordering::AcqRel);
        let mut known = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *known {
            Some(known) => known.clone_from(waker),
            None => *known = Some(waker.clone()),
        }
    }

    /// Wakes the task to find out whether it is driven: if it is, [`polls`](Self::polls) soon
    /// increases.
    pub(super) fn probe(&self) {
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        let waker = waker.clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Returns how many times the task has been polled.
    pub(super) fn polls(&self) -> u64 {
        self.polls.load(Ordering::Acquire)
    }
}

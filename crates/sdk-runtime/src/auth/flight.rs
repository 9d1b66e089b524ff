//! An exchange in flight: what it carries, and whether its task is still driven.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use crate::auth::entry_slot::EntrySlot;
use crate::auth::refresh_tokens::Candidate;
use crate::request::handover::Handover;
use crate::token::store::saved::SavedToken;

/// What an exchange task shares with those who wait for it and may have to take it over.
#[derive(Default)]
pub(super) struct Flight {
    pub(super) is_early: bool,
    pub(super) handover: Arc<Handover>,
    pub(super) entry: EntrySlot,
    cargo: Mutex<Cargo>,
    is_superseded: AtomicBool,
    polls: AtomicU64,
    waker: Mutex<Option<Waker>>,
}

/// What must not be lost if the task is dropped.
#[derive(Default)]
pub(super) struct Cargo {
    /// The refresh token that the request carries.
    pub(super) refresh: Option<Candidate>,
    /// The record of the store before that token was recorded as used: right again if it was not sent.
    pub(super) if_unsent: Option<SavedToken>,
    /// The record with the new token.
    pub(super) to_save: Option<SavedToken>,
}

impl Flight {
    /// `is_early`: whether it starts while the old token is still valid.
    pub(super) fn new(is_early: bool) -> Self {
        Self {
            is_early,
            ..Self::default()
        }
    }

    pub(super) fn cargo(&self) -> MutexGuard<'_, Cargo> {
        self.cargo.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The request has ended: there is nothing left to lose.
    pub(super) fn forget_cargo(&self) {
        *self.cargo() = Cargo::default();
    }

    /// Hands it over to another one, which a waiter starts.
    pub(super) fn supersede(&self) {
        self.is_superseded.store(true, Ordering::Release);
    }

    pub(super) fn is_superseded(&self) -> bool {
        self.is_superseded.load(Ordering::Acquire)
    }

    /// The task is polled.
    pub(super) fn note_poll(&self, waker: &Waker) {
        self.polls.fetch_add(1, Ordering::AcqRel);
        let mut known = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *known {
            Some(known) => known.clone_from(waker),
            None => *known = Some(waker.clone()),
        }
    }

    /// Asks the task to show that it is driven: [`polls`](Self::polls) grows soon if it is.
    pub(super) fn probe(&self) {
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        let waker = waker.clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// How often the task was polled.
    pub(super) fn polls(&self) -> u64 {
        self.polls.load(Ordering::Acquire)
    }
}

//! The store's record of one exchange: which refresh tokens are used, and the new token.

use std::time::{Duration, SystemTime};

use crate::auth::entry_slot::EntrySlot;
use crate::auth::flight::Flight;
use crate::auth::refresh_tokens::Candidate;
use crate::error::Error;
use crate::token::cached_token::ObtainedToken;
use crate::token::store::saved::SavedToken;
use crate::value::secret::Secret;

/// The record of an entry that is locked.
pub(super) struct Record<'a> {
    entry: &'a EntrySlot,
    patience: Duration,
    saved: Option<SavedToken>,
    used: Vec<Secret>,
}

impl<'a> Record<'a> {
    /// `saved`: what the entry holds.
    pub(super) fn new(entry: &'a EntrySlot, patience: Duration, saved: Option<SavedToken>) -> Self {
        let used = saved.as_ref().map(|saved| saved.used().to_vec());
        Self {
            entry,
            patience,
            saved,
            used: used.unwrap_or_default(),
        }
    }

    /// The record as it is right if a refresh token turns out not to be used.
    pub(super) fn before(&self, candidate: &Candidate) -> SavedToken {
        let before = self.saved.clone();
        before.unwrap_or_else(|| SavedToken::unused(&candidate.token))
    }

    /// Records that a refresh token is used, before it is: its outcome is not known until a later save.
    pub(super) async fn use_up(
        &mut self,
        candidate: &Candidate,
        initial: Option<&Secret>,
    ) -> Result<(), Error> {
        // The credentials offer theirs for as long as nobody changes them.
        self.used
            .retain(|used| initial == Some(used) && *used != candidate.token);
        self.used.push(candidate.token.clone());
        let doubtful = (!candidate.is_second).then(|| candidate.token.clone());
        let using = SavedToken::using(self.saved.clone(), self.used.clone(), doubtful);
        self.entry.save(self.patience, &using).await
    }

    /// Records that a refresh token was not used after all.
    pub(super) async fn restore(&mut self, candidate: &Candidate) {
        let before = self.before(candidate);
        self.keep(&before).await;
    }

    /// Records that the vendor refused the refresh token.
    pub(super) async fn end(&mut self) {
        let ended = SavedToken::using(self.saved.clone(), self.used.clone(), None);
        self.saved = Some(ended.clone());
        self.keep(&ended).await;
    }

    /// Saves a new token; false if the store failed, and others do not get it.
    pub(super) async fn keep_token(
        &mut self,
        flight: &Flight,
        obtained: &ObtainedToken,
        next: Option<&Secret>,
        is_reusable: bool,
        now: SystemTime,
    ) -> bool {
        if is_reusable {
            self.used.retain(|used| Some(used) != next);
        }
        let saved = SavedToken::new(&obtained.token, next.cloned(), self.used.clone(), now);
        flight.cargo().to_save = Some(saved.clone());
        self.keep(&saved).await
    }

    /// A token that cannot be saved still serves.
    async fn keep(&mut self, saved: &SavedToken) -> bool {
        let kept = self.entry.save(self.patience, saved).await;
        if let Err(error) = &kept {
            tracing::warn!(%error, "an access token could not be saved; other clients will get one of their own");
        }
        kept.is_ok()
    }
}

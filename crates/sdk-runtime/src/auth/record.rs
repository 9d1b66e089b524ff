//! The store's record of one exchange: the used refresh tokens, and the new token.

use std::time::{Duration, SystemTime};

use crate::auth::entry_slot::EntrySlot;
use crate::auth::flight::Flight;
use crate::auth::refresh_tokens::Candidate;
use crate::error::Error;
use crate::token::cached_token::ObtainedToken;
use crate::token::store::saved::SavedToken;
use crate::value::secret::Secret;

/// Record of a locked entry.
pub(super) struct Record<'a> {
    entry: &'a EntrySlot,
    patience: Duration,
    saved: Option<SavedToken>,
    used: Vec<Secret>,
}

impl<'a> Record<'a> {
    /// Creates the record. `saved` is the current content of the entry.
    pub(super) fn new(entry: &'a EntrySlot, patience: Duration, saved: Option<SavedToken>) -> Self {
        let used = saved.as_ref().map(|saved| saved.used().to_vec());
        Self {
            entry,
            patience,
            saved,
            used: used.unwrap_or_default(),
        }
    }

    /// Returns the record to restore if a refresh token turns out not to have been used.
    pub(super) fn before(&self, candidate: &Candidate) -> SavedToken {
        let before = self.saved.clone();
        before.unwrap_or_else(|| SavedToken::unused(&candidate.token))
    }

    /// Marks a refresh token as used before it is sent; a later save records the outcome.
    pub(super) async fn mark_used(
        &mut self,
        candidate: &Candidate,
        initial: Option<&Secret>,
    ) -> Result<(), Error> {
        // Keeps only the initial token among the earlier ones, because the credentials still
        // contain it.
        self.used
            .retain(|used| initial == Some(used) && *used != candidate.token);
        self.used.push(candidate.token.clone());
        let doubtful = (!candidate.is_second).then(|| candidate.token.clone());
        let using = SavedToken::using(self.saved.clone(), self.used.clone(), doubtful);
        self.entry.save(self.patience, &using).await
    }

    /// Restores the record as it was before the refresh token was marked as used.
    pub(super) async fn restore(&mut self, candidate: &Candidate) {
        let before = self.before(candidate);
        self.save_record(&before).await;
    }

    /// Marks the refresh token as rejected by the vendor.
    pub(super) async fn end(&mut self) {
        let ended = SavedToken::using(self.saved.clone(), self.used.clone(), None);
        self.saved = Some(ended.clone());
        self.save_record(&ended).await;
    }

    /// Saves a new token. Returns false if the store failed, in which case other clients don't get
    /// the token.
    pub(super) async fn save_token(
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
        self.save_record(&saved).await
    }

    /// Saves a record. A failure is only logged, because a token that can't be saved is still
    /// usable.
    async fn save_record(&mut self, saved: &SavedToken) -> bool {
        let kept = self.entry.save(self.patience, saved).await;
        if let Err(error) = &kept {
            tracing::warn!(
                %error,
                "the token store could not save a record; other clients may have to obtain their own tokens"
            );
        }
        kept.is_ok()
    }
}

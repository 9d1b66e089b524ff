//! One token from start to end: from the store, by the refresh token, or by the full grant.

use tokio::time::Instant;

use super::window::margin;
use super::{Gained, Inner, Wish};
use crate::token_store::{OpenToken, SavedToken};
use crate::{AccessToken, Error, ErrorKind, Exchange, Secret};

/// How an exchange ended, and the refresh token that may be used next.
type Ending = (Result<Gained, Error>, Option<Secret>);

impl Inner {
    pub(super) async fn obtain(&self, wish: Wish) -> Ending {
        let Some((store, key)) = &self.store else {
            return self.exchange(wish.refresh_token, None).await;
        };
        // Nobody else is let in until the new token is saved.
        let mut entry = match store.open(key).await {
            Ok(entry) => entry,
            Err(error) => return (Err(error), wish.refresh_token),
        };
        let saved = match entry.load().await {
            Ok(saved) => saved,
            Err(error) => return (Err(error), wish.refresh_token),
        };
        let Some(saved) = saved else {
            return self
                .exchange(wish.refresh_token, Some((&mut *entry, None)))
                .await;
        };
        let refresh_token = saved.refresh_token(wish.refresh_token.clone());
        if let Some(gained) = self.usable(&saved, &wish) {
            return (Ok(gained), refresh_token);
        }
        self.exchange(refresh_token, Some((&mut *entry, Some(saved))))
            .await
    }

    /// What somebody else has saved, if it serves.
    fn usable(&self, saved: &SavedToken, wish: &Wish) -> Option<Gained> {
        let token = saved.access_token()?;
        if wish.anew || wish.refused.as_ref() == Some(token.value()) {
            return None;
        }
        let left = saved.left(self.wire.clock.now());
        if let Some((lifetime, left)) = token.lifetime().zip(left)
            && left <= margin(lifetime)
        {
            return None;
        }
        let expires = left.and_then(|left| self.wire.clock.now().checked_add(left));
        Some(Gained {
            token,
            left,
            expires,
        })
    }

    /// Gets a token from the vendor, with the refresh token first, and saves it.
    async fn exchange(
        &self,
        refresh_token: Option<Secret>,
        mut entry: Option<(&mut dyn OpenToken, Option<SavedToken>)>,
    ) -> Ending {
        let mut used = None;
        let mut refusal = None;
        if let Some(refresh_token) = refresh_token {
            if let Some((entry, saved)) = &mut entry
                && let Err(error) = entry
                    .save(&SavedToken::using(saved.clone(), &refresh_token))
                    .await
            {
                // Whoever comes next could not know that it is used.
                return (Err(error), Some(refresh_token));
            }
            match self.ask(Some(&refresh_token)).await {
                // Refused: it has expired or was used up.
                Err(error) if error.is_auth() => {
                    used = Some(refresh_token);
                    refusal = Some(error);
                }
                // Nothing was sent, so it is unused.
                Err(error) if error.is_connect() => {
                    if let Some((entry, saved)) = &mut entry {
                        let unused = saved
                            .take()
                            .unwrap_or_else(|| SavedToken::unused(&refresh_token));
                        keep(*entry, &unused).await;
                    }
                    return (Err(error), Some(refresh_token));
                }
                // It may be used up.
                Err(error) => return (Err(error), None),
                Ok(gained) => {
                    let next = gained.token.refresh_token().cloned();
                    // A vendor that gives no other one lets it be used again.
                    let (next, used) = match next {
                        Some(next) => (next, Some(refresh_token)),
                        None => (refresh_token, None),
                    };
                    if let Some((entry, _)) = &mut entry {
                        self.save(*entry, &gained.token, Some(next.clone()), used)
                            .await;
                    }
                    return (Ok(gained), Some(next));
                }
            }
        }
        match (self.ask(None).await, refusal) {
            (Ok(gained), _) => {
                let next = gained.token.refresh_token().cloned();
                if let Some((entry, saved)) = &mut entry {
                    let used = used.or_else(|| saved.as_ref()?.used().cloned());
                    self.save(*entry, &gained.token, next.clone(), used).await;
                }
                (Ok(gained), next)
            }
            // There was no other grant: what the vendor said tells more.
            (Err(error), Some(refusal)) if error.kind() == ErrorKind::Credentials => {
                (Err(refusal), None)
            }
            (Err(error), _) => (Err(error), None),
        }
    }

    async fn ask(&self, refresh_token: Option<&Secret>) -> Result<Gained, Error> {
        // A lifetime begins when the vendor makes the token, which is not before now.
        let (started, time_of_day) = (Instant::now(), self.wire.clock.now());
        let token = self
            .source
            .exchange(Exchange::new(&self.wire, refresh_token))
            .await?;
        let left = token
            .lifetime()
            .map(|lifetime| lifetime.saturating_sub(started.elapsed()));
        let expires = token
            .lifetime()
            .and_then(|lifetime| time_of_day.checked_add(lifetime));
        Ok(Gained {
            token,
            left,
            expires,
        })
    }

    async fn save(
        &self,
        entry: &mut dyn OpenToken,
        token: &AccessToken,
        next: Option<Secret>,
        used: Option<Secret>,
    ) {
        let saved = SavedToken::new(token, next, used, self.wire.clock.now());
        keep(entry, &saved).await;
    }
}

/// A token that cannot be saved still serves.
async fn keep(entry: &mut dyn OpenToken, saved: &SavedToken) {
    if let Err(error) = entry.save(saved).await {
        tracing::warn!(%error, "an access token could not be saved; others will get one of their own");
    }
}

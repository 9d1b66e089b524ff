//! One token from start to end: from the store, by the refresh token, or by the full grant.

use std::sync::Arc;

use tokio::time::Instant;

use crate::auth::token_source::{Exchange, TokenSource};
use crate::call_path::context::CallContext;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::token::cached_token::ObtainedToken;
use crate::token::store::saved::SavedToken;
use crate::token::store::{OpenToken, TokenKey, TokenStore};
use crate::token::window::margin;
use crate::value::secret::Secret;

/// How an exchange ended, and the refresh token that may be used next.
type Ending = (Result<ObtainedToken, Error>, Option<Secret>);

/// Which token an exchange is to bring.
pub(super) struct Wanted {
    /// A token that is not this one.
    pub(super) refused: Option<Secret>,
    /// A token that nobody has yet.
    pub(super) anew: bool,
    pub(super) refresh_token: Option<Secret>,
}

/// Obtains tokens: from the store, by the refresh token, or by the full grant.
pub(super) struct Obtainer {
    pub(super) source: Arc<dyn TokenSource>,
    pub(super) context: Arc<CallContext>,
    pub(super) store: Option<(Arc<dyn TokenStore>, TokenKey)>,
}

impl Obtainer {
    pub(super) async fn obtain(&self, wanted: Wanted) -> Ending {
        let Some((store, key)) = &self.store else {
            return self.exchange(wanted.refresh_token, None).await;
        };
        // Nobody else is let in until the new token is saved.
        let mut entry = match store.open(key).await {
            Ok(entry) => entry,
            Err(error) => return (Err(error), wanted.refresh_token),
        };
        let saved = match entry.load().await {
            Ok(saved) => saved,
            Err(error) => return (Err(error), wanted.refresh_token),
        };
        let Some(saved) = saved else {
            let entry = Entry::new(&mut *entry, None);
            return self.exchange(wanted.refresh_token, Some(entry)).await;
        };
        let refresh_token = saved.refresh_token(wanted.refresh_token.clone());
        if let Some(obtained) = self.usable(&saved, &wanted) {
            return (Ok(obtained), refresh_token);
        }
        let entry = Entry::new(&mut *entry, Some(saved));
        self.exchange(refresh_token, Some(entry)).await
    }

    /// What somebody else has saved, if it serves.
    fn usable(&self, saved: &SavedToken, wanted: &Wanted) -> Option<ObtainedToken> {
        let token = saved.access_token()?;
        if wanted.anew || token.header().is_err() || wanted.refused.as_ref() == Some(token.value())
        {
            return None;
        }
        let left = saved.left(self.context.clock.now());
        if let Some((lifetime, left)) = token.lifetime().zip(left)
            && left <= margin(lifetime)
        {
            return None;
        }
        let expires = left.and_then(|left| self.context.clock.now().checked_add(left));
        Some(ObtainedToken {
            token,
            left,
            expires,
        })
    }

    /// Gets a token from the vendor, with the refresh token first, and saves it.
    async fn exchange(
        &self,
        refresh_token: Option<Secret>,
        mut entry: Option<Entry<'_>>,
    ) -> Ending {
        let mut refusal = None;
        if let Some(refresh_token) = refresh_token {
            if let Some(entry) = &mut entry
                && let Err(error) = entry.use_up(&refresh_token, &*self.source).await
            {
                // Whoever comes next could not know that it is used.
                return (Err(error), Some(refresh_token));
            }
            match self.ask(Some(&refresh_token)).await {
                // Refused: it has expired or was used up.
                Err(error) if error.is_auth() => refusal = Some(error),
                // Nothing was sent, so it is unused.
                Err(error) if error.is_connect() => {
                    if let Some(entry) = &mut entry {
                        entry.restore(&refresh_token).await;
                    }
                    return (Err(error), Some(refresh_token));
                }
                // It may be used up.
                Err(error) => return (Err(error), None),
                // A vendor that gives no other one lets it be used again.
                Ok(obtained) => {
                    let next = obtained.token.refresh_token().cloned();
                    let is_reusable = next.is_none();
                    let next = next.unwrap_or(refresh_token);
                    if let Some(entry) = &mut entry {
                        if is_reusable {
                            entry.used.retain(|used| *used != next);
                        }
                        entry.save(&obtained, Some(next.clone()), self).await;
                    }
                    return (Ok(obtained), Some(next));
                }
            }
        }
        match (self.ask(None).await, refusal) {
            (Ok(obtained), _) => {
                let next = obtained.token.refresh_token().cloned();
                if let Some(entry) = &mut entry {
                    entry.save(&obtained, next.clone(), self).await;
                }
                (Ok(obtained), next)
            }
            // There was no other grant: what the vendor said tells more.
            (Err(error), Some(refusal)) if error.kind() == ErrorKind::Credentials => {
                (Err(refusal), None)
            }
            (Err(error), _) => (Err(error), None),
        }
    }

    async fn ask(&self, refresh_token: Option<&Secret>) -> Result<ObtainedToken, Error> {
        // A lifetime begins when the vendor makes the token, which is not before now.
        let (started, time_of_day) = (Instant::now(), self.context.clock.now());
        let token = self
            .source
            .exchange(Exchange::new(&self.context, refresh_token))
            .await?;
        // Before it is saved: others would be given it for as long as it lives.
        token
            .header()
            .map_err(|why| Error::new(ErrorKind::Decode, why))?;
        let left = token
            .lifetime()
            .map(|lifetime| lifetime.saturating_sub(started.elapsed()));
        let expires = token
            .lifetime()
            .and_then(|lifetime| time_of_day.checked_add(lifetime));
        Ok(ObtainedToken {
            token,
            left,
            expires,
        })
    }
}

/// An entry of a store that is open, what it held, and the refresh tokens that nobody may use again.
struct Entry<'a> {
    open: &'a mut dyn OpenToken,
    saved: Option<SavedToken>,
    used: Vec<Secret>,
}

impl<'a> Entry<'a> {
    fn new(open: &'a mut dyn OpenToken, saved: Option<SavedToken>) -> Self {
        let used = saved.as_ref().map(|saved| saved.used().to_vec());
        Self {
            open,
            saved,
            used: used.unwrap_or_default(),
        }
    }

    /// Has it saved that a refresh token is used, before it is.
    async fn use_up(&mut self, token: &Secret, source: &dyn TokenSource) -> Result<(), Error> {
        let initial = source.initial_refresh_token();
        // The credentials will offer theirs for as long as nobody changes them.
        self.used.retain(|used| initial.as_ref() == Some(used));
        self.used.push(token.clone());
        let using = SavedToken::using(self.saved.clone(), self.used.clone());
        self.open.save(&using).await
    }

    /// Makes a refresh token that was not used after all what it was.
    async fn restore(&mut self, token: &Secret) {
        let before = self.saved.take();
        let before = before.unwrap_or_else(|| SavedToken::unused(token));
        self.keep(&before).await;
    }

    async fn save(&mut self, obtained: &ObtainedToken, next: Option<Secret>, obtainer: &Obtainer) {
        let now = obtainer.context.clock.now();
        let used = self.used.clone();
        self.keep(&SavedToken::new(&obtained.token, next, used, now))
            .await;
    }

    /// A token that cannot be saved still serves.
    async fn keep(&mut self, saved: &SavedToken) {
        if let Err(error) = self.open.save(saved).await {
            tracing::warn!(%error, "an access token could not be saved; others will get one of their own");
        }
    }
}

//! An access token in its stored format.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::token::access_token::AccessToken;
use crate::value::secret::Secret;

/// Record in a [`TokenStore`](crate::TokenStore): an access token, and the data for its renewal.
///
/// `Debug` shows no secrets.
///
/// Later versions of this crate may add fields to the JSON. Older records stay readable.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedToken {
    /// `None` if the record contains only refresh tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_token: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// Unix time in seconds.
    obtained: f64,
    /// Lifetime in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lifetime: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<Secret>,
    /// Used refresh tokens: the last used token, and the token that the credentials still contain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    used: Vec<Secret>,
    /// The last used refresh token, if the outcome of its request is unknown and it wasn't sent
    /// again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doubtful: Option<Secret>,
}

impl SavedToken {
    pub(crate) fn new(
        token: &AccessToken,
        refresh_token: Option<Secret>,
        used: Vec<Secret>,
        obtained: SystemTime,
    ) -> Self {
        Self {
            access_token: Some(token.value().clone()),
            token_type: Some(token.token_type().to_owned()),
            scope: token.scope().map(str::to_owned),
            obtained: unix_seconds(obtained),
            lifetime: token.lifetime().map(|lifetime| lifetime.as_secs_f64()),
            refresh_token,
            used,
            doubtful: None,
        }
    }

    /// Returns the record to save before a refresh token is used, or after it was rejected.
    pub(crate) fn using(before: Option<Self>, used: Vec<Secret>, doubtful: Option<Secret>) -> Self {
        Self {
            refresh_token: None,
            used,
            doubtful,
            ..before.unwrap_or(Self::EMPTY)
        }
    }

    /// Returns the record for a refresh token that was marked as used but never sent.
    pub(crate) fn unused(refresh_token: &Secret) -> Self {
        Self {
            refresh_token: Some(refresh_token.clone()),
            ..Self::EMPTY
        }
    }

    const EMPTY: Self = Self {
        access_token: None,
        token_type: None,
        scope: None,
        obtained: 0.0,
        lifetime: None,
        refresh_token: None,
        used: Vec::new(),
        doubtful: None,
    };

    /// Parses the output of [`to_json`](Self::to_json). Returns `None` if `text` isn't a valid
    /// record.
    pub fn from_json(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// Formats the record as JSON, which contains secrets. Store it where others can't read it.
    pub fn to_json(&self) -> Vec<u8> {
        // The record contains only strings and numbers, so serialization can't fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Returns the access token, without the refresh token. Returns `None` if the access token is
    /// missing or empty.
    pub(crate) fn access_token(&self) -> Option<AccessToken> {
        let token = AccessToken::new(
            self.access_token
                .clone()
                .filter(|value| !value.is_empty())?,
        )
        .with_type(self.token_type.clone())
        .with_scope(self.scope.clone());
        Some(match self.lifetime {
            Some(lifetime) => token.with_expires_in(lifetime),
            None => token,
        })
    }

    /// Returns the remaining lifetime of the access token, or `None` if its expiry is unknown.
    ///
    /// It never exceeds the token's lifetime, even if the clock was set back.
    pub(crate) fn left(&self, now: SystemTime) -> Option<Duration> {
        let lifetime = Duration::try_from_secs_f64(self.lifetime?).ok()?;
        let age = (unix_seconds(now) - self.obtained).max(0.0);
        Some(lifetime.saturating_sub(Duration::try_from_secs_f64(age).unwrap_or(Duration::MAX)))
    }

    /// Returns the unused refresh token.
    pub(crate) fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.as_ref()
    }

    /// Returns the last used refresh token, if the outcome of its request is unknown and it wasn't
    /// sent again.
    ///
    /// It is retried only if the vendor allows that.
    pub(crate) fn doubtful(&self) -> Option<&Secret> {
        self.doubtful.as_ref()
    }

    /// Returns the used refresh tokens.
    pub(crate) fn used(&self) -> &[Secret] {
        &self.used
    }
}

fn unix_seconds(moment: SystemTime) -> f64 {
    moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}

impl fmt::Debug for SavedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedToken")
            .field("access_token", &self.access_token)
            .field("obtained", &self.obtained)
            .field("lifetime", &self.lifetime)
            .field("refresh_token", &self.refresh_token)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn saved(lifetime: Option<i64>) -> SavedToken {
        let token = AccessToken::new("hush").with_expires_in(lifetime);
        SavedToken::new(&token, Some("r-2".into()), vec!["r-1".into()], at(1000))
    }

    #[test]
    fn a_saved_token_survives_a_json_round_trip_and_is_not_printed() {
        let saved = saved(Some(60));
        assert_eq!(SavedToken::from_json(&saved.to_json()), Some(saved.clone()));
        assert!(!format!("{saved:?}").contains("hush"));
        let first_version = br#"{"access_token":"hush","obtained":1.0,"used":["r-0"]}"#;
        assert_eq!(
            SavedToken::from_json(first_version).unwrap().doubtful(),
            None
        );
        for odd in ["", "{", "[]", "{}", r#"{"access_token":"t"}"#, "null"] {
            assert_eq!(SavedToken::from_json(odd.as_bytes()), None, "{odd}");
        }
    }

    #[test]
    fn a_clock_jump_never_extends_the_lifetime() {
        let left = |now| saved(Some(60)).left(at(now)).map(|left| left.as_secs());
        assert_eq!(
            [left(1000), left(1059), left(1060)],
            [Some(60), Some(1), Some(0)]
        );
        assert_eq!([left(10), left(9_000_000)], [Some(60), Some(0)]);
        assert_eq!(saved(None).left(at(9_000_000)), None);
    }

    #[test]
    fn a_used_refresh_token_is_kept_as_doubtful_with_the_access_token() {
        let used = SavedToken::using(Some(saved(None)), vec!["r-2".into()], Some("r-2".into()));
        let used = SavedToken::from_json(&used.to_json()).unwrap();
        assert_eq!(used.refresh_token(), None);
        assert_eq!(
            (used.used(), used.doubtful()),
            (&["r-2".into()][..], Some(&"r-2".into()))
        );
        assert_eq!(used.access_token().unwrap().value().expose(), "hush");
        let first = SavedToken::using(None, vec!["r-0".into()], None);
        assert_eq!((first.access_token(), first.refresh_token()), (None, None));
    }
}

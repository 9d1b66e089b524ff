//! Entries of a list or a map, one by one, for a reader that skips some of them.

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess};

/// Source of the entries of a list or a map.
pub(super) trait Source<'de> {
    type Error: Error;

    /// Reads the next entry. Returns `None` after the last one.
    fn next<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Self::Error>;
}

/// The items of a list.
pub(super) struct ListEntries<'l, A>(pub(super) &'l mut A);

impl<'de, A: SeqAccess<'de>> Source<'de> for ListEntries<'_, A> {
    type Error = A::Error;

    #[inline]
    fn next<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(seed)
    }
}

/// A map entry whose key has been read.
pub(super) struct MapEntry<'m, A> {
    pub(super) map: &'m mut A,
    pub(super) key: String,
    /// Whether the value of the key is still unread.
    pub(super) is_fresh: bool,
}

impl<'de, A: MapAccess<'de>> Source<'de> for MapEntry<'_, A> {
    type Error = A::Error;

    #[inline]
    fn next<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        if !std::mem::take(&mut self.is_fresh) {
            match self.map.next_key::<String>()? {
                Some(key) => self.key = key,
                None => return Ok(None),
            }
        }
        self.map.next_value_seed(seed).map(Some)
    }
}

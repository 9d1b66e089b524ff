//! Reads individual values from a JSON text without decoding the rest.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::json::byte_order_mark::without_byte_order_mark;

/// A value at a pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plucked {
    /// The value is absent or null.
    Nothing,
    /// A string or a number.
    Text(String),
    /// A list, an object or a boolean.
    Other,
}

/// Reads the values at up to two JSON pointers. Stops after all values are found. A pointer into a
/// list finds nothing.
pub(crate) fn pluck(json: &[u8], pointers: [Option<&str>; 2]) -> [Plucked; 2] {
    let mut found = [const { Plucked::Nothing }; 2];
    pluck_wanted(json, wanted(pointers), &mut found);
    found
}

pub(crate) fn wanted(pointers: [Option<&str>; 2]) -> Vec<Wanted<'_>> {
    pointers
        .into_iter()
        .enumerate()
        .filter_map(|(index, pointer)| pointer.map(|rest| Wanted { index, rest }))
        .collect()
}

pub(crate) fn pluck_wanted(json: &[u8], wanted: Vec<Wanted<'_>>, found: &mut [Plucked; 2]) {
    let mut left = wanted.len();
    if left > 0 {
        let walk = Walk {
            wanted,
            found,
            left: &mut left,
        };
        // An error means that the walk stopped on purpose, or that nothing more can be found.
        let _ = walk.deserialize(&mut serde_json::Deserializer::from_slice(
            without_byte_order_mark(json),
        ));
    }
}

/// A pointer to a wanted value.
pub(crate) struct Wanted<'p> {
    index: usize,
    /// Part of the pointer below the current value.
    rest: &'p str,
}

impl<'p> Wanted<'p> {
    /// Returns the rest of the pointer below a key, if the pointer passes through that key.
    pub(crate) fn below(&self, key: &str) -> Option<Self> {
        let path = self.rest.strip_prefix('/')?;
        let (first, _) = path.split_once('/').unwrap_or((path, ""));
        let leads = if first.contains('~') {
            first.replace("~1", "/").replace("~0", "~") == key
        } else {
            first == key
        };
        leads.then(|| Self {
            index: self.index,
            rest: &self.rest[1 + first.len()..],
        })
    }
}

struct Walk<'p, 'f> {
    wanted: Vec<Wanted<'p>>,
    found: &'f mut [Plucked; 2],
    left: &'f mut usize,
}

impl Walk<'_, '_> {
    fn take<E: Error>(&mut self, value: &Plucked) -> Result<(), E> {
        for wanted in &self.wanted {
            if wanted.rest.is_empty() {
                self.found[wanted.index] = value.clone();
                *self.left = self.left.saturating_sub(1);
            }
        }
        if *self.left == 0 {
            return Err(E::custom("all found"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        self.take(&Plucked::Nothing)
    }

    fn visit_bool<E: Error>(mut self, _: bool) -> Result<(), E> {
        self.take(&Plucked::Other)
    }

    fn visit_u64<E: Error>(mut self, number: u64) -> Result<(), E> {
        self.take(&Plucked::Text(number.to_string()))
    }

    fn visit_i64<E: Error>(mut self, number: i64) -> Result<(), E> {
        self.take(&Plucked::Text(number.to_string()))
    }

    fn visit_f64<E: Error>(mut self, number: f64) -> Result<(), E> {
        self.take(&Plucked::Text(number.to_string()))
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        self.take(&Plucked::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.take(&Plucked::Other)?;
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.take(&Plucked::Other)?;
        while let Some(wanted) = map.next_key_seed(Key(&self.wanted))? {
            if wanted.is_empty() {
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(Walk {
                    wanted,
                    found: self.found,
                    left: self.left,
                })?;
            }
        }
        Ok(())
    }
}

/// Reads a key as the list of pointers that pass through it.
struct Key<'w, 'p>(&'w [Wanted<'p>]);

impl<'de, 'p> DeserializeSeed<'de> for Key<'_, 'p> {
    type Value = Vec<Wanted<'p>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'p> Visitor<'_> for Key<'_, 'p> {
    type Value = Vec<Wanted<'p>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self
            .0
            .iter()
            .filter_map(|wanted| wanted.below(key))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Plucked {
        Plucked::Text(text.to_owned())
    }

    #[test]
    fn values_are_found_by_their_pointers() {
        let json = br#"{"items":[{"next":"no"}],"meta":{"a/b":{"next":"yes\n"},"total":7},"links":{"next":null}}"#;
        let both = pluck(json, [Some("/meta/a~1b/next"), Some("/meta/total")]);
        assert_eq!(both, [text("yes\n"), text("7")]);
        assert_eq!(
            pluck(json, [Some("/links/next"), None])[0],
            Plucked::Nothing
        );
        assert_eq!(
            pluck(json, [Some("/links/next/href"), Some("/nothing")]),
            [Plucked::Nothing, Plucked::Nothing]
        );
        assert_eq!(
            pluck(json, [Some("/meta"), Some("/items")]),
            [Plucked::Other, Plucked::Other]
        );
        assert_eq!(pluck(b"[1,2]", [Some("/0"), None])[0], Plucked::Nothing);
        assert_eq!(pluck(b"no json", [Some("/a"), None])[0], Plucked::Nothing);
    }
}

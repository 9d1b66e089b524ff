//! Detects a list in place of an object, because serde would assign the items to the fields by
//! position.

use serde::de::value::Error;
use serde::de::{Deserializer, Error as _, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

/// Returns whether a JSON text is a non-empty list although the type expects an object.
///
/// An empty list is allowed, because some vendors write an empty object that way.
pub(crate) fn is_positional<'de, T: Deserialize<'de>>(json: &[u8]) -> bool {
    let Some((b'[', rest)) = json.trim_ascii_start().split_first() else {
        return false;
    };
    !rest.trim_ascii_start().starts_with(b"]") && wants_object::<T>()
}

fn wants_object<'de, T: Deserialize<'de>>() -> bool {
    let mut probe = Probe(false);
    // The probe supplies no value; it only records what the type requests.
    let _ = T::deserialize(&mut probe);
    probe.0
}

/// Records whether a type first requests an object.
struct Probe(bool);

impl<'de> Deserializer<'de> for &mut Probe {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom(""))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.0 = true;
        Err(Error::custom(""))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Deserialize)]
    struct Thing {
        #[expect(dead_code, reason = "only requested")]
        id: Option<u64>,
    }

    #[derive(Deserialize)]
    struct Wrapped(#[expect(dead_code, reason = "only requested")] Thing);

    #[test]
    fn only_a_non_empty_list_in_place_of_an_object_is_positional() {
        assert!(is_positional::<Thing>(b" [1]"));
        assert!(is_positional::<Option<Thing>>(b"[[]]"));
        assert!(is_positional::<Wrapped>(b"[null]"));
        assert!(!is_positional::<Thing>(b" [ ] ") && !is_positional::<Thing>(b"{}"));
        assert!(!is_positional::<Vec<Thing>>(b"[1]"));
        assert!(!is_positional::<BTreeMap<String, u8>>(b"[1]"));
        assert!(!is_positional::<serde_json::Value>(b"[1]"));
        assert!(!is_positional::<(u8, u8)>(b"[1,2]"));
    }
}

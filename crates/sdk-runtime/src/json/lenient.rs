//! Readers for maps, lists and numbers. Some vendors write an empty map as a list, or an empty list
//! as a map.

mod number;

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::json::convert::Converting;

pub use number::number;

/// Reads a map or an object. `[]` is read as empty, and null as `None`.
///
/// # Errors
///
/// Returns an error if the value is anything else, or if the map itself can't be read.
pub fn map<'de, D, M>(deserializer: D) -> Result<Option<M>, D::Error>
where
    D: Deserializer<'de>,
    M: Deserialize<'de> + Default,
{
    deserializer.deserialize_any(Map(PhantomData))
}

/// Reads a list. `{}` is read as empty, and null as `None`.
///
/// # Errors
///
/// Returns an error if the value is anything else, or if the list itself can't be read.
pub fn list<'de, D, L>(deserializer: D) -> Result<Option<L>, D::Error>
where
    D: Deserializer<'de>,
    L: Deserialize<'de> + Default,
{
    deserializer.deserialize_any(List(PhantomData))
}

/// Reads a map or an object. `[]` and null are read as empty.
///
/// # Errors
///
/// Returns the same errors as [`map`].
pub fn required_map<'de, D, M>(deserializer: D) -> Result<M, D::Error>
where
    D: Deserializer<'de>,
    M: Deserialize<'de> + Default,
{
    map(deserializer).map(Option::unwrap_or_default)
}

/// Reads a list. `{}` and null are read as empty.
///
/// # Errors
///
/// Returns the same errors as [`list`].
pub fn required_list<'de, D, L>(deserializer: D) -> Result<L, D::Error>
where
    D: Deserializer<'de>,
    L: Deserialize<'de> + Default,
{
    list(deserializer).map(Option::unwrap_or_default)
}

struct Map<M>(PhantomData<M>);

impl<'de, M: Deserialize<'de> + Default> Visitor<'de> for Map<M> {
    type Value = Option<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        M::deserialize(Converting(MapAccessDeserializer::new(map))).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        match items.next_element::<IgnoredAny>()? {
            None => Ok(Some(M::default())),
            Some(_) => Err(A::Error::custom("a non-empty list instead of a map")),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

struct List<L>(PhantomData<L>);

impl<'de, L: Deserialize<'de> + Default> Visitor<'de> for List<L> {
    type Value = Option<L>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        L::deserialize(Converting(SeqAccessDeserializer::new(items))).map(Some)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match map.next_key::<IgnoredAny>()? {
            None => Ok(Some(L::default())),
            Some(_) => Err(A::Error::custom("a non-empty map instead of a list")),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Thing {
        #[serde(default, deserialize_with = "map")]
        labels: Option<BTreeMap<String, i64>>,
        #[serde(default, deserialize_with = "list")]
        scores: Option<Vec<i64>>,
        #[serde(default, deserialize_with = "required_list")]
        ids: Vec<i64>,
    }

    fn read(json: &str) -> Thing {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_empty_list_is_read_as_an_empty_map_and_vice_versa() {
        let thing = read(r#"{"labels":[],"scores":{},"ids":{}}"#);
        assert_eq!(thing.labels, Some(BTreeMap::new()));
        assert_eq!((thing.scores, thing.ids), (Some(Vec::new()), Vec::new()));
        let thing = read(r#"{"labels":{"a":1},"scores":[1,2],"ids":[3]}"#);
        assert_eq!(thing.labels.unwrap()["a"], 1);
        assert_eq!((thing.scores, thing.ids), (Some(vec![1, 2]), vec![3]));
    }

    #[test]
    fn null_and_missing_values_are_none_or_empty() {
        for json in ["{}", r#"{"labels":null,"scores":null,"ids":null}"#] {
            let thing = read(json);
            assert_eq!(
                (thing.labels, thing.scores, thing.ids),
                (None, None, vec![])
            );
        }
    }

    #[test]
    fn a_non_empty_value_of_the_wrong_type_is_an_error() {
        for json in [
            r#"{"labels":[1]}"#,
            r#"{"scores":{"a":1}}"#,
            r#"{"labels":"x"}"#,
            r#"{"scores":7}"#,
        ] {
            assert!(serde_json::from_str::<Thing>(json).is_err(), "{json}");
        }
        let value = serde_json::json!({"labels": [], "scores": {}});
        assert!(serde_json::from_value::<Thing>(value).is_ok());
    }
}

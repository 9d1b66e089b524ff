//! Decodes JSON as a type, and collects the values at a few pointers during decoding.
//!
//! This avoids reading a page twice to find its link to the next page.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::json::convert::Converting;
use crate::json::pluck::{Plucked, Wanted, pluck_wanted, wanted};

pub(super) fn from_slice_watching<T: DeserializeOwned>(
    json: &[u8],
    pointers: [Option<&str>; 2],
) -> serde_json::Result<(T, [Plucked; 2])> {
    let mut found = [const { Plucked::Nothing }; 2];
    let wanted = wanted(pointers);
    let mut json = serde_json::Deserializer::from_slice(json);
    let value = T::deserialize(Converting(Watching {
        inner: &mut json,
        wanted: &wanted,
        found: &mut found,
    }))?;
    json.end()?;
    Ok((value, found))
}

/// Forwards everything, and inspects the top-level fields that the pointers start with.
struct Watching<'w, I> {
    inner: I,
    wanted: &'w [Wanted<'w>],
    found: &'w mut [Plucked; 2],
}

/// Defines the methods of a deserializer. The methods before the semicolon wrap the visitor,
/// because they may read objects.
macro_rules! methods {
    ($($watched:ident($($name:ident: $type:ty),*))*; $($plain:ident($($part:ident: $kind:ty),*))*) => {
        $(fn $watched<V: Visitor<'de>>(self, $($name: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$watched($($name,)* Watching { inner: visitor, wanted: self.wanted, found: self.found })
        })*
        $(fn $plain<V: Visitor<'de>>(self, $($part: $kind,)* visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$plain($($part,)* visitor)
        })*
    };
}

type Names = &'static [&'static str];

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Watching<'_, D> {
    type Error = D::Error;

    methods! {
        deserialize_any()
        deserialize_map()
        deserialize_option()
        deserialize_struct(name: &'static str, fields: Names)
        deserialize_newtype_struct(name: &'static str);
        deserialize_bool()
        deserialize_i8()
        deserialize_i16()
        deserialize_i32()
        deserialize_i64()
        deserialize_i128()
        deserialize_u8()
        deserialize_u16()
        deserialize_u32()
        deserialize_u64()
        deserialize_u128()
        deserialize_f32()
        deserialize_f64()
        deserialize_char()
        deserialize_str()
        deserialize_string()
        deserialize_bytes()
        deserialize_byte_buf()
        deserialize_unit()
        deserialize_unit_struct(name: &'static str)
        deserialize_seq()
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_enum(name: &'static str, variants: Names)
        deserialize_identifier()
        deserialize_ignored_any()
    }
}

/// Defines the methods of a visitor for values other than objects.
macro_rules! visits {
    ($($method:ident: $type:ty),*) => {
        $(fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.inner.$method(value)
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Watching<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    visits!(
        visit_bool: bool,
        visit_i64: i64,
        visit_u64: u64,
        visit_f64: f64,
        visit_str: &str,
        visit_borrowed_str: &'de str,
        visit_string: String
    );

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        let (wanted, found) = (self.wanted, self.found);
        self.inner.visit_some(Watching {
            inner,
            wanted,
            found,
        })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        let (wanted, found) = (self.wanted, self.found);
        self.inner.visit_newtype_struct(Watching {
            inner,
            wanted,
            found,
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.inner.visit_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<V::Value, A::Error> {
        self.inner.visit_map(Fields {
            fields,
            wanted: self.wanted,
            found: self.found,
            below: Vec::new(),
        })
    }
}

/// Fields of the outermost object.
struct Fields<'w, A> {
    fields: A,
    wanted: &'w [Wanted<'w>],
    found: &'w mut [Plucked; 2],
    /// Remaining parts of the pointers that start with the field whose value is read next.
    below: Vec<Wanted<'w>>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(key) = self.fields.next_key::<String>()? else {
            return Ok(None);
        };
        self.below = self
            .wanted
            .iter()
            .filter_map(|wanted| wanted.below(&key))
            .collect();
        seed.deserialize(StrDeserializer::new(&key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        if self.below.is_empty() {
            return self.fields.next_value_seed(seed);
        }
        let text = self.fields.next_value::<&'de RawValue>()?.get();
        pluck_wanted(text.as_bytes(), std::mem::take(&mut self.below), self.found);
        seed.deserialize(&mut serde_json::Deserializer::from_str(text))
            .map_err(A::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::json::pluck::pluck;
    use crate::value::any_json::AnyJson;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Page {
        items: Vec<u64>,
        meta: Option<BTreeMap<String, Option<String>>>,
        #[serde(flatten)]
        rest: BTreeMap<String, serde_json::Value>,
    }

    const POINTERS: [Option<&str>; 2] = [Some("/meta/next"), Some("/total")];

    fn watched<T: DeserializeOwned>(json: &str) -> (T, [Plucked; 2]) {
        from_slice_watching(json.as_bytes(), POINTERS).unwrap()
    }

    #[test]
    fn watching_finds_values_without_changing_the_decoded_result() {
        for json in [
            r#"{"items":[1,2],"meta":{"next":"a\"b","x":null},"total":7}"#,
            r#"{"total":"7","m\u0065ta":{"next":"x"},"items":[],"more":[{}]}"#,
            r#"{"items":[],"meta":null}"#,
        ] {
            let signs = pluck(json.as_bytes(), POINTERS);
            let plain: Page = serde_json::from_str(json).unwrap();
            assert_eq!(watched::<Page>(json), (plain, signs.clone()), "{json}");
            let (boxed, of_boxed) = watched::<Option<Box<Page>>>(json);
            assert!(boxed.is_some() && of_boxed == signs);
            let (value, of_value) = watched::<serde_json::Value>(json);
            assert_eq!(
                value,
                serde_json::from_str::<serde_json::Value>(json).unwrap()
            );
            assert_eq!(of_value, signs);
        }
    }

    #[test]
    fn values_without_fields_are_decoded_as_usual() {
        assert_eq!(watched::<Vec<u64>>("[1]").0, [1]);
        assert_eq!(
            watched::<(u64, String)>(r#"[1,"a"]"#).0,
            (1, "a".to_owned())
        );
        assert_eq!(watched::<Option<u64>>("null").0, None);
        assert_eq!(watched::<AnyJson>("[1.10]").0.to_string(), "[1.10]");
        let (any, signs) = watched::<AnyJson>(r#"{"total":123456789012345678901234567890}"#);
        assert_eq!(
            any.to_string(),
            r#"{"total":123456789012345678901234567890}"#
        );
        assert_eq!(signs, pluck(b"{}", POINTERS));
    }

    #[test]
    fn invalid_input_is_still_rejected() {
        for json in [
            r#"{"items":[],"meta":{"next":[1]}}"#,
            r#"{"items":[],"meta":{"next":"x"}} 1"#,
            r#"{"items":[],"meta":{"next":"x""#,
        ] {
            assert!(from_slice_watching::<Page>(json.as_bytes(), POINTERS).is_err());
        }
    }
}

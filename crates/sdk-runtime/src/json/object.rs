//! Reads objects into structs.
//!
//! In generated types, this replaces serde's derived code, which takes three times as long to
//! compile.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::value::MapDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::json::convert::Seed;
use crate::json::lenient;

/// A struct that is read from an object.
pub trait Object: Sized {
    /// Name of the struct.
    const NAME: &'static str;
    /// Names of the object's properties.
    const NAMES: &'static [&'static str];

    /// Reads the properties, which are identified by their indexes in [`NAMES`](Self::NAMES).
    ///
    /// # Errors
    ///
    /// Returns an error if a property can't be read, or if a required one is missing.
    fn read<'de, A: MapAccess<'de>>(properties: Properties<A>) -> Result<Self, A::Error>;
}

/// Reads a struct from an object. `[]` is read as an empty object.
///
/// # Errors
///
/// Returns an error if the value is anything else, if a property can't be read, or if a required
/// one is missing.
pub fn object<'de, T: Object, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_struct(T::NAME, T::NAMES, ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(Properties { map, unknown: None })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
        if items.next_element::<IgnoredAny>()?.is_some() {
            return Err(A::Error::custom("a non-empty list instead of an object"));
        }
        T::read(Properties {
            map: MapDeserializer::new(std::iter::empty::<(&str, &str)>()),
            unknown: None,
        })
    }
}

/// Properties of an object, one by one.
#[derive(Debug)]
pub struct Properties<A> {
    map: A,
    /// Name of the next property, if it is unknown.
    unknown: Option<String>,
}

impl<'de, A: MapAccess<'de>> Properties<A> {
    /// Returns the index of the next property's name in `names`.
    ///
    /// Returns `names.len()` for an unknown property, and `None` at the end. The name of an unknown
    /// property is not kept: call [`skip`](Self::skip).
    ///
    /// # Errors
    ///
    /// Returns an error if the name can't be read.
    pub fn next(&mut self, names: &'static [&'static str]) -> Result<Option<usize>, A::Error> {
        self.map.next_key_seed(PropertyIndex(names))
    }

    /// Like [`next`](Self::next), for types that keep unknown properties with [`keep`](Self::keep).
    ///
    /// # Errors
    ///
    /// Returns an error if the name can't be read.
    pub fn next_to_keep(
        &mut self,
        names: &'static [&'static str],
    ) -> Result<Option<usize>, A::Error> {
        let name = self.map.next_key_seed(Name(names))?;
        Ok(name.map(|name| match name {
            Ok(place) => place,
            Err(unknown) => {
                self.unknown = Some(unknown);
                names.len()
            }
        }))
    }

    /// Reads the property. A value of another kind is converted if the conversion is lossless.
    ///
    /// # Errors
    ///
    /// Returns an error if the property can't be read.
    pub fn value<T: Deserialize<'de>>(&mut self) -> Result<T, A::Error> {
        self.map.next_value_seed(Seed::new())
    }

    /// Reads the property with [`lenient::list`].
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`lenient::list`].
    pub fn list<T: Deserialize<'de> + Default>(&mut self) -> Result<Option<T>, A::Error> {
        self.map.next_value().map(|List(list)| list)
    }

    /// Reads the property with [`lenient::map`].
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`lenient::map`].
    pub fn map<T: Deserialize<'de> + Default>(&mut self) -> Result<Option<T>, A::Error> {
        self.map.next_value().map(|Map(map)| map)
    }

    /// Reads the property with [`lenient::number`].
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`lenient::number`].
    pub fn number<T: Deserialize<'de> + FromStr>(&mut self) -> Result<Option<T>, A::Error> {
        self.map.next_value().map(|Number(number)| number)
    }

    /// Skips the property.
    ///
    /// # Errors
    ///
    /// Returns an error if the property isn't well-formed.
    pub fn skip(&mut self) -> Result<(), A::Error> {
        self.map.next_value().map(|IgnoredAny| ())
    }

    /// Returns the value. For a missing property, returns the type's value for absence, such as
    /// `None`.
    ///
    /// # Errors
    ///
    /// Returns an error if the property is missing but required.
    pub fn or_missing<T: Deserialize<'de>>(
        &self,
        value: Option<T>,
        name: &'static str,
    ) -> Result<T, A::Error> {
        match value {
            Some(value) => Ok(value),
            None => T::deserialize(Missing(name, PhantomData)),
        }
    }

    /// Stores an unknown property that [`next_to_keep`](Self::next_to_keep) found.
    ///
    /// # Errors
    ///
    /// Returns an error if the property can't be read, or if its name was not kept.
    pub fn keep<V: Deserialize<'de>>(
        &mut self,
        rest: &mut BTreeMap<String, V>,
    ) -> Result<(), A::Error> {
        let Some(name) = self.unknown.take() else {
            return Err(A::Error::custom("the name of a property was not kept"));
        };
        rest.insert(name, self.value()?);
        Ok(())
    }
}

/// Reads a name as its index among the known names.
struct PropertyIndex(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for PropertyIndex {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for PropertyIndex {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a property")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        let known = self.0.iter().position(|known| *known == name);
        Ok(known.unwrap_or(self.0.len()))
    }
}

/// Reads a name as its index among the known names, or as a string.
struct Name(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a property")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let known = self.0.iter().position(|known| *known == name);
        Ok(known.ok_or_else(|| name.to_owned()))
    }
}

struct Missing<E>(&'static str, PhantomData<E>);

impl<'de, E: Error> Deserializer<'de> for Missing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Defines types whose `Deserialize` implementation is one of the lenient readers.
macro_rules! readers {
    ($($name:ident: $($bound:path),+ => $reader:path;)*) => {
        $(
            struct $name<T>(Option<T>);

            impl<'de, T: $($bound +)+> Deserialize<'de> for $name<T> {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    $reader(deserializer).map(Self)
                }
            }
        )*
    };
}

readers! {
    List: Deserialize<'de>, Default => lenient::list;
    Map: Deserialize<'de>, Default => lenient::map;
    Number: Deserialize<'de>, FromStr => lenient::number;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Thing {
        id: u64,
        labels: Option<BTreeMap<String, String>>,
        size: Option<f64>,
        note: Option<String>,
        rest: BTreeMap<String, crate::value::any_json::AnyJson>,
    }

    impl Object for Thing {
        const NAME: &'static str = "Thing";
        const NAMES: &'static [&'static str] = &["id", "labels", "size", "note"];

        fn read<'de, A: MapAccess<'de>>(mut properties: Properties<A>) -> Result<Self, A::Error> {
            let (mut id, mut labels, mut size, mut note) = (None, None, None, None);
            let mut rest = BTreeMap::new();
            while let Some(place) = properties.next_to_keep(Self::NAMES)? {
                match place {
                    0 => id = Some(properties.value()?),
                    1 => labels = properties.map()?,
                    2 => size = properties.number()?,
                    3 => note = properties.value()?,
                    _ => properties.keep(&mut rest)?,
                }
            }
            Ok(Self {
                id: properties.or_missing(id, "id")?,
                labels,
                size,
                note: properties.or_missing(Some(note), "note")?,
                rest,
            })
        }
    }

    fn read(json: &str) -> Result<Thing, String> {
        let mut json = serde_json::Deserializer::from_str(json);
        let read = serde_path_to_error::deserialize::<_, Read>(&mut json);
        read.map(|Read(thing)| thing)
            .map_err(|error| error.to_string())
    }

    struct Read(Thing);

    impl<'de> Deserialize<'de> for Read {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            object(deserializer).map(Self)
        }
    }

    #[test]
    fn properties_are_read_in_any_order_and_unknown_ones_are_kept_exactly() {
        let thing = read(r#"{"x":123456789012345678901234567890,"labels":[],"size":"2.5","id":1}"#);
        let thing = thing.unwrap();
        assert_eq!((thing.id, thing.size, thing.note), (1, Some(2.5), None));
        assert_eq!(thing.labels, Some(BTreeMap::new()));
        assert_eq!(thing.rest["x"].text(), "123456789012345678901234567890");
        assert_eq!(read(r#"{"id":1,"id":2}"#).unwrap().id, 2);
    }

    #[test]
    fn an_error_describes_what_is_missing_or_invalid() {
        assert!(read("{}").unwrap_err().contains("missing field `id`"));
        assert!(read("[]").unwrap_err().contains("missing field `id`"));
        assert!(read("[1]").unwrap_err().contains("instead of an object"));
        assert!(read("7").unwrap_err().contains("expected struct Thing"));
        let wrong = read(r#"{"id":1,"labels":{"a":[7]}}"#).unwrap_err();
        assert!(wrong.starts_with("labels.a: invalid type"), "{wrong}");
    }
}

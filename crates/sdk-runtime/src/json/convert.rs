//! Converts values to the kind that a type expects, at any position in the JSON.
//!
//! Numbers are converted to strings and back, numbers and strings to booleans, and null, `[]` and
//! `{}` to an empty list or map. Nulls are removed from lists and maps of types that can't be null.
//!
//! Only lossless conversions are made. One wrapper serves all types: a type requests a kind of
//! value from its deserializer, and the visitor receives the value with its actual kind.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess,
    SeqAccess, Visitor,
};

use crate::json::entries::{ListEntries, MapEntry, Source};
use crate::json::scalar::{self, Integer};
use crate::json::strict::is_strict;

/// A deserializer that converts values.
pub(crate) struct Converting<D>(pub(crate) D);

/// Kind of value that a type requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Integer,
    Float,
    Bool,
    List,
    Map,
    Object,
}

/// Reads a value from JSON text, with conversions.
pub(crate) fn from_str<'de, T: Deserialize<'de>>(json: &'de str) -> serde_json::Result<T> {
    let mut json = serde_json::Deserializer::from_str(json);
    let value = T::deserialize(Converting(&mut json))?;
    json.end()?;
    Ok(value)
}

/// Reads a value from JSON text in bytes, with conversions.
pub(crate) fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> serde_json::Result<T> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let value = T::deserialize(Converting(&mut json))?;
    json.end()?;
    Ok(value)
}

/// Deserializes a value with conversion.
pub(crate) struct Seed<S>(S);

impl<T> Seed<PhantomData<T>> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Converting(deserializer))
    }
}

/// Defines a deserializer's methods: those that convert to a requested kind, and the others.
macro_rules! methods {
    ($($name:ident: $kind:ident)*; $($plain:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            self.converted(Kind::$kind, visitor)
        })*
        $(fn $plain<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            self.plain(visitor)
        })*

        fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Self::Error> {
            self.plain(visitor)
        }

        fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Self::Error> {
            self.plain(visitor)
        }

        fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value, Self::Error> {
            self.plain(visitor)
        }
    };
}

macro_rules! all_methods {
    () => {
        methods! {
            deserialize_bool: Bool
            deserialize_i8: Integer
            deserialize_i16: Integer
            deserialize_i32: Integer
            deserialize_i64: Integer
            deserialize_u8: Integer
            deserialize_u16: Integer
            deserialize_u32: Integer
            deserialize_u64: Integer
            deserialize_f32: Float
            deserialize_f64: Float
            deserialize_char: Text
            deserialize_str: Text
            deserialize_string: Text
            deserialize_seq: List
            deserialize_map: Map;
            deserialize_any
            deserialize_bytes
            deserialize_byte_buf
            deserialize_unit
            deserialize_identifier
            deserialize_ignored_any
        }
    };
}

impl<'de, D: Deserializer<'de>> Converting<D> {
    #[inline]
    fn converted<V: Visitor<'de>>(self, kind: Kind, inner: V) -> Result<V::Value, D::Error> {
        match self.0.deserialize_any(ConvertingVisitor { inner, kind })? {
            Visited::Value(value) => Ok(value),
            Visited::Null(visitor) => null(kind, visitor),
        }
    }

    fn plain<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }
}

/// Reads a null that isn't an entry of a list or map.
fn null<'de, V: Visitor<'de>, E: Error>(kind: Kind, visitor: V) -> Result<V::Value, E> {
    match kind {
        Kind::List if !is_strict() => visitor.visit_seq(no_items()),
        Kind::Map if !is_strict() => visitor.visit_map(no_entries()),
        _ => visitor.visit_unit(),
    }
}

fn no_items<E: Error>() -> SeqDeserializer<std::iter::Empty<()>, E> {
    SeqDeserializer::new(std::iter::empty())
}

fn no_entries<'de, E: Error>() -> MapDeserializer<'de, std::iter::Empty<((), ())>, E> {
    MapDeserializer::new(std::iter::empty())
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Converting<D> {
    type Error = D::Error;

    all_methods!();

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_i128(visitor)
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_u128(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_option(OptionVisitor(visitor))
    }

    /// The object reader converts the properties.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, visitor)
    }

    /// Called for arbitrary JSON, which stays unchanged.
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }
}

/// Converts the content of an option.
struct OptionVisitor<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for OptionVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Converting(deserializer))
    }
}

/// Result of a visitor.
enum Visited<T, V> {
    Value(T),
    /// The value was null and was not passed to the visitor.
    Null(V),
}

/// Converts values to the requested kind and passes them to a visitor.
struct ConvertingVisitor<V> {
    inner: V,
    kind: Kind,
}

impl<'de, V: Visitor<'de>> ConvertingVisitor<V> {
    fn float<E: Error>(self, number: f64) -> Result<V::Value, E> {
        let converts = !is_strict();
        match self.kind {
            Kind::Text if converts && let Some(text) = scalar::exact_text(number) => {
                self.inner.visit_string(text)
            }
            // Up to this bound, a float represents every whole number.
            Kind::Integer
                if converts && number.fract() == 0.0 && number.abs() <= 2_f64.powi(53) =>
            {
                self.inner.visit_i64(number as i64)
            }
            _ => self.inner.visit_f64(number),
        }
    }

    fn text<E: Error>(self, text: &str) -> Result<V::Value, E> {
        if is_strict() {
            return self.inner.visit_str(text);
        }
        match self.kind {
            Kind::Integer => match scalar::integer(text) {
                Some(Integer::Signed(number)) => return self.inner.visit_i64(number),
                Some(Integer::Unsigned(number)) => return self.inner.visit_u64(number),
                None => {}
            },
            Kind::Float => {
                if let Some(number) = scalar::float(text) {
                    return self.inner.visit_f64(number);
                }
            }
            Kind::Bool => {
                if let Some(value) = scalar::boolean(text) {
                    return self.inner.visit_bool(value);
                }
            }
            Kind::Text | Kind::List | Kind::Map | Kind::Object => {}
        }
        self.inner.visit_str(text)
    }

    /// Returns whether strings are passed unchanged.
    fn takes_text(&self) -> bool {
        !matches!(self.kind, Kind::Integer | Kind::Float | Kind::Bool)
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for ConvertingVisitor<V> {
    type Value = Visited<V::Value, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        self.inner.visit_bool(value).map(Visited::Value)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        let value = match self.kind {
            Kind::Text if !is_strict() => self.inner.visit_string(number.to_string()),
            _ => self.inner.visit_i64(number),
        };
        value.map(Visited::Value)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        let value = match self.kind {
            Kind::Text if !is_strict() => self.inner.visit_string(number.to_string()),
            Kind::Bool if number <= 1 && !is_strict() => self.inner.visit_bool(number == 1),
            _ => self.inner.visit_u64(number),
        };
        value.map(Visited::Value)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        match self.kind {
            Kind::Text | Kind::Integer => self.float(number),
            _ => self.inner.visit_f64(number),
        }
        .map(Visited::Value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        match self.takes_text() {
            true => self.inner.visit_str(text),
            false => self.text(text),
        }
        .map(Visited::Value)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        match self.takes_text() {
            true => self.inner.visit_borrowed_str(text),
            false => self.text(text),
        }
        .map(Visited::Value)
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        match self.takes_text() {
            true => self.inner.visit_string(text),
            false => self.text(&text),
        }
        .map(Visited::Value)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Visited::Null(self.inner))
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Visited::Null(self.inner))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        self.inner
            .visit_newtype_struct(deserializer)
            .map(Visited::Value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        match self.kind {
            Kind::List => self.inner.visit_seq(Items(items)),
            Kind::Map if !is_strict() => match items.next_element::<IgnoredAny>()? {
                None => self.inner.visit_map(no_entries()),
                Some(_) => Err(A::Error::custom("a non-empty list instead of a map")),
            },
            _ => self.inner.visit_seq(items),
        }
        .map(Visited::Value)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match self.kind {
            Kind::Map => self.inner.visit_map(Entries(map)),
            Kind::List if !is_strict() => match map.next_key::<IgnoredAny>()? {
                None => self.inner.visit_seq(no_items()),
                Some(_) => Err(A::Error::custom("a non-empty map instead of a list")),
            },
            _ => self.inner.visit_map(map),
        }
        .map(Visited::Value)
    }
}

/// Reads a list without its nulls, unless its items can be null.
struct Items<A>(A);

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        read_entry(&mut ListEntries(&mut self.0), seed)
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// Reads a map without its null entries, unless its values can be null.
struct Entries<A>(A);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Seed(seed))
    }

    fn next_entry_seed<K: DeserializeSeed<'de>, S: DeserializeSeed<'de>>(
        &mut self,
        key: K,
        value: S,
    ) -> Result<Option<(K::Value, S::Value)>, A::Error> {
        let Some(first) = self.0.next_key::<String>()? else {
            return Ok(None);
        };
        let mut entry = MapEntry {
            map: &mut self.0,
            key: first,
            is_fresh: true,
        };
        let Some(value) = read_entry(&mut entry, value)? else {
            return Ok(None);
        };
        let key = key.deserialize(entry.key.into_deserializer())?;
        Ok(Some((key, value)))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// Reads the next entry, and skips nulls unless entries can be null.
#[inline]
fn read_entry<'de, Src: Source<'de>, S: DeserializeSeed<'de>>(
    source: &mut Src,
    seed: S,
) -> Result<Option<S::Value>, Src::Error> {
    let mut is_over = false;
    let read = seed.deserialize(Entry {
        source,
        is_over: &mut is_over,
    });
    match read {
        _ if is_over => Ok(None),
        read => read.map(Some),
    }
}

/// Deserializes the next entry.
///
/// The type determines whether an entry may be null: depending on the method that it calls, nulls
/// are skipped or read as entries.
struct Entry<'e, Src> {
    source: &'e mut Src,
    /// Set when there are no more entries.
    is_over: &'e mut bool,
}

impl<'de, Src: Source<'de>> Entry<'_, Src> {
    #[inline]
    fn converted<V: Visitor<'de>>(self, kind: Kind, mut inner: V) -> Result<V::Value, Src::Error> {
        loop {
            match self.source.next(ConvertingSeed { inner, kind })? {
                Some(Visited::Value(value)) => return Ok(value),
                Some(Visited::Null(visitor)) if is_strict() => return visitor.visit_unit(),
                Some(Visited::Null(visitor)) => inner = visitor,
                None => return self.end_of_entries(),
            }
        }
    }

    fn plain<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Src::Error> {
        match self.source.next(Plain(visitor))? {
            Some(value) => Ok(value),
            None => self.end_of_entries(),
        }
    }

    fn end_of_entries<T>(self) -> Result<T, Src::Error> {
        *self.is_over = true;
        // Never shown.
        Err(Src::Error::custom(""))
    }
}

impl<'de, Src: Source<'de>> Deserializer<'de> for Entry<'_, Src> {
    type Error = Src::Error;

    all_methods!();

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Src::Error> {
        self.plain(visitor)
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Src::Error> {
        self.plain(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Src::Error> {
        match self.source.next(AsOption(visitor))? {
            Some(value) => Ok(value),
            None => self.end_of_entries(),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Src::Error> {
        self.converted(Kind::Object, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Src::Error> {
        match self.source.next(AsNewtype(name, visitor))? {
            Some(value) => Ok(value),
            None => self.end_of_entries(),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Src::Error> {
        match self.source.next(AsEnum(name, variants, visitor))? {
            Some(value) => Ok(value),
            None => self.end_of_entries(),
        }
    }
}

/// Defines seeds that each call one method of the deserializer.
macro_rules! seeds {
    ($($name:ident<$v:ident>($($part:ident: $type:ty),*) -> $value:ty, $method:ident($($argument:expr),*);)*) => {
        $(
            struct $name<$v>($($type),*);

            impl<'de, $v: Visitor<'de>> DeserializeSeed<'de> for $name<$v> {
                type Value = $value;

                fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<$value, D::Error> {
                    let Self($($part),*) = self;
                    deserializer.$method($($argument),*)
                }
            }
        )*
    };
}

seeds! {
    Plain<V>(visitor: V) -> V::Value, deserialize_any(visitor);
    AsOption<V>(visitor: V) -> V::Value, deserialize_option(OptionVisitor(visitor));
    AsNewtype<V>(name: &'static str, visitor: V) -> V::Value, deserialize_newtype_struct(name, visitor);
    AsEnum<V>(name: &'static str, variants: &'static [&'static str], visitor: V) -> V::Value,
        deserialize_enum(name, variants, visitor);
}

/// A seed that converts the value, or returns the visitor if the value is null.
struct ConvertingSeed<V> {
    inner: V,
    kind: Kind,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for ConvertingSeed<V> {
    type Value = Visited<V::Value, V>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(ConvertingVisitor {
            inner: self.inner,
            kind: self.kind,
        })
    }
}

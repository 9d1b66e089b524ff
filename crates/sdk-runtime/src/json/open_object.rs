//! Objects that keep unknown properties.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// Defines a struct with a field that keeps all unknown properties, and implements `Serialize` and
/// `Deserialize` for the struct.
///
/// serde's `flatten` would first put the whole object into a buffer, where numbers beyond 64 bits
/// become floats. Here, unknown properties are read directly from the text into the map. The map
/// needs the attribute `#[serde(flatten, skip_deserializing)]`, so that the struct is also
/// serialized correctly.
///
/// ```
/// # use std::collections::BTreeMap;
/// sdk_runtime::open_object! {
///     /// A thing.
///     #[derive(Debug)]
///     pub struct Thing(extra) {
///         /// Its name.
///         pub name: String,
///         /// Everything else.
///         #[serde(flatten, skip_deserializing)]
///         pub extra: BTreeMap<String, sdk_runtime::AnyJson>,
///     }
/// }
/// let json = r#"{"name":"a","size":123456789012345678901234567890}"#;
/// let thing: Thing = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&thing)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// `open_object!(impl Thing(extra) by Fields)` implements only `Deserialize`, for an existing
/// struct. `Fields` needs the same fields and `#[serde(remote = "Thing")]`. Generated types have
/// their own code for this.
#[macro_export]
macro_rules! open_object {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident($rest:ident) { $($fields:tt)* }
    ) => {
        $(#[$meta])*
        #[derive($crate::serde::Serialize)]
        $vis struct $name { $($fields)* }

        const _: () = {
            // An alias whose name differs from the names of all field types.
            type __Open = $name;

            #[derive($crate::serde::Deserialize)]
            #[serde(remote = "__Open", expecting = "an object")]
            struct __Fields { $($fields)* }

            $crate::open_object!(impl $name($rest) by __Fields);
        };
    };

    (impl $name:ident($rest:ident) by $fields:ident) => {
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let mut rest = ::std::default::Default::default();
                let open = $crate::OpenObject::new(deserializer, &mut rest);
                let mut read = $fields::deserialize(open)?;
                read.$rest = rest;
                Ok(read)
            }
        }
    };
}

/// Passes known properties to a derived struct, and keeps the others.
///
/// [`open_object!`](crate::open_object) uses it.
#[doc(hidden)]
#[derive(Debug)]
pub struct OpenObject<'r, D, V> {
    inner: D,
    rest: &'r mut BTreeMap<String, V>,
}

impl<'r, D, V> OpenObject<'r, D, V> {
    /// Wraps a deserializer. Unknown properties of the object that it reads are added to the map.
    pub fn new(inner: D, rest: &'r mut BTreeMap<String, V>) -> Self {
        Self { inner, rest }
    }
}

impl<'de, D: Deserializer<'de>, R: Deserialize<'de>> Deserializer<'de> for OpenObject<'_, D, R> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_map(Split {
            inner: visitor,
            names,
            rest: self.rest,
        })
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Visits the struct without its unknown properties, which are added to the map.
struct Split<'r, T, V> {
    inner: T,
    names: &'static [&'static str],
    rest: &'r mut BTreeMap<String, V>,
}

impl<'de, T: Visitor<'de>, V: Deserialize<'de>> Visitor<'de> for Split<'_, T, V> {
    type Value = T::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T::Value, A::Error> {
        self.inner.visit_map(Split {
            inner: map,
            names: self.names,
            rest: self.rest,
        })
    }
}

impl<'de, A: MapAccess<'de>, V: Deserialize<'de>> MapAccess<'de> for Split<'_, A, V> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        loop {
            match self.inner.next_key_seed(Name(self.names, PhantomData))? {
                Some(Ok(known)) => {
                    let known: StrDeserializer<'_, A::Error> = known.into_deserializer();
                    return seed.deserialize(known).map(Some);
                }
                Some(Err(unknown)) => {
                    self.rest.insert(unknown, self.inner.next_value()?);
                }
                None => return Ok(None),
            }
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(seed)
    }
}

/// Reads a name as a known name, or as a string.
struct Name<'de>(&'static [&'static str], PhantomData<&'de ()>);

impl<'de> DeserializeSeed<'de> for Name<'de> {
    type Value = Result<&'static str, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name<'de> {
    type Value = Result<&'static str, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a property")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let known = self.0.iter().find(|known| **known == name);
        Ok(known.copied().ok_or_else(|| name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::value::any_json::AnyJson;

    open_object! {
        #[derive(Debug, Default)]
        struct Thing(extra) {
            #[serde(rename = "type")]
            kind: String,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            part: Option<Box<Thing>>,
            #[serde(flatten, skip_deserializing)]
            extra: BTreeMap<String, AnyJson>,
        }
    }

    open_object! {
        #[derive(Debug, Default)]
        struct Counts(counts) {
            total: u8,
            #[serde(flatten, skip_deserializing)]
            counts: BTreeMap<String, u8>,
        }
    }

    #[test]
    fn unknown_properties_round_trip_digit_for_digit() {
        for value in [
            "1e400",
            "-1E-400",
            "123456789012345678901234567890",
            "1.10",
            "-0",
            r#"[{"deep":18446744073709551616}]"#,
            r#""text""#,
            "null",
        ] {
            let json = format!(r#"{{"type":"a","part":{{"type":"b","x":{value}}},"y":{value}}}"#);
            let thing: Thing = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&thing).unwrap(), json);
            assert_eq!(thing.extra["y"].text(), value);
        }
    }

    #[test]
    fn a_decoding_error_has_the_path_of_the_invalid_value() {
        let place = |json: &str| {
            let mut json = serde_json::Deserializer::from_str(json);
            let error = serde_path_to_error::deserialize::<_, Thing>(&mut json).unwrap_err();
            (error.path().to_string(), error.into_inner().to_string())
        };
        let (path, error) = place(r#"{"new":1,"type":"a","part":{"other":2,"type":7}}"#);
        assert_eq!(path, "part.type");
        assert!(error.contains("expected a string"), "{error}");
        let (path, error) = place(r#"{"type":"a","part":{"new":1}}"#);
        assert_eq!(path, "part");
        assert!(error.contains("missing field `type`"), "{error}");
        let (path, error) = place(r#"{"type":"a","part":["b"]}"#);
        assert_eq!(path, "part");
        assert!(error.contains("expected an object"), "{error}");
    }

    #[test]
    fn unknown_properties_must_have_the_value_type_of_the_map() {
        let json = r#"{"total":3,"a":1,"b":2}"#;
        let counts: Counts = serde_json::from_str(json).unwrap();
        assert_eq!((counts.counts["a"], counts.counts["b"]), (1, 2));
        assert_eq!(serde_json::to_string(&counts).unwrap(), json);
        let mut json = serde_json::Deserializer::from_str(r#"{"total":3,"a":"x"}"#);
        let error = serde_path_to_error::deserialize::<_, Counts>(&mut json).unwrap_err();
        assert_eq!(error.path().to_string(), "a");
    }

    #[test]
    fn an_object_can_be_read_from_a_parsed_value() {
        let value = serde_json::json!({"type": "a", "new": [1]});
        let thing: Thing = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&thing).unwrap(), value);
    }
}

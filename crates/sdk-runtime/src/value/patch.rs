//! A nullable request property that is omitted, sent as null, or set.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A request property that can be omitted, sent as null, or set.
///
/// In an update, an omitted property keeps its value, and null erases it. When you create an
/// object, an omitted property gets the API's default.
///
/// `.into()` converts a value to `Set`. A generated field has `#[serde(default,
/// skip_serializing_if = "Patch::is_keep")]`, so that `Keep` isn't sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Patch<T> {
    /// Omits the property.
    #[default]
    Keep,
    /// Sends null.
    Clear,
    /// Sends the value.
    Set(T),
}

impl<T> Patch<T> {
    /// Sets the property to the value, or omits it for `None`.
    pub fn set_or_keep(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }

    /// Sets the property to the value, or sends null for `None`.
    pub fn set_or_clear(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }

    /// Returns whether the property is omitted.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Returns whether null is sent.
    pub fn is_clear(&self) -> bool {
        matches!(self, Self::Clear)
    }

    /// Returns the value, if one is set.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Returns the value, if one is set.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl From<&str> for Patch<String> {
    fn from(text: &str) -> Self {
        Self::Set(text.to_owned())
    }
}

impl From<&String> for Patch<String> {
    fn from(text: &String) -> Self {
        Self::Set(text.clone())
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::set_or_clear)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Change {
        #[serde(default, skip_serializing_if = "Patch::is_keep")]
        name: Patch<String>,
        #[serde(default, skip_serializing_if = "Patch::is_keep")]
        size: Patch<i64>,
        #[serde(default, skip_serializing_if = "Patch::is_keep")]
        parent: Patch<String>,
    }

    #[test]
    fn a_kept_field_is_absent_and_a_cleared_one_is_null() {
        let change = Change {
            name: "x".into(),
            parent: Patch::Clear,
            ..Change::default()
        };
        let json = serde_json::to_string(&change).unwrap();
        assert_eq!(json, r#"{"name":"x","parent":null}"#);
        assert_eq!(serde_json::from_str::<Change>(&json).unwrap(), change);
        assert_eq!(serde_json::to_string(&Change::default()).unwrap(), "{}");
    }

    #[test]
    fn none_converts_to_keep_or_clear() {
        assert_eq!(Patch::set_or_keep(Some(1)), Patch::Set(1));
        assert_eq!(Patch::<i64>::set_or_keep(None), Patch::Keep);
        assert_eq!(Patch::<i64>::set_or_clear(None), Patch::Clear);
    }
}

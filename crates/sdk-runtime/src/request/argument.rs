//! Value of a parameter, before it is written into a request.

pub(crate) mod header;
pub(crate) mod list;
pub(crate) mod object;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod text;

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::value::any_json::AnyJson;
use crate::value::big_number::BigNumber;
use crate::value::date::{Date, DateTime};
use crate::value::secret::{Secret, note};

/// Value of a parameter. `Debug` hides the value, because it may be a secret.
#[derive(Clone)]
pub struct Argument(pub(crate) Shape);

#[derive(Clone)]
pub(crate) enum Shape {
    /// The parameter is not set.
    Absent,
    Text(String),
    Bool(bool),
    Number(String),
    List(Vec<Shape>),
    Json(String),
    /// Reason why the value can't be used.
    Unusable(String),
}

impl Argument {
    /// The argument for a parameter that is omitted.
    pub const ABSENT: Self = Self(Shape::Absent);

    /// Creates an argument from a string.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(Shape::Text(text.into()))
    }

    pub(crate) fn is_absent(&self) -> bool {
        matches!(self.0, Shape::Absent)
    }

    /// Returns the argument as a whole number, if its text contains a whole number.
    pub(crate) fn as_number(&self) -> Option<u64> {
        match &self.0 {
            Shape::Text(text) | Shape::Number(text) | Shape::Json(text) => text.parse().ok(),
            Shape::Absent | Shape::Bool(_) | Shape::List(_) | Shape::Unusable(_) => None,
        }
    }

    /// Returns the value as a string, or `None` if the value is a list, JSON text, absent or
    /// unusable.
    pub(crate) fn as_text(&self) -> Option<String> {
        match &self.0 {
            Shape::Text(text) | Shape::Number(text) => Some(text.clone()),
            Shape::Bool(value) => Some(value.to_string()),
            Shape::Absent | Shape::Json(_) | Shape::List(_) | Shape::Unusable(_) => None,
        }
    }

    fn from_serialize(value: &impl Serialize) -> Self {
        Self(match serde_json::to_string(value) {
            Ok(text) => Shape::Json(text),
            Err(error) => Shape::Unusable(error.to_string()),
        })
    }
}

impl fmt::Debug for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Argument(..)")
    }
}

/// A value that can be passed as a parameter.
pub trait IntoArgument {
    /// Converts the value to an argument.
    fn into_argument(self) -> Argument;
}

/// A value that is passed to a parameter as JSON text.
#[derive(Debug, Clone, Copy)]
pub struct AsJson<'a, T: ?Sized>(pub &'a T);

impl<T: Serialize + ?Sized> IntoArgument for AsJson<'_, T> {
    fn into_argument(self) -> Argument {
        Argument::from_serialize(&self.0)
    }
}

impl IntoArgument for Argument {
    fn into_argument(self) -> Argument {
        self
    }
}

impl IntoArgument for &str {
    fn into_argument(self) -> Argument {
        Argument::from_text(self)
    }
}

impl IntoArgument for String {
    fn into_argument(self) -> Argument {
        Argument::from_text(self)
    }
}

impl IntoArgument for &String {
    fn into_argument(self) -> Argument {
        Argument::from_text(self.as_str())
    }
}

impl IntoArgument for bool {
    fn into_argument(self) -> Argument {
        Argument(Shape::Bool(self))
    }
}

impl IntoArgument for f64 {
    fn into_argument(self) -> Argument {
        Argument(if self.is_finite() {
            Shape::Number(self.to_string())
        } else {
            Shape::Unusable(format!("{self} is not a number that can be sent"))
        })
    }
}

impl IntoArgument for f32 {
    fn into_argument(self) -> Argument {
        Argument(if self.is_finite() {
            Shape::Number(self.to_string())
        } else {
            Shape::Unusable(format!("{self} is not a number that can be sent"))
        })
    }
}

macro_rules! integer_arguments {
    ($($integer:ty)*) => {$(
        impl IntoArgument for $integer {
            fn into_argument(self) -> Argument {
                Argument(Shape::Number(self.to_string()))
            }
        }
    )*};
}
integer_arguments!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

impl IntoArgument for Value {
    fn into_argument(self) -> Argument {
        (&self).into_argument()
    }
}

impl IntoArgument for &Value {
    fn into_argument(self) -> Argument {
        match self {
            Value::Null => Argument::ABSENT,
            Value::Bool(flag) => flag.into_argument(),
            Value::Number(number) => Argument(Shape::Number(number.to_string())),
            Value::String(text) => Argument::from_text(text),
            Value::Array(items)
                if items
                    .iter()
                    .all(|item| !item.is_object() && !item.is_array()) =>
            {
                items.iter().collect::<Vec<_>>().into_argument()
            }
            Value::Array(_) | Value::Object(_) => Argument::from_serialize(self),
        }
    }
}

impl IntoArgument for &AnyJson {
    fn into_argument(self) -> Argument {
        match self.value() {
            Value::Array(_) | Value::Object(_) => Argument(Shape::Json(self.text().into_owned())),
            Value::Number(_) => Argument(Shape::Number(self.text().into_owned())),
            plain => plain.into_argument(),
        }
    }
}

impl IntoArgument for AnyJson {
    fn into_argument(self) -> Argument {
        (&self).into_argument()
    }
}

impl IntoArgument for Secret {
    fn into_argument(self) -> Argument {
        (&self).into_argument()
    }
}

impl IntoArgument for &Secret {
    fn into_argument(self) -> Argument {
        note(self);
        Argument::from_text(self.expose())
    }
}

impl IntoArgument for BigNumber {
    fn into_argument(self) -> Argument {
        Argument::from_text(self.into_string())
    }
}

impl IntoArgument for &BigNumber {
    fn into_argument(self) -> Argument {
        Argument::from_text(self.as_str())
    }
}

impl IntoArgument for DateTime {
    fn into_argument(self) -> Argument {
        Argument::from_text(self.as_str())
    }
}

impl IntoArgument for &DateTime {
    fn into_argument(self) -> Argument {
        Argument::from_text(self.as_str())
    }
}

impl IntoArgument for Date {
    fn into_argument(self) -> Argument {
        Argument::from_text(self.as_str())
    }
}

impl IntoArgument for &Date {
    fn into_argument(self) -> Argument {
        Argument::from_text(self.as_str())
    }
}

impl IntoArgument for &bool {
    fn into_argument(self) -> Argument {
        (*self).into_argument()
    }
}

impl<T: IntoArgument> IntoArgument for Option<T> {
    fn into_argument(self) -> Argument {
        self.map_or(Argument::ABSENT, T::into_argument)
    }
}

impl<T: IntoArgument> IntoArgument for Vec<T> {
    fn into_argument(self) -> Argument {
        Argument(Shape::List(
            self.into_iter()
                .map(|item| item.into_argument().0)
                .collect(),
        ))
    }
}

impl<T: Clone + IntoArgument> IntoArgument for &[T] {
    fn into_argument(self) -> Argument {
        self.to_vec().into_argument()
    }
}

impl<T: Clone + IntoArgument> IntoArgument for &Vec<T> {
    fn into_argument(self) -> Argument {
        self.clone().into_argument()
    }
}

impl<T: IntoArgument, const N: usize> IntoArgument for [T; N] {
    fn into_argument(self) -> Argument {
        Vec::from(self).into_argument()
    }
}

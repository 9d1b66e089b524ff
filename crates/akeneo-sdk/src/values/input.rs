//! Types that convert to the data of a value.

use sdk_runtime::AnyJson;
use serde::Serialize;
use serde_json::Value;

use crate::shared::{MetricData, PriceData, ProductLinkData};

/// A type that converts to the data of a value.
///
/// Texts, dates and the codes of options, records and files are strings. A number is a string if
/// the attribute allows decimals, otherwise an integer. Use [`serde_json::Value`] for everything
/// else.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not convert to the data of a value",
    label = "a text, an integer, a boolean, a list of texts, or one of the types for metrics, prices and links is expected",
    note = "give a number with decimals as text, such as \"9.90\": a float would lose digits",
    note = "give prices as a list: `[PriceData::new(\"9.90\", \"EUR\")]`",
    note = "a `serde_json::Value` takes any other data"
)]
pub trait IntoData {
    /// Returns the data as JSON.
    fn into_data(self) -> AnyJson;
}

macro_rules! plain {
    ($($type:ty)*) => {$(
        impl IntoData for $type {
            fn into_data(self) -> AnyJson {
                self.into()
            }
        }
    )*};
}
plain!(AnyJson Value bool i32 i64 u32 u64 &str String Vec<Value>);

macro_rules! list {
    ($($type:ty)*) => {$(
        impl IntoData for $type {
            fn into_data(self) -> AnyJson {
                self.iter().map(|item| Value::from(item.to_owned())).collect::<Vec<_>>().into()
            }
        }
    )*};
}
list!(&[&str] &[String] Vec<&str> Vec<String> &Vec<String>);

impl IntoData for &String {
    fn into_data(self) -> AnyJson {
        self.as_str().into_data()
    }
}

impl<const N: usize> IntoData for [&str; N] {
    fn into_data(self) -> AnyJson {
        self.as_slice().into_data()
    }
}

impl<const N: usize> IntoData for [String; N] {
    fn into_data(self) -> AnyJson {
        self.as_slice().into_data()
    }
}

macro_rules! typed {
    ($($type:ty)*) => {$(
        impl IntoData for $type {
            fn into_data(self) -> AnyJson {
                json(&self)
            }
        }
    )*};
}
typed!(MetricData &[PriceData] Vec<PriceData> ProductLinkData);

impl<const N: usize> IntoData for [PriceData; N] {
    fn into_data(self) -> AnyJson {
        json(self.as_slice())
    }
}

/// `None` is null, which removes the value.
impl<T: IntoData> IntoData for Option<T> {
    fn into_data(self) -> AnyJson {
        self.map_or(AnyJson::NULL, T::into_data)
    }
}

/// Cannot fail: these types have string keys and plain values.
fn json<T: Serialize + ?Sized>(data: &T) -> AnyJson {
    serde_json::to_value(data).unwrap_or_default().into()
}

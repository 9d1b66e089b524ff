//! Types that convert to the data of a value.

use sdk_runtime::AnyJson;
use serde::Serialize;
use serde_json::Value;

use crate::shared::{MetricData, PriceData, ProductLinkData};

/// A type that converts to the data of a value.
///
/// Text, dates and codes (of options, records, assets and files) are strings, and several codes are
/// a list of strings. A number is a string if the attribute allows decimals, and an integer
/// otherwise. In records and assets, a number is always a string. Yes/no attributes are booleans.
/// Measurements, prices and product links have their own types. Use [`serde_json::Value`] for all
/// other data, such as tables.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not convert to the data of a value",
    label = "expected a string, an integer, a boolean, a list of strings, or a type for metrics, prices or links",
    note = "pass a number with decimals as a string, such as \"9.90\", because a float would lose digits",
    note = "pass prices as a list: `[PriceData::new(\"9.90\", \"EUR\")]`",
    note = "pass any other data as a `serde_json::Value`"
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

/// Converts data to JSON. This cannot fail, because the types have string keys and plain values.
fn json<T: Serialize + ?Sized>(data: &T) -> AnyJson {
    serde_json::to_value(data).unwrap_or_default().into()
}

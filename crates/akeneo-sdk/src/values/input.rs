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
list!(&[&str] &[String] Vec<&str> Vec<String>);

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

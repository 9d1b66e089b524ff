//! What the data of a value can be made of.

use sdk_runtime::AnyJson;
use serde::Serialize;
use serde_json::Value;

use crate::shared::{MetricData, PriceData, ProductLinkData};

/// What can be the data of a value.
///
/// Texts, dates, codes of options, records and files are strings. A number is a string where the attribute allows
/// decimals and an integer where it does not. For everything else there is [`serde_json::Value`].
pub trait IntoData {
    /// The data as JSON.
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

/// Null erases the value.
impl<T: IntoData> IntoData for Option<T> {
    fn into_data(self) -> AnyJson {
        self.map_or(AnyJson::NULL, T::into_data)
    }
}

/// These types have text keys and plain values, which always are JSON.
fn json<T: Serialize + ?Sized>(data: &T) -> AnyJson {
    serde_json::to_value(data).unwrap_or_default().into()
}

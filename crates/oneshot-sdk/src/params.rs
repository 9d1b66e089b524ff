//! Arguments of contract methods.

use std::collections::BTreeMap;

use sdk_runtime::{AnyJson, BigNumber};
use serde_json::Value;

/// Arguments of a contract method, or the fields of a Solidity struct, by name.
///
/// Integers of any size are sent as decimal strings, because many JSON parsers round large numbers.
/// Structs and arrays can be nested. Omit parameters that have a static value.
///
/// ```
/// use oneshot_sdk::params::Params;
/// use oneshot_sdk::types::ExecutionRequest;
///
/// let order = Params::new().with("maker", "0x5AEDA56215b167893e80B4fE645BA6d5Bab767DE").with("salt", u128::MAX);
/// let params = Params::new().with("order", order).with("prices", vec![1_u64, 2]).with("fill", true);
/// let request = ExecutionRequest::new(params.into());
/// assert_eq!(request.params["order"]["salt"], "340282366920938463463374607431768211455");
/// assert_eq!(request.params["prices"][1], "2");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params(BTreeMap<String, AnyJson>);

impl Params {
    /// Creates an empty set of arguments.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an argument. If you set a name twice, the last value is used.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl IntoParam) -> Self {
        self.0.insert(name.into(), value.into_param());
        self
    }
}

impl From<Params> for BTreeMap<String, AnyJson> {
    fn from(params: Params) -> Self {
        params.0
    }
}

/// A value that can be the argument of a contract method.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an argument of a contract method",
    label = "expected a string, an integer, a boolean, a list, `Params` or JSON",
    note = "contracts do not support floats: pass an amount in its smallest unit, as an integer or a string"
)]
pub trait IntoParam {
    /// Converts the value to JSON.
    fn into_param(self) -> AnyJson;
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl IntoParam for $integer {
            /// Returns a decimal string.
            fn into_param(self) -> AnyJson {
                self.to_string().into()
            }
        }
    )*};
}
integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

macro_rules! plain {
    ($($plain:ty)*) => {$(
        impl IntoParam for $plain {
            fn into_param(self) -> AnyJson {
                self.into()
            }
        }
    )*};
}
plain!(bool &str String Value);

impl IntoParam for BigNumber {
    /// Returns a decimal string.
    fn into_param(self) -> AnyJson {
        self.into_string().into()
    }
}

impl IntoParam for AnyJson {
    /// Returns the value unmodified.
    fn into_param(self) -> AnyJson {
        self
    }
}

impl IntoParam for Params {
    /// Returns a JSON object with the fields of the struct.
    fn into_param(self) -> AnyJson {
        let fields = self.0.into_iter();
        let text: Vec<String> = fields
            .map(|(name, value)| format!("{}:{}", Value::from(name), value.text()))
            .collect();
        exact(format!("{{{}}}", text.join(",")))
    }
}

impl<P: IntoParam> IntoParam for Vec<P> {
    /// Returns a JSON array.
    fn into_param(self) -> AnyJson {
        let items = self.into_iter().map(IntoParam::into_param);
        let text: Vec<String> = items.map(|item| item.text().into_owned()).collect();
        exact(format!("[{}]", text.join(",")))
    }
}

impl<P: IntoParam> IntoParam for Option<P> {
    /// Returns the value, or null.
    fn into_param(self) -> AnyJson {
        self.map_or(AnyJson::NULL, IntoParam::into_param)
    }
}

/// Parses JSON that was assembled as text, because assembling a `Value` would round numbers that an
/// [`AnyJson`] keeps exact.
fn exact(text: String) -> AnyJson {
    AnyJson::from_text(&text).unwrap_or_else(|_| Value::String(text).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2^256 - 1.
    const MAX_UINT256: &str =
        "115792089237316195423570985008687907853269984665640564039457584007913129639935";

    fn sent(params: Params) -> String {
        serde_json::to_string(&BTreeMap::from(params)).unwrap()
    }

    #[test]
    fn integers_are_sent_as_strings_with_all_digits() {
        let params = Params::new()
            .with("a", -1_i8)
            .with("b", u128::MAX)
            .with("c", i128::MIN)
            .with("d", BigNumber::from(MAX_UINT256))
            .with("e", vec![7_u64, 8]);
        let text = format!(
            r#"{{"a":"-1","b":"{}","c":"{}","d":"{MAX_UINT256}","e":["7","8"]}}"#,
            u128::MAX,
            i128::MIN
        );
        assert_eq!(sent(params), text);
    }

    #[test]
    fn params_nest_and_preserve_exact_json() {
        let inner = Params::new()
            .with("\"quoted\"", AnyJson::from_text(MAX_UINT256).unwrap())
            .with("none", None::<bool>);
        let params = Params::new().with("list", vec![Params::new().with("inner", inner)]);
        let text =
            format!(r#"{{"list":[{{"inner":{{"\"quoted\"":{MAX_UINT256},"none":null}}}}]}}"#);
        assert_eq!(sent(params), text);
    }
}

//! The data of a value, read as the type of its attribute.

use std::borrow::Cow;
use std::ops::Deref;

use sdk_runtime::{AnyJson, Date};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::shared::{MetricData, PriceData, ProductLinkData};

/// Data of a value. Its JSON type depends on the type of the attribute.
///
/// A method returns `None` if the data does not have the form that the method expects.
///
/// Dereferences to the unmodified JSON.
#[derive(Clone, Copy, Debug)]
pub struct Data<'a>(&'a AnyJson);

impl<'a> Data<'a> {
    pub(super) fn new(data: &'a AnyJson) -> Self {
        Self(data)
    }

    /// Returns the string of a text, text area or identifier attribute.
    pub fn text(self) -> Option<&'a str> {
        self.0.as_str()
    }

    /// Returns a number with all its digits.
    ///
    /// The API sends a string if the attribute allows decimals, and an integer otherwise. In
    /// records and assets, it always sends a string.
    pub fn number(self) -> Option<Cow<'a, str>> {
        match self.0.value() {
            Value::String(text) => is_number(text).then_some(Cow::Borrowed(text.as_str())),
            Value::Number(_) => Some(self.0.text()),
            _ => None,
        }
    }

    /// Returns a 64-bit integer, whether the API sent a string or an integer.
    pub fn integer(self) -> Option<i64> {
        self.number()?.parse().ok()
    }

    /// Returns a boolean.
    pub fn boolean(self) -> Option<bool> {
        self.0.as_bool()
    }

    /// Returns a date. The API sends it with the time 00:00, which is dropped.
    pub fn date(self) -> Option<Date> {
        let day = Date::new(self.text()?.split('T').next()?);
        day.value().is_some().then_some(day)
    }

    /// Returns a measurement, which consists of an amount and a unit.
    pub fn metric(self) -> Option<MetricData> {
        self.read_object("unit")
    }

    /// Returns the prices of a price collection, one per currency.
    pub fn prices(self) -> Option<Vec<PriceData>> {
        self.0.is_array().then(|| self.read())?
    }

    /// Returns the amount in one currency from a price collection, with all its digits.
    pub fn price(self, currency: &str) -> Option<String> {
        let all = self.0.as_array()?;
        let price = all.iter().find(|price| price["currency"] == currency)?;
        match price.get("amount")? {
            Value::String(amount) => Some(amount.clone()),
            Value::Number(amount) => Some(amount.to_string()),
            _ => None,
        }
    }

    /// Returns the code of an option (simple select) or of a record (reference entity).
    pub fn option(self) -> Option<&'a str> {
        self.text()
    }

    /// Returns the codes of the options in a multiple select, or of the records or assets in a
    /// collection.
    pub fn options(self) -> Option<Vec<&'a str>> {
        self.0.as_array()?.iter().map(Value::as_str).collect()
    }

    /// Returns the code of a file or an image, for download operations such as
    /// `Client::download_media_file`.
    pub fn media(self) -> Option<&'a str> {
        self.text()
    }

    /// Returns the rows of a table, as objects by column code.
    pub fn table(self) -> Option<Vec<&'a Map<String, Value>>> {
        self.0.as_array()?.iter().map(Value::as_object).collect()
    }

    /// Returns the target of a product link.
    pub fn product_link(self) -> Option<ProductLinkData> {
        self.read_object("type")
    }

    /// Returns the image of a category.
    #[cfg(feature = "categories")]
    pub fn category_image(self) -> Option<crate::categories::CategoryImage> {
        self.read_object("file_path")
    }

    /// Returns the data as your own type, or `None` if it cannot be deserialized.
    pub fn read<T: DeserializeOwned>(self) -> Option<T> {
        self.0.read().ok()
    }

    /// Returns the unmodified data.
    pub fn json(self) -> &'a AnyJson {
        self.0
    }

    fn read_object<T: DeserializeOwned>(self, key: &str) -> Option<T> {
        self.0.get(key)?;
        self.read()
    }
}

impl Deref for Data<'_> {
    type Target = Value;

    fn deref(&self) -> &Value {
        self.0.value()
    }
}

/// Returns whether a string is a finite number.
fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{At, IntoData, ValueMap, Values};
    use serde_json::json;

    fn of(json: &str) -> Data<'static> {
        Data::new(Box::leak(Box::new(AnyJson::from_text(json).unwrap())))
    }

    #[test]
    fn string_and_json_numbers_keep_all_digits() {
        let number = |json: &str| of(json).number().map(Cow::into_owned);
        assert_eq!(number(r#""12.5000""#).as_deref(), Some("12.5000"));
        assert_eq!(
            number("12345678901234567890123").as_deref(),
            Some("12345678901234567890123")
        );
        assert_eq!(number(r#""many""#), None);
        assert_eq!(of("7").integer(), Some(7));
        assert_eq!(of(r#""7""#).integer(), Some(7));
        assert_eq!(of(r#""7.5""#).integer(), None);
    }

    #[test]
    fn data_is_read_only_as_its_own_type() {
        assert_eq!(of("true").boolean(), Some(true));
        assert_eq!(of("\"true\"").boolean(), None);
        let date = of("\"2026-03-01T00:00:00+00:00\"").date();
        assert_eq!(date.unwrap().as_str(), "2026-03-01");
        assert!(of("\"soon\"").date().is_none());
        let metric = r#"{"amount": "10.5", "unit": "METER", "symbol": "m"}"#;
        assert_eq!(of(metric).metric().unwrap().unit, "METER");
        assert!(of("\"METER\"").metric().is_none());
        let prices =
            r#"[{"amount": "10.50", "currency": "EUR"}, {"amount": 12, "currency": "USD"}]"#;
        assert_eq!(of(prices).prices().unwrap().len(), 2);
        assert_eq!(of(prices).price("EUR").as_deref(), Some("10.50"));
        assert_eq!(of(prices).price("USD").as_deref(), Some("12"));
        assert_eq!(of(prices).price("GBP"), None);
        assert_eq!(of(r#"["a", "b"]"#).options().map(|all| all.len()), Some(2));
        assert!(of(prices).options().is_none());
        let table = r#"[{"part": "sugar", "share": 5}]"#;
        assert_eq!(of(table).table().unwrap()[0]["share"], 5);
        let link = r#"{"type": "product", "id": "x", "identifier": "sku"}"#;
        assert_eq!(
            of(link).product_link().unwrap().identifier.as_deref(),
            Some("sku")
        );
    }

    #[test]
    fn data_is_written_in_the_format_that_the_api_expects() {
        let mut values = ValueMap::<crate::shared::ProductValue>::new();
        let mut written = |data: AnyJson| {
            values.set("a", At::EVERYWHERE, data);
            values
                .data("a", At::EVERYWHERE)
                .map(|data| data.json().value().clone())
        };
        let price = PriceData::new("9.90", "EUR");
        assert_eq!(
            written([price].into_data()),
            Some(json!([{"amount": "9.90", "currency": "EUR"}]))
        );
        let metric = MetricData::new(3, "METER");
        assert_eq!(
            written(metric.into_data()),
            Some(json!({"amount": 3, "unit": "METER"}))
        );
        assert_eq!(written(vec!["a", "b"].into_data()), Some(json!(["a", "b"])));
        assert_eq!(written(false.into_data()), Some(json!(false)));
        assert_eq!(written(None::<&str>.into_data()), None);
    }
}

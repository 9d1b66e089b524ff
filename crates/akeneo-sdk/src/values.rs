//! Typed access to the values of products, product models, records, assets and categories.
//!
//! A value belongs to one attribute in one locale and channel ([`At`]). [`Values`] finds, sets and erases single values
//! and leaves everything else unchanged: other locales, other attributes, and unsupported data types.
//!
//! ```
//! use akeneo_sdk::types::{MetricData, ProductPatch};
//! use akeneo_sdk::values::{At, Values};
//!
//! let mut product = ProductPatch::default();
//! product.values.set("name", At::locale("en_US"), "Arc lamp");
//! product.values.set("weight", At::EVERYWHERE, MetricData::new("1.5", "KILOGRAM"));
//! product.values.set("tags", At::scope("print").in_locale("en_US"), ["new", "sale"]);
//! product.values.erase("subtitle", At::locale("en_US"));
//!
//! let name = product.values.data("name", At::locale("en_US"));
//! assert_eq!(name.and_then(|data| data.text()), Some("Arc lamp"));
//! let weight = product.values.data("weight", At::EVERYWHERE).and_then(|data| data.metric());
//! assert_eq!(weight.map(|weight| weight.unit).as_deref(), Some("KILOGRAM"));
//! // There is no separate name for the channel `print`, so the name for all channels is returned.
//! let best = product.values.best("name", "en_US", "print");
//! assert_eq!(best.and_then(|data| data.text()), Some("Arc lamp"));
//! ```
//!
//! The values of categories have the same methods. The values in a response are read-only, because
//! their structure differs from the structure in a request:
//!
//! ```
//! use akeneo_sdk::types::{Category, CategoryPatch};
//! use akeneo_sdk::values::{At, Values};
//!
//! fn copy_title(category: &Category) -> CategoryPatch {
//!     let mut change = CategoryPatch::default();
//!     if let Some(title) = category.values.best("title", "en_US", "print") {
//!         change.values.set("title", At::locale("en_US").in_scope("shop"), title.json().clone());
//!     }
//!     change
//! }
//! ```

mod at;
#[cfg(feature = "categories")]
mod category;
mod input;
mod map;
mod reading;
mod value;

use sdk_runtime::AnyJson;

pub use at::At;
pub use input::IntoData;
pub use map::ValueMap;
pub use reading::Data;
pub use value::{Value, WritableValue};

/// Finds, sets and erases single values.
///
/// Implemented for the values of products, product models, records and assets ([`ValueMap`]), for the values of
/// categories in responses (a read-only map with keys of the form `code|UUID|channel|locale`) and in requests (a list),
/// and for an [`Option`] of each of these types.
pub trait Values {
    /// The type of one value.
    type Value: Value;

    /// Iterates over all values of an attribute, each with its locale and channel.
    fn entries_of(&self, attribute: &str) -> impl Iterator<Item = (At<'_>, &Self::Value)>;

    /// Iterates over all values of an attribute.
    fn values_of(&self, attribute: &str) -> impl Iterator<Item = &Self::Value> {
        self.entries_of(attribute).map(|(_, value)| value)
    }

    /// Returns the value of an attribute for exactly this locale and channel, with all its properties.
    fn value(&self, attribute: &str, at: At<'_>) -> Option<&Self::Value> {
        let mut entries = self.entries_of(attribute);
        entries.find_map(|(place, value)| (place == at).then_some(value))
    }

    /// Returns the data of an attribute for exactly this locale and channel.
    ///
    /// Returns `None` if the data is missing or null.
    fn data<'s>(&'s self, attribute: &str, at: At<'_>) -> Option<Data<'s>>
    where
        Self::Value: 's,
    {
        self.value(attribute, at)?.data().map(Data::new)
    }

    /// Returns the attribute data that best fits a locale and a channel.
    ///
    /// Returns the first value that exists in this order: for the locale and the channel, for the
    /// locale and all channels, for the channel and all locales, and for all locales and channels.
    /// Ignores null values and values of other locales or channels.
    fn best<'s>(&'s self, attribute: &str, locale: &str, scope: &str) -> Option<Data<'s>>
    where
        Self::Value: 's,
    {
        let order = [
            At::locale(locale).in_scope(scope),
            At::locale(locale),
            At::scope(scope),
            At::EVERYWHERE,
        ];
        let ranked = self.entries_of(attribute).filter_map(|(place, value)| {
            let rank = order.iter().position(|at| *at == place)?;
            Some((rank, value.data()?))
        });
        let (_, data) = ranked.min_by_key(|(rank, _)| *rank)?;
        Some(Data::new(data))
    }

    /// Sets the data of an attribute for one locale and channel. All other values remain unchanged.
    fn set(&mut self, attribute: &str, at: At<'_>, data: impl IntoData)
    where
        Self: WritableValues,
    {
        self.put(attribute, at, data.into_data());
    }

    /// Sets the data of an attribute for one locale and channel to null. When you send the change,
    /// the PIM removes the value.
    fn erase(&mut self, attribute: &str, at: At<'_>)
    where
        Self: WritableValues,
    {
        self.put(attribute, at, AnyJson::NULL);
    }

    /// Removes a value from this collection, so that a write does not change the value in the PIM.
    fn forget(&mut self, attribute: &str, at: At<'_>) -> Option<Self::Value>
    where
        Self: WritableValues,
    {
        self.take(attribute, at)
    }
}

/// Values that can be written. To write them, use the methods of [`Values`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is read-only",
    note = "category values in a response are read-only; set the values of a `CategoryPatch` or `CategoryRequest` instead"
)]
pub trait WritableValues: Values {
    /// Sets data, like [`Values::set`] but without the conversion.
    fn put(&mut self, attribute: &str, at: At<'_>, data: AnyJson);

    /// Removes a value, like [`Values::forget`].
    fn take(&mut self, attribute: &str, at: At<'_>) -> Option<Self::Value>;
}

impl<T: Values> Values for Option<T> {
    type Value = T::Value;

    fn entries_of(&self, attribute: &str) -> impl Iterator<Item = (At<'_>, &T::Value)> {
        self.iter()
            .flat_map(move |values| values.entries_of(attribute))
    }
}

/// Writing creates the collection if it is absent.
impl<T: WritableValues + Default> WritableValues for Option<T> {
    fn put(&mut self, attribute: &str, at: At<'_>, data: AnyJson) {
        self.get_or_insert_default().put(attribute, at, data);
    }

    fn take(&mut self, attribute: &str, at: At<'_>) -> Option<T::Value> {
        self.as_mut()?.take(attribute, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::ProductValue;
    use serde_json::json;

    fn stored() -> serde_json::Value {
        json!({
            "name": [
                {"locale": "en_US", "scope": null, "data": "Lamp"},
                {"locale": "de_DE", "scope": null, "data": "Lampe"},
            ],
            "teleport": [
                {"locale": null, "scope": "moon", "data": {"a": [1, {"b": 12345678901234567890123.5}]}},
            ],
        })
    }

    fn read() -> ValueMap<ProductValue> {
        serde_json::from_value(stored()).unwrap()
    }

    #[test]
    fn a_value_is_found_only_by_its_exact_attribute_locale_and_scope() {
        let values = read();
        let text = |at| {
            let data = values.data("name", at)?;
            data.text()
        };
        assert_eq!(text(At::locale("de_DE")), Some("Lampe"));
        assert_eq!(text(At::EVERYWHERE), None);
        assert_eq!(text(At::locale("de_DE").in_scope("print")), None);
        assert_eq!(values.values_of("name").count(), 2);
        assert_eq!(values.values_of("unknown").count(), 0);
    }

    #[test]
    fn writes_leave_all_other_values_unchanged() {
        let mut values = read();
        values.set("name", At::locale("de_DE"), "Leuchte");
        values.set("name", At::locale("fr_FR"), "Lampe");
        values.erase("name", At::locale("en_US"));
        let mut expected = stored();
        expected["name"] = json!([
            {"locale": "en_US", "scope": null, "data": null},
            {"locale": "de_DE", "scope": null, "data": "Leuchte"},
            {"locale": "fr_FR", "scope": null, "data": "Lampe"},
        ]);
        assert_eq!(serde_json::to_value(&values).unwrap(), expected);
        assert!(values.data("name", At::locale("en_US")).is_none());
        assert!(values.value("name", At::locale("en_US")).is_some());
    }

    #[test]
    fn setting_a_value_removes_properties_derived_from_the_old_data() {
        let mut values: ValueMap<ProductValue> = serde_json::from_value(json!({"colour": [
            {"locale": null, "scope": null, "data": "red", "attribute_type": "pim_catalog_simpleselect",
             "linked_data": {"attribute": "colour", "code": "red"}},
        ]}))
        .unwrap();
        values.set("colour", At::EVERYWHERE, "blue");
        assert_eq!(
            serde_json::to_value(&values).unwrap(),
            json!({"colour": [{"locale": null, "scope": null, "data": "blue",
                "attribute_type": "pim_catalog_simpleselect"}]})
        );
    }

    #[test]
    fn an_unknown_property_of_a_value_survives_a_write() {
        let mut values: ValueMap<ProductValue> = serde_json::from_value(json!({"size": [
            {"locale": null, "scope": null, "data": 1, "from_a_later_version": {"a": [1]}},
        ]}))
        .unwrap();
        values.set("size", At::EVERYWHERE, 2);
        assert_eq!(
            serde_json::to_value(&values).unwrap(),
            json!({"size": [{"locale": null, "scope": null, "data": 2, "from_a_later_version": {"a": [1]}}]})
        );
    }

    #[test]
    fn a_forgotten_value_is_not_written() {
        let mut values = Some(read());
        assert!(values.forget("name", At::locale("en_US")).is_some());
        assert!(values.forget("teleport", At::scope("moon")).is_some());
        assert!(values.forget("teleport", At::scope("moon")).is_none());
        assert_eq!(
            serde_json::to_value(&values).unwrap(),
            json!({"name": [{"locale": "de_DE", "scope": null, "data": "Lampe"}]})
        );
    }

    #[test]
    fn the_best_value_is_exact_then_by_locale_then_by_channel_then_global() {
        let all = [
            (Some("en_US"), Some("print"), "exact"),
            (Some("en_US"), None, "locale"),
            (None, Some("print"), "channel"),
            (None, None, "all"),
            (Some("de_DE"), Some("print"), "other"),
            (Some("en_US"), Some("shop"), "other"),
        ];
        // Each round omits one more of the best values, and tests both orders of the others.
        for (missing, expected) in ["exact", "locale", "channel", "all"].iter().enumerate() {
            let mut left: Vec<_> = all[missing..]
                .iter()
                .map(
                    |(locale, scope, data)| json!({"locale": locale, "scope": scope, "data": data}),
                )
                .collect();
            for _ in 0..2 {
                left.reverse();
                let values: ValueMap<ProductValue> =
                    serde_json::from_value(json!({"name": left})).unwrap();
                let best = values.best("name", "en_US", "print").unwrap();
                assert_eq!(best.text(), Some(*expected));
            }
        }
        let others = json!({"name": [{"locale": "de_DE", "scope": null, "data": "other"},
            {"locale": "en_US", "scope": null, "data": null}]});
        let values: ValueMap<ProductValue> = serde_json::from_value(others).unwrap();
        assert!(values.best("name", "en_US", "print").is_none());
    }
}

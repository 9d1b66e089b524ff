//! A single value of a product, product model, record, asset or category.

use sdk_runtime::AnyJson;

use super::At;
use crate::shared::ProductValue;

/// A value of one attribute in one locale and channel.
pub trait Value {
    /// Returns the code of the locale, or `None` if the value applies to all locales.
    fn locale(&self) -> Option<&str>;

    /// Returns the code of the channel, or `None` if the value applies to all channels.
    fn scope(&self) -> Option<&str>;

    /// Returns the data, or `None` if the data is null or missing.
    fn data(&self) -> Option<&AnyJson>;
}

/// A value of a product, product model, record or asset, which can be read and written.
pub trait WritableValue: Value + Sized {
    /// Creates a value from data, without other properties.
    fn new_at(at: At<'_>, data: AnyJson) -> Self;

    /// Replaces the data, and removes the properties that the server derived from the old data.
    fn replace(&mut self, data: AnyJson);
}

macro_rules! value {
    ($type:ty, $scope:ident $(, $stale:ident)*) => {
        impl Value for $type {
            fn locale(&self) -> Option<&str> {
                self.locale.as_deref()
            }

            fn scope(&self) -> Option<&str> {
                self.$scope.as_deref()
            }

            fn data(&self) -> Option<&AnyJson> {
                (!self.data.is_null()).then_some(&self.data)
            }
        }

        impl WritableValue for $type {
            fn new_at(at: At<'_>, data: AnyJson) -> Self {
                let mut value = Self::new(data);
                value.locale = at.locale.map(str::to_owned);
                value.$scope = at.scope.map(str::to_owned);
                value
            }

            fn replace(&mut self, data: AnyJson) {
                self.data = data;
                $(self.$stale = None;)*
            }
        }
    };
}

value!(ProductValue, scope, linked_data, links);
#[cfg(feature = "reference-entity-records")]
value!(crate::reference_entity_records::RecordValue, channel);
#[cfg(feature = "assets")]
value!(crate::assets::AssetValue, channel, linked_data, links);

//! What the values of products, records and assets have in common.

use sdk_runtime::AnyJson;

use super::At;
use crate::shared::ProductValue;

/// A value for one locale and channel.
pub trait Value: Sized {
    /// A value with its data, and nothing else that belongs to it.
    fn at(at: At<'_>, data: AnyJson) -> Self;

    /// The locale, if it is for one.
    fn locale(&self) -> Option<&str>;

    /// The channel, if it is for one.
    fn scope(&self) -> Option<&str>;

    /// The data; null erases the value on a write.
    fn data(&self) -> &AnyJson;

    /// Replaces the data, and drops what the server said about the old one.
    fn replace(&mut self, data: AnyJson);
}

macro_rules! value {
    ($type:ty, $scope:ident $(, $stale:ident)*) => {
        impl Value for $type {
            fn at(at: At<'_>, data: AnyJson) -> Self {
                Self::new(at.locale.map(str::to_owned), at.scope.map(str::to_owned), data)
            }

            fn locale(&self) -> Option<&str> {
                self.locale.as_deref()
            }

            fn scope(&self) -> Option<&str> {
                self.$scope.as_deref()
            }

            fn data(&self) -> &AnyJson {
                &self.data
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

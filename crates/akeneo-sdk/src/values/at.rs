//! The locale and channel that a value is for.

use super::Value;

/// The locale and channel that a value is for; neither, where the attribute has one value for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At<'a> {
    pub(super) locale: Option<&'a str>,
    pub(super) scope: Option<&'a str>,
}

impl<'a> At<'a> {
    /// For all locales and channels.
    pub const EVERYWHERE: Self = Self {
        locale: None,
        scope: None,
    };

    /// For one locale, in all channels.
    pub fn locale(code: &'a str) -> Self {
        Self::EVERYWHERE.in_locale(code)
    }

    /// For one channel, in all locales. The API calls it `scope` in products and `channel` in records and assets.
    pub fn scope(code: &'a str) -> Self {
        Self::EVERYWHERE.in_scope(code)
    }

    /// The same, for one locale.
    #[must_use]
    pub fn in_locale(self, code: &'a str) -> Self {
        Self {
            locale: Some(code),
            ..self
        }
    }

    /// The same, for one channel.
    #[must_use]
    pub fn in_scope(self, code: &'a str) -> Self {
        Self {
            scope: Some(code),
            ..self
        }
    }

    pub(super) fn is_of(self, value: &impl Value) -> bool {
        value.locale() == self.locale && value.scope() == self.scope
    }
}

//! The locale and the channel of a value.

use super::Value;

/// The locale and the channel of a value.
///
/// The locale is absent if the attribute is not localizable, and the channel is absent if the
/// attribute is not scopable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At<'a> {
    pub(crate) locale: Option<&'a str>,
    pub(crate) scope: Option<&'a str>,
}

impl<'a> At<'a> {
    /// Selects the value for all locales and channels.
    pub const EVERYWHERE: Self = Self {
        locale: None,
        scope: None,
    };

    /// Selects the value for one locale and all channels.
    pub fn locale(code: &'a str) -> Self {
        Self::EVERYWHERE.in_locale(code)
    }

    /// Selects the value for one channel and all locales.
    ///
    /// The API calls a channel `scope` in products and product models, and `channel` in records,
    /// assets and categories.
    pub fn scope(code: &'a str) -> Self {
        Self::EVERYWHERE.in_scope(code)
    }

    /// Sets the locale.
    #[must_use]
    pub fn in_locale(self, code: &'a str) -> Self {
        Self {
            locale: Some(code),
            ..self
        }
    }

    /// Sets the channel.
    #[must_use]
    pub fn in_scope(self, code: &'a str) -> Self {
        Self {
            scope: Some(code),
            ..self
        }
    }

    pub(super) fn of(value: &'a impl Value) -> Self {
        Self {
            locale: value.locale(),
            scope: value.scope(),
        }
    }
}

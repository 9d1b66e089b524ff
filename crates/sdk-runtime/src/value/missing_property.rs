//! Error for a response that can't be converted to a request.

use std::fmt;

/// The response lacks a property that the request requires.
///
/// The conversion of a response to a request type (`TryFrom`) returns this error. In that case,
/// create the request with the type's `new`, and copy the other properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingProperty {
    answer: &'static str,
    request: &'static str,
    property: &'static str,
}

impl MissingProperty {
    #[doc(hidden)]
    pub const fn new(answer: &'static str, request: &'static str, property: &'static str) -> Self {
        Self {
            answer,
            request,
            property,
        }
    }

    /// Returns the name of the property in JSON.
    pub fn property(&self) -> &'static str {
        self.property
    }
}

impl fmt::Display for MissingProperty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "this {} has no `{}`, which {} requires; create it with {}::new",
            self.answer, self.property, self.request, self.request
        )
    }
}

impl std::error::Error for MissingProperty {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_names_the_property_and_the_constructor_to_use() {
        let error = MissingProperty::new("Product", "ProductUpsertLine", "identifier");
        assert_eq!(
            error.to_string(),
            "this Product has no `identifier`, which ProductUpsertLine requires; create it with ProductUpsertLine::new"
        );
    }
}

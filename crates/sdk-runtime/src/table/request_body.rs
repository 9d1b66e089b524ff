//! Entry in the operation table for a request body.

use crate::table::parameter::Style;

/// Request body of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestBody {
    /// Whether a request without a body is rejected.
    pub required: bool,
    /// Accepted media types. The first media type is the default.
    pub media: &'static [MediaType],
}

/// One media type of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType {
    /// Media type, as in `Content-Type`.
    pub name: &'static str,
    /// Encoding of values in this media type.
    pub encoding: Encoding,
    /// Name of the schema, or an empty string.
    pub schema: &'static str,
}

/// Encoding of a value as a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As JSON.
    Json,
    /// As `name=value` pairs: lists as one pair per item, objects as JSON text.
    Form,
    /// As `name=value` pairs, in which the listed properties have their own styles.
    StyledForm(&'static [(&'static str, Style)]),
    /// As parts separated by a boundary.
    Multipart,
    /// As parts, with each entry of the listed map properties as a part named `property[key]`.
    KeyedParts(&'static [&'static str]),
    /// As text.
    Text,
    /// As unmodified bytes.
    Bytes,
    /// As one JSON value per line.
    Lines,
}

impl Encoding {
    /// Returns whether the body consists of parts, and can contain files.
    pub fn is_multipart(self) -> bool {
        matches!(self, Self::Multipart | Self::KeyedParts(_))
    }

    /// Returns whether the body consists of `name=value` pairs.
    pub fn is_form(self) -> bool {
        matches!(self, Self::Form | Self::StyledForm(_))
    }

    /// Returns the properties of a form that have their own styles.
    pub(crate) fn styles(self) -> &'static [(&'static str, Style)] {
        match self {
            Self::StyledForm(styles) => styles,
            _ => &[],
        }
    }

    /// Returns the map properties whose entries are sent as separate parts.
    pub(crate) fn maps(self) -> &'static [&'static str] {
        match self {
            Self::KeyedParts(names) => names,
            _ => &[],
        }
    }
}

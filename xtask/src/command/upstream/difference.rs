//! A difference between two documents, classified by its meaning in OpenAPI.

use serde_json::Value;

/// Kind of a difference. Together with the pointer and the name it identifies a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Aspect {
    Operation,
    Parameter,
    Body,
    Answer,
    MediaType,
    Header,
    Property,
    /// Whether a property, a parameter or a body is required.
    Required,
    EnumValue,
    /// An alternative of a `oneOf` or `anyOf`.
    Option,
    /// Any other keyword: `type`, `format`, `nullable`, bounds …
    Keyword,
}

impl Aspect {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Parameter => "parameter",
            Self::Body => "request body",
            Self::Answer => "answer",
            Self::MediaType => "media type",
            Self::Header => "header",
            Self::Property => "property",
            Self::Required => "requiredness of",
            Self::EnumValue => "enum value",
            Self::Option => "alternative",
            Self::Keyword => "keyword",
        }
    }
}

/// Change from the first document to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happened {
    Added,
    Removed,
    Changed,
}

impl Happened {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) aspect: Aspect,
    pub(super) happened: Happened,
    /// Name of the parameter, property, value or keyword.
    pub(super) name: String,
    /// Pointer in the first document: the node, or its parent.
    pub(super) first: String,
    /// Pointer in the second document, likewise.
    pub(super) second: String,
    /// Pointer to the parent in the second document, independent of how it was reached.
    pub(super) owner: String,
    pub(super) was: Value,
    pub(super) now: Value,
}

impl Difference {
    /// Equal for the same place in the second document, whatever the first one is.
    pub(super) fn key(&self) -> (Aspect, &str, &str) {
        (self.aspect, &self.owner, &self.name)
    }
}

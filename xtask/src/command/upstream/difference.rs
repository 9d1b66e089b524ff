//! A difference between two documents, classified by its meaning in OpenAPI.

use serde_json::Value;

/// Kind of difference. Together with the owner and the name, the kind identifies a difference.
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
    /// Any other keyword, such as `type`, `format`, `nullable` or a bound.
    Keyword,
}

impl Aspect {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Parameter => "parameter",
            Self::Body => "request body",
            Self::Answer => "response",
            Self::MediaType => "media type",
            Self::Header => "header",
            Self::Property => "property",
            Self::Required => "required",
            Self::EnumValue => "enum value",
            Self::Option => "alternative",
            Self::Keyword => "keyword",
        }
    }
}

/// Change from the first document to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangeKind {
    Added,
    Removed,
    Changed,
}

impl ChangeKind {
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
    pub(super) happened: ChangeKind,
    /// Name of the added, removed or changed part, such as a property, an enum value or a keyword.
    /// Empty if the aspect alone identifies the part.
    pub(super) name: String,
    /// Pointer to the node in the first document, or to its parent.
    pub(super) first: String,
    /// Pointer to the node in the second document, or to its parent.
    pub(super) second: String,
    /// Pointer in the second document to the parent node or, for a change, to the node itself.
    /// Doesn't depend on the references that led to the node.
    pub(super) owner: String,
    pub(super) was: Value,
    pub(super) now: Value,
}

impl Difference {
    /// Returns a key for matching the differences from two walks that have the same second
    /// document. The key depends only on the location in that document.
    pub(super) fn key(&self) -> (Aspect, &str, &str) {
        (self.aspect, &self.owner, &self.name)
    }
}

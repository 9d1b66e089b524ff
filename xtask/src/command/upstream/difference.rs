//! One difference between two documents, by what it means in OpenAPI.

use serde_json::Value;

/// The kind of thing that differs. With the pointer and the name it tells one difference from all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Aspect {
    Operation,
    Parameter,
    Body,
    Answer,
    MediaType,
    Header,
    Property,
    /// Whether a property, a parameter or a body has to be there.
    Required,
    EnumValue,
    /// A part of a `oneOf` or `anyOf`.
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

/// What happened from the first document to the second.
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
    /// Of the parameter, property, value or keyword.
    pub(super) name: String,
    /// In the first document: the thing itself, or what would hold it.
    pub(super) first: String,
    /// In the second document, likewise.
    pub(super) second: String,
    /// In the second document: what holds the thing, the same however it was reached.
    pub(super) owner: String,
    pub(super) was: Value,
    pub(super) now: Value,
}

impl Difference {
    /// What is the same for the same place of the second document, whatever the first one is.
    pub(super) fn key(&self) -> (Aspect, &str, &str) {
        (self.aspect, &self.owner, &self.name)
    }
}

//! Entry of the operation table for one parameter.

/// A parameter in the path, the query or a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Name in the document.
    pub name: &'static str,
    /// Location in the request.
    pub place: Place,
    /// Kind of value.
    pub kind: Kind,
    /// Whether a request without it is refused.
    pub required: bool,
    /// Serialization style.
    pub style: Style,
    /// Value of a required parameter that the caller leaves out.
    pub default: Option<&'static str>,
}

impl Parameter {
    /// An optional string in the query, as a starting point.
    pub const EMPTY: Self = Self {
        name: "",
        place: Place::Query,
        kind: Kind::String,
        required: false,
        style: Style::Simple,
        default: None,
    };

    /// Whether it is the same parameter: two parameters may share a name in different locations.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.place == other.place
    }
}

/// Location of a parameter in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path, as `{name}`.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

impl Place {
    /// The location as a prefix, as in `query.id`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// Kind of value that a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A boolean that is sent as `1` or `0`.
    IntegerBool,
    /// A list.
    Array,
    /// Any JSON value.
    Json,
}

/// Serialization style of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Plain; lists are joined by commas.
    Simple,
    /// Lists as one `name=value` per item.
    Exploded,
    /// Lists joined by commas.
    Comma,
    /// As JSON text.
    Json,
    /// In the path, with unencoded slashes.
    KeepSlashes,
}

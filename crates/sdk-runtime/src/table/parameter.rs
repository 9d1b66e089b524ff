//! Entry in the operation table for one parameter.

/// A parameter in the path, the query or a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Name in the OpenAPI document.
    pub name: &'static str,
    /// Location in the request.
    pub place: Place,
    /// Kind of value.
    pub kind: Kind,
    /// Whether the parameter is required. A request without it is rejected if there is no default.
    pub required: bool,
    /// Serialization style.
    pub style: Style,
    /// Default of the parameter. It is sent only if the parameter is required and the caller omits
    /// it.
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

    /// Returns whether both values describe the same parameter. Parameters in different locations
    /// may share a name.
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
    /// Returns the location as a prefix, as in `query.id`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// Kind of value that a parameter accepts.
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
    /// An object whose properties are written one by one.
    Object,
    /// Any JSON value.
    Json,
}

/// Serialization style of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Lists joined by commas, objects as `key,value,key,value` (`simple`; for a query parameter,
    /// `form` with `explode: false`).
    Simple,
    /// Lists as one `name=value` per item, objects as one `key=value` per property (`form` with
    /// `explode: true`).
    Exploded,
    /// Lists joined by commas, objects as `key,value,key,value` (in a form body, `form` with
    /// `explode: false`).
    Comma,
    /// Lists joined by spaces (`spaceDelimited`).
    Space,
    /// Lists joined by `|` (`pipeDelimited`).
    Pipe,
    /// One pair per value, with the path to the value as its name: `name[key]`, `name[key][0]`, to
    /// any depth (`deepObject`).
    DeepObject,
    /// As JSON text.
    Json,
    /// In the path, with unencoded slashes.
    KeepSlashes,
}

impl Style {
    /// Returns the separator between the values of a list that is sent as one string.
    pub(crate) const fn separator(self) -> &'static str {
        match self {
            Self::Space => " ",
            Self::Pipe => "|",
            _ => ",",
        }
    }
}

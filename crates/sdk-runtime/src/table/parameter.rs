//! What the operation table says about one parameter.

/// A parameter in the path, the query or a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// The name on the wire.
    pub name: &'static str,
    /// Where it stands in the request.
    pub place: Place,
    /// What kind of value it takes.
    pub kind: Kind,
    /// Whether a request without it is refused.
    pub required: bool,
    /// How its value is written.
    pub style: Style,
    /// The value that is sent when a required one is not given.
    pub default: Option<&'static str>,
}

impl Parameter {
    /// An optional text in the query, to start from.
    pub const EMPTY: Self = Self {
        name: "",
        place: Place::Query,
        kind: Kind::String,
        required: false,
        style: Style::Simple,
        default: None,
    };

    /// Whether the other is this one: an operation may have one name in two places.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.place == other.place
    }
}

/// Where a parameter stands in the request.
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
    /// The place as it stands before a name, as in `query.id`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// What kind of value a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A boolean that the vendor takes as `1` or `0`.
    IntegerBool,
    /// A list.
    Array,
    /// An object whose properties are written one by one.
    Object,
    /// Any JSON value.
    Json,
}

/// How the value of a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As it is; lists joined by commas, objects as `key,value,key,value` (`simple`).
    Simple,
    /// Lists as one `name=value` per item, objects as one `key=value` per property (`form` with `explode: true`).
    Exploded,
    /// Lists joined by commas, objects as `key,value,key,value` (`form` with `explode: false`).
    Comma,
    /// Lists joined by spaces (`spaceDelimited`).
    Space,
    /// Lists joined by `|` (`pipeDelimited`).
    Pipe,
    /// One pair per value, named by the way to it: `name[key]`, `name[key][0]`, to any depth (`deepObject`).
    DeepObject,
    /// As JSON text.
    Json,
    /// In the path, with slashes kept as they are.
    KeepSlashes,
}

impl Style {
    /// The text between the values of a list that is one text.
    pub(crate) const fn separator(self) -> &'static str {
        match self {
            Self::Space => " ",
            Self::Pipe => "|",
            _ => ",",
        }
    }
}

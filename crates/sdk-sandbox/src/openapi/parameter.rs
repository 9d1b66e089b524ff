//! Parameters of the operations of a document.

use serde_json::Value;

use crate::openapi::property::properties;
use crate::openapi::schema::{Check, is_type};
use crate::openapi::tree::Tree;

/// A parameter of an operation.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) kind: Shape,
    pub(crate) keep_slashes: bool,
    pub(crate) schema: Value,
    pub(crate) required: bool,
    pub(crate) style: Style,
    /// Default value in the document.
    pub(crate) default: Option<Value>,
    pub(crate) check: Check,
}

/// Location of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

/// Type to which the string value of a parameter is converted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    /// Integers, numbers and booleans, in JSON spelling.
    Literal {
        integer: bool,
    },
    Array(Box<Shape>),
    /// Any value, sent as JSON.
    Json,
    /// An object whose properties are sent separately. The second shape applies to properties that
    /// the schema doesn't declare.
    Object(Vec<(String, Shape)>, Box<Shape>),
}

/// Serialization style of a parameter value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Items and properties in one string, separated by this character.
    Joined(char),
    /// Properties as `key=value` in one string, separated by commas.
    JoinedPairs,
    /// One query pair per item or property.
    Exploded,
    /// Query pairs with names such as `name[key][key]`.
    Deep,
}

impl Style {
    pub(super) fn read(node: &Value, place: Place) -> Self {
        let explode = node.get("explode").and_then(Value::as_bool);
        let style = node.get("style").and_then(Value::as_str);
        match (style, place) {
            (Some("deepObject"), _) => Self::Deep,
            (Some("spaceDelimited"), _) if explode != Some(true) => Self::Joined(' '),
            (Some("pipeDelimited"), _) if explode != Some(true) => Self::Joined('|'),
            (_, Place::Query) if explode != Some(false) => Self::Exploded,
            (_, Place::Path | Place::Header) if explode == Some(true) => Self::JoinedPairs,
            _ => Self::Joined(','),
        }
    }
}

/// Maximum nesting depth of an object's shape.
const MAX_DEPTH: usize = 8;

impl Shape {
    /// Returns the shape that matches the type of a schema.
    pub(crate) fn of(tree: &Tree, schema: &Value) -> Self {
        let is = |name| is_type(tree, schema, name);
        if is("integer") {
            Self::Literal { integer: true }
        } else if is("number") || is("boolean") {
            Self::Literal { integer: false }
        } else if is("array") {
            let items = tree.resolve(schema).get("items");
            Self::Array(Box::new(
                items.map_or(Self::Text, |items| Self::of(tree, items)),
            ))
        } else if is("object") {
            Self::Json
        } else {
            Self::Text
        }
    }

    /// Returns the shape of a schema whose objects are sent property by property.
    pub(crate) fn expanded(tree: &Tree, schema: &Value) -> Self {
        Self::within(tree, schema, MAX_DEPTH)
    }

    fn within(tree: &Tree, schema: &Value, depth: usize) -> Self {
        let target = tree.resolve(schema);
        let named = properties(tree, schema);
        if is_type(tree, schema, "array") {
            let items = target.get("items");
            let items = items.filter(|_| depth > 0);
            return Self::Array(Box::new(
                items.map_or(Self::Text, |items| Self::within(tree, items, depth - 1)),
            ));
        }
        let has_values = target
            .get("additionalProperties")
            .is_some_and(Value::is_object);
        let is_object = !named.is_empty() || has_values || is_type(tree, schema, "object");
        if !is_object || depth == 0 {
            return Self::of(tree, schema);
        }
        let named = named
            .into_iter()
            .map(|(name, schema)| (name.to_owned(), Self::within(tree, schema, depth - 1)))
            .collect();
        let extra = target
            .get("additionalProperties")
            .filter(|extra| extra.is_object());
        let extra = extra.map_or(Self::Text, |extra| Self::within(tree, extra, depth - 1));
        Self::Object(named, Box::new(extra))
    }

    /// Returns the shape of a property, or `None` if `self` isn't the shape of an object.
    pub(crate) fn of_property(&self, name: &str) -> Option<&Self> {
        let Self::Object(named, extra) = self else {
            return None;
        };
        let known = named.iter().find(|(known, _)| known == name);
        Some(known.map_or(extra, |(_, shape)| shape))
    }

    pub(crate) fn is_integer(&self) -> bool {
        matches!(self, Self::Literal { integer: true })
    }

    /// Converts a string to the type of the shape. A string that isn't valid for the type stays a
    /// string, so that schema validation rejects it.
    pub(crate) fn value(&self, text: &str) -> Value {
        let text_value = || Value::String(text.to_owned());
        match self {
            Self::Text => text_value(),
            Self::Json | Self::Object(..) => {
                serde_json::from_str(text).unwrap_or_else(|_| text_value())
            }
            Self::Array(item) => item.value(text),
            Self::Literal { .. } => match serde_json::from_str(text) {
                Ok(value @ (Value::Number(_) | Value::Bool(_))) => value,
                _ => text_value(),
            },
        }
    }
}

impl Parameter {
    /// Reads the parameters of an operation, including the parameters of its path item.
    pub(crate) fn read_all(tree: &Tree, item: &Value, operation: &Value) -> Vec<Self> {
        let list = |node: &Value| {
            node.get("parameters")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        let mut all: Vec<Self> = Vec::new();
        for node in list(operation).iter().chain(&list(item)) {
            if let Some(parameter) = Self::read(tree, tree.resolve(node))
                && !all
                    .iter()
                    .any(|p| p.name == parameter.name && p.place == parameter.place)
            {
                all.push(parameter);
            }
        }
        all
    }

    pub(crate) fn read(tree: &Tree, node: &Value) -> Option<Self> {
        let name = node.get("name")?.as_str()?.to_owned();
        let place = match node.get("in")?.as_str()? {
            "path" => Place::Path,
            "query" => Place::Query,
            "header"
                if !["accept", "authorization", "content-type"]
                    .contains(&name.to_ascii_lowercase().as_str()) =>
            {
                Place::Header
            }
            _ => return None,
        };
        let flag = |key: &str| node.get(key).and_then(Value::as_bool);
        let content = node
            .get("content")
            .and_then(Value::as_object)
            .and_then(|map| map.values().next());
        let schema = content
            .unwrap_or(node)
            .get("schema")
            .cloned()
            .unwrap_or(Value::Bool(true));
        Some(Self {
            kind: if content.is_some() {
                Shape::Json
            } else {
                Shape::expanded(tree, &schema)
            },
            keep_slashes: place == Place::Path && can_contain_slashes(tree, node, &schema),
            required: flag("required").unwrap_or(false),
            style: Style::read(node, place),
            default: tree.resolve(&schema).get("default").cloned(),
            check: Check::new(&schema),
            schema,
            place,
            name,
        })
    }
}

/// Returns whether a path value can contain slashes. `x-sdk-keep-slashes` allows slashes for a
/// parameter or, at the root of the document, for all free text in paths.
fn can_contain_slashes(tree: &Tree, node: &Value, schema: &Value) -> bool {
    let is_marked =
        |node: &Value| node.get("x-sdk-keep-slashes").and_then(Value::as_bool) == Some(true);
    let schema = tree.resolve(schema);
    let is_free_text = schema.get("type").and_then(Value::as_str) == Some("string")
        && schema.get("format").is_none();
    is_marked(node) || (is_free_text && is_marked(tree.root()))
}

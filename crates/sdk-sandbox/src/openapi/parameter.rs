//! Parameters: how they are written in a request, and whether they are valid.

use http::HeaderMap;
use serde_json::Value;

use crate::http::refusal::{FieldFault, Kind, Refusal};
use crate::http::request::Request;
use crate::openapi::document::Document;
use crate::openapi::operation::Operation;
use crate::openapi::path_template::PathValues;
use crate::openapi::schema::{Check, is_type};

/// A parameter of an operation.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) kind: Shape,
    pub(crate) keep_slashes: bool,
    pub(crate) schema: Value,
    pub(crate) required: bool,
    /// Whether an array is one value a key, and not one text with commas.
    exploded: bool,
    default: Option<Value>,
    check: Check,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

/// What a text stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    /// Integers, numbers, booleans: as JSON writes them.
    Literal {
        integer: bool,
    },
    Array(Box<Shape>),
    /// JSON in a text.
    Json,
}

impl Shape {
    /// The shape that a schema asks for.
    pub(crate) fn of(document: &Document, schema: &Value) -> Self {
        let is = |name| is_type(document, schema, name);
        if is("integer") {
            Self::Literal { integer: true }
        } else if is("number") || is("boolean") {
            Self::Literal { integer: false }
        } else if is("array") {
            let items = document.resolve(schema).get("items");
            Self::Array(Box::new(
                items.map_or(Self::Text, |items| Self::of(document, items)),
            ))
        } else if is("object") {
            Self::Json
        } else {
            Self::Text
        }
    }

    pub(crate) fn is_integer(&self) -> bool {
        matches!(self, Self::Literal { integer: true })
    }

    /// The value of a text; a text that does not fit stays one, so that the schema can refuse it.
    pub(crate) fn value(&self, text: &str) -> Value {
        let text_value = || Value::String(text.to_owned());
        match self {
            Self::Text => text_value(),
            Self::Json => serde_json::from_str(text).unwrap_or_else(|_| text_value()),
            Self::Array(item) => item.value(text),
            Self::Literal { .. } => match serde_json::from_str(text) {
                Ok(value @ (Value::Number(_) | Value::Bool(_))) => value,
                _ => text_value(),
            },
        }
    }
}

impl Parameter {
    /// The parameters of an operation, those of its path item included.
    pub(crate) fn read_all(document: &Document, item: &Value, operation: &Value) -> Vec<Self> {
        let list = |node: &Value| {
            node.get("parameters")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        let mut all: Vec<Self> = Vec::new();
        for node in list(operation).iter().chain(&list(item)) {
            if let Some(parameter) = Self::read(document, document.resolve(node))
                && !all
                    .iter()
                    .any(|p| p.name == parameter.name && p.place == parameter.place)
            {
                all.push(parameter);
            }
        }
        all
    }

    fn read(document: &Document, node: &Value) -> Option<Self> {
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
                Shape::of(document, &schema)
            },
            keep_slashes: flag("x-sdk-keep-slashes").unwrap_or(false),
            required: flag("required").unwrap_or(false),
            exploded: flag("explode").unwrap_or(place == Place::Query),
            default: document.resolve(&schema).get("default").cloned(),
            check: Check::new(&schema),
            schema,
            place,
            name,
        })
    }

    /// The value in a request, or the default.
    pub(crate) fn value(&self, request: &Request, path: &PathValues) -> Option<Value> {
        let texts: Vec<String> = match self.place {
            Place::Path => path
                .iter()
                .filter(|(n, _)| *n == self.name)
                .map(|(_, v)| v.clone())
                .collect(),
            Place::Query => request
                .query
                .iter()
                .filter(|(n, _)| *n == self.name)
                .map(|(_, v)| v.clone())
                .collect(),
            Place::Header => header_texts(&request.headers, &self.name),
        };
        let first = texts.first()?;
        Some(match &self.kind {
            Shape::Array(item) if self.exploded => {
                texts.iter().map(|text| item.value(text)).collect()
            }
            Shape::Array(_) if first.is_empty() => Value::Array(Vec::new()),
            Shape::Array(item) => first.split(',').map(|text| item.value(text)).collect(),
            kind => kind.value(first),
        })
    }

    /// The default that the document states.
    pub(crate) fn default(&self) -> Option<&Value> {
        self.default.as_ref()
    }
}

fn header_texts(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect()
}

/// Refuses a request whose parameters are missing or wrong.
pub(crate) fn validate(
    document: &Document,
    operation: &Operation,
    request: &Request,
    path: &PathValues,
) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut astray = true;
    for parameter in &operation.parameters {
        let before = faults.len();
        match parameter.value(request, path) {
            None if parameter.required => {
                faults.push(FieldFault {
                    field: parameter.name.clone(),
                    message: "is required".to_owned(),
                });
            }
            None => {}
            Some(value) => {
                let found = parameter
                    .check
                    .violations(document, &value)
                    .map_err(Refusal::internal)?;
                faults.extend(found.into_iter().map(|fault| FieldFault {
                    field: if fault.field.is_empty() {
                        parameter.name.clone()
                    } else {
                        format!("{}.{}", parameter.name, fault.field)
                    },
                    message: fault.message,
                }));
            }
        }
        astray &= faults.len() == before || parameter.place == Place::Path;
    }
    if faults.is_empty() {
        return Ok(());
    }
    // A path that cannot be right leads to nothing, unless the vendor is known to say more.
    let says_more = [400, 422]
        .iter()
        .any(|status| operation.answer(*status).is_some());
    let kind = if astray && !says_more && operation.answer(404).is_some() {
        Kind::Missing
    } else {
        Kind::Parameter
    };
    Err(Refusal::of_fields(kind, faults))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(node: &Value) -> Parameter {
        Parameter::read(&Document::read("{}").unwrap(), node).unwrap()
    }

    fn check(node: &Value, path: &str, query: &str, status: &str) -> Result<(), Refusal> {
        let responses = json!({ "200": {}, status: {} });
        let get = json!({ "operationId": "a", "parameters": [node], "responses": responses });
        let text = json!({ "paths": { "/{id}": { "get": get } } }).to_string();
        let document = Document::read(&text).unwrap();
        let path = vec![("id".to_owned(), path.to_owned())];
        let request = Request::get("/", query);
        validate(&document, &document.operations[0], &request, &path)
    }

    fn faults(node: &Value, query: &str) -> Vec<String> {
        let refusal = check(node, "", query, "400").err();
        let faults = refusal.into_iter().flat_map(|refusal| refusal.faults);
        faults
            .map(|f| format!("{} {}", f.field, f.message))
            .collect()
    }

    #[test]
    fn a_key_that_cannot_be_one_is_not_found_where_the_document_knows_no_other_answer() {
        let kind = |place: &str, status: &str| {
            let schema = json!({ "type": "integer", "format": "int32" });
            let node = json!({ "name": "id", "in": place, "required": true, "schema": schema });
            check(&node, "2147483648", "id=2147483648", status)
                .unwrap_err()
                .kind
        };
        assert_eq!(kind("path", "404"), Kind::Missing);
        assert_eq!(kind("path", "400"), Kind::Parameter);
        assert_eq!(kind("query", "404"), Kind::Parameter);
    }

    #[test]
    fn a_number_has_to_be_one_within_its_bounds() {
        let limit = json!({ "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1 } });
        assert!(faults(&limit, "limit=5").is_empty());
        assert!(faults(&limit, "").is_empty());
        assert_eq!(
            faults(&limit, "limit=five"),
            ["limit value is not of type \"integer\""]
        );
        assert_eq!(
            faults(&limit, "limit=0"),
            ["limit value is less than the minimum of 1"]
        );
    }

    #[test]
    fn a_required_parameter_has_to_be_there() {
        let key = json!({ "name": "key", "in": "query", "required": true, "schema": { "type": "string" } });
        assert_eq!(faults(&key, "other=1"), ["key is required"]);
        assert!(faults(&key, "key=").is_empty());
    }

    #[test]
    fn arrays_are_repeated_or_have_commas() {
        let schema = json!({ "type": "array", "items": { "type": "integer" } });
        let repeated = read(&json!({ "name": "id[]", "in": "query", "schema": schema }));
        let commas =
            read(&json!({ "name": "id", "in": "query", "explode": false, "schema": schema }));
        let value = |p: &Parameter, query: &str| p.value(&Request::get("/", query), &Vec::new());
        assert_eq!(
            value(&repeated, "id%5B%5D=1&id%5B%5D=2"),
            Some(json!([1, 2]))
        );
        assert_eq!(value(&commas, "id=1,2"), Some(json!([1, 2])));
    }

    #[test]
    fn content_parameters_hold_json() {
        let search = json!({ "name": "search", "in": "query", "content": { "application/json": { "schema": { "type": "object" } } } });
        assert!(faults(&search, "search=%7B%22a%22%3A1%7D").is_empty());
        assert_eq!(faults(&search, "search=a").len(), 1);
    }
}

//! Reads parameter values from the path, query and headers of a request.

use http::HeaderMap;
use serde_json::{Map, Value};

use crate::http::request::Request;
use crate::openapi::named_values::{put, steps};
use crate::openapi::parameter::{Parameter, Place, Shape, Style};
use crate::openapi::path_template::PathValues;

/// Returns the value of a parameter in the request, or `None` if it is absent.
///
/// The properties of an object can be sent as separate query pairs. If the request has none of
/// these pairs, returns an empty object for a required parameter and `None` for an optional
/// parameter.
pub(crate) fn value_of(
    parameter: &Parameter,
    request: &Request,
    path: &PathValues,
) -> Option<Value> {
    let texts: Vec<String> = match parameter.place {
        Place::Path => path
            .iter()
            .filter(|(n, _)| *n == parameter.name)
            .map(|(_, v)| v.clone())
            .collect(),
        Place::Query => request
            .query
            .iter()
            .filter(|(n, _)| *n == parameter.name)
            .map(|(_, v)| v.clone())
            .collect(),
        Place::Header => header_texts(&request.headers, &parameter.name),
    };
    let is_object = matches!(parameter.kind, Shape::Object(..));
    let empty = || (parameter.required && is_object).then(|| Value::Object(Map::new()));
    if let (Place::Query, Style::Deep) = (parameter.place, parameter.style) {
        let text = || texts.first().map(|text| parameter.kind.value(text));
        return deep_object(parameter, request).or_else(text).or_else(empty);
    }
    if let (Shape::Object(named, _), Place::Query, Style::Exploded) =
        (&parameter.kind, parameter.place, parameter.style)
    {
        let pairs = request
            .query
            .iter()
            .filter(|(name, _)| named.is_empty() || named.iter().any(|(known, _)| known == name));
        let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
        return object(parameter, pairs).or_else(empty);
    }
    let first = texts.first()?;
    Some(match (&parameter.kind, parameter.style) {
        (Shape::Array(item), Style::Exploded) => {
            texts.iter().map(|text| item.value(text)).collect()
        }
        (Shape::Array(_), _) if first.is_empty() => Value::Array(Vec::new()),
        (Shape::Array(item), style) => {
            let separator = match style {
                Style::Joined(separator) => separator,
                _ => ',',
            };
            first
                .split(separator)
                .map(|text| item.value(text))
                .collect()
        }
        (Shape::Object(..), Style::JoinedPairs) => {
            let pairs = first.split(',').filter_map(|pair| pair.split_once('='));
            return object(parameter, pairs);
        }
        // An object in a union can be sent as JSON, which starts with a brace.
        (Shape::Object(..), _) if !first.starts_with('{') => {
            let texts: Vec<&str> = first.split(',').collect();
            let pairs = texts.chunks_exact(2).map(|pair| (pair[0], pair[1]));
            return object(parameter, pairs);
        }
        (kind, _) => kind.value(first),
    })
}

/// Builds an object from pairs of a property name and a string. Returns `None` if there are no
/// pairs.
fn object<'p>(
    parameter: &Parameter,
    pairs: impl Iterator<Item = (&'p str, &'p str)>,
) -> Option<Value> {
    let mut value = Value::Null;
    for (name, text) in pairs {
        put(&mut value, &parameter.kind, &[name], text);
    }
    (!value.is_null()).then_some(value)
}

/// Builds a value from query pairs with names such as `name[key][key]`. Returns `None` if there are
/// no such pairs.
fn deep_object(parameter: &Parameter, request: &Request) -> Option<Value> {
    let mut value = Value::Null;
    for (name, text) in &request.query {
        if let Some((base, steps)) = steps(name)
            && base == parameter.name
        {
            put(&mut value, &parameter.kind, &steps, text);
        }
    }
    (!value.is_null()).then_some(value)
}

fn header_texts(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    use crate::openapi::tree::Tree;

    fn read(node: &Value) -> Parameter {
        Parameter::read(&Tree::new(json!({})), node).unwrap()
    }

    #[test]
    fn arrays_are_read_from_repeated_or_comma_separated_parameters() {
        let schema = json!({ "type": "array", "items": { "type": "integer" } });
        let repeated = read(&json!({ "name": "id[]", "in": "query", "schema": schema }));
        let commas =
            read(&json!({ "name": "id", "in": "query", "explode": false, "schema": schema }));
        let value =
            |p: &Parameter, query: &str| value_of(p, &Request::get("/", query), &Vec::new());
        assert_eq!(
            value(&repeated, "id%5B%5D=1&id%5B%5D=2"),
            Some(json!([1, 2]))
        );
        assert_eq!(value(&commas, "id=1,2"), Some(json!([1, 2])));
    }

    #[test]
    fn a_required_object_without_pairs_is_empty() {
        let value = |style: &str, required: bool| {
            let node = json!({ "name": "filter", "in": "query", "style": style, "required": required, "schema": { "type": "object" } });
            value_of(&read(&node), &Request::get("/", ""), &Vec::new())
        };
        for style in ["form", "deepObject"] {
            assert_eq!(value(style, true), Some(json!({})));
            assert_eq!(value(style, false), None);
        }
    }

    #[test]
    fn objects_are_read_in_the_declared_style() {
        let schema = json!({ "type": "object", "properties": { "R": { "type": "integer" }, "G": { "type": "string" } } });
        let value = |style: &str, explode: bool, query: &str| {
            let node = json!({ "name": "color", "in": "query", "style": style, "explode": explode, "schema": schema });
            value_of(&read(&node), &Request::get("/", query), &Vec::new())
        };
        let wanted = Some(json!({ "R": 100, "G": "7" }));
        assert_eq!(value("form", true, "R=100&G=7&other=1"), wanted);
        assert_eq!(value("form", false, "color=R,100,G,7"), wanted);
        assert_eq!(
            value(
                "deepObject",
                true,
                "color[R]=100&color%5BG%5D=7&colors[R]=1"
            ),
            wanted
        );
        assert_eq!(value("form", true, "other=1"), None);
        let node = json!({ "name": "id", "in": "path", "explode": true, "schema": schema });
        let path = vec![("id".to_owned(), "R=100,G=7".to_owned())];
        assert_eq!(
            value_of(&read(&node), &Request::get("/", ""), &path),
            wanted
        );
    }
}

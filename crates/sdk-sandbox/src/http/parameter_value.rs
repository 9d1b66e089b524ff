//! Parameter values of a request: path, query and headers.

use http::HeaderMap;
use serde_json::Value;

use crate::http::request::Request;
use crate::openapi::parameter::{Parameter, Place, Shape};
use crate::openapi::path_template::PathValues;

/// Value of a parameter in the request; `None` if absent.
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
    let first = texts.first()?;
    Some(match &parameter.kind {
        Shape::Array(item) if parameter.exploded => {
            texts.iter().map(|text| item.value(text)).collect()
        }
        Shape::Array(_) if first.is_empty() => Value::Array(Vec::new()),
        Shape::Array(item) => first.split(',').map(|text| item.value(text)).collect(),
        kind => kind.value(first),
    })
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
    fn arrays_are_repeated_or_have_commas() {
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
}

//! Checks the parameters of a call.

use crate::http::parameter_value::value_of;
use crate::http::refusal::Refusal;
use crate::http::request::Request;
use crate::openapi::document::Document;
use crate::openapi::operation::Operation;
use crate::openapi::parameter::Place;
use crate::openapi::path_template::PathValues;
use crate::openapi::schema::FieldViolation;
use crate::rules::error_kind::ErrorKind;

/// Rejects a request with missing or invalid parameters.
pub(crate) fn check_parameters(
    document: &Document,
    operation: &Operation,
    request: &Request,
    path: &PathValues,
) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut astray = true;
    for parameter in &operation.parameters {
        let before = faults.len();
        match value_of(parameter, request, path) {
            None if parameter.required => {
                faults.push(FieldViolation {
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
                faults.extend(found.into_iter().map(|fault| FieldViolation {
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
    // If only path parameters are invalid, and the operation documents 404 but neither 400 nor 422,
    // the status is 404.
    let says_more = [400, 422]
        .iter()
        .any(|status| operation.answer(*status).is_some());
    let kind = if astray && !says_more && operation.answer(404).is_some() {
        ErrorKind::Missing
    } else {
        ErrorKind::Parameter
    };
    Err(Refusal::of_fields(kind, faults))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn check(node: &Value, path: &str, query: &str, status: &str) -> Result<(), Refusal> {
        let responses = json!({ "200": {}, status: {} });
        let get = json!({ "operationId": "a", "parameters": [node], "responses": responses });
        let text = json!({ "paths": { "/{id}": { "get": get } } }).to_string();
        let document = Document::read(&text).unwrap();
        let path = vec![("id".to_owned(), path.to_owned())];
        let request = Request::get("/", query);
        check_parameters(&document, &document.operations[0], &request, &path)
    }

    fn faults(node: &Value, query: &str) -> Vec<String> {
        let refusal = check(node, "", query, "400").err();
        let faults = refusal.into_iter().flat_map(|refusal| refusal.faults);
        faults
            .map(|f| format!("{} {}", f.field, f.message))
            .collect()
    }

    #[test]
    fn an_invalid_path_key_is_not_found_if_404_is_the_only_documented_error() {
        let kind = |place: &str, status: &str| {
            let schema = json!({ "type": "integer", "format": "int32" });
            let node = json!({ "name": "id", "in": place, "required": true, "schema": schema });
            check(&node, "2147483648", "id=2147483648", status)
                .unwrap_err()
                .kind
        };
        assert_eq!(kind("path", "404"), ErrorKind::Missing);
        assert_eq!(kind("path", "400"), ErrorKind::Parameter);
        assert_eq!(kind("query", "404"), ErrorKind::Parameter);
    }

    #[test]
    fn an_integer_parameter_must_be_an_integer_within_its_bounds() {
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
    fn a_required_parameter_must_be_present_but_can_be_empty() {
        let key = json!({ "name": "key", "in": "query", "required": true, "schema": { "type": "string" } });
        assert_eq!(faults(&key, "other=1"), ["key is required"]);
        assert!(faults(&key, "key=").is_empty());
    }

    #[test]
    fn a_content_parameter_is_parsed_as_json() {
        let search = json!({ "name": "search", "in": "query", "content": { "application/json": { "schema": { "type": "object" } } } });
        assert!(faults(&search, "search=%7B%22a%22%3A1%7D").is_empty());
        assert_eq!(faults(&search, "search=a").len(), 1);
    }
}

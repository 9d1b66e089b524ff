//! Operations of an OpenAPI document.

use serde_json::Value;

use crate::error::Error;
use crate::openapi::media_type::is_json;
use crate::openapi::paging::Paging;
use crate::openapi::parameter::{Parameter, Place, Style};
use crate::openapi::path_template::{PathTemplate, shape};
use crate::openapi::schema::Check;
use crate::openapi::security::{Requirement, requirements};
use crate::openapi::server;
use crate::openapi::tree::Tree;

/// An operation: its path and method, its parameters and body, and its documented responses.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// Path template as in the document, without the base path.
    pub(crate) path: String,
    /// Path of the operation's own server, without a trailing slash, or `None` if the operation
    /// uses the path of the document's server.
    pub(crate) base_path: Option<String>,
    /// Path template with anonymous parameters.
    pub(crate) shape: String,
    /// Method in upper case, as sent over HTTP.
    pub(crate) method: String,
    pub(crate) template: PathTemplate,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<RequestBody>,
    pub(crate) answers: Vec<DocumentedResponse>,
    /// Alternative security requirements. A request must meet one of them. Empty if the operation
    /// needs no credentials.
    pub(crate) security: Vec<Requirement>,
    /// Whether the operation issues access tokens.
    pub(crate) token: bool,
    pub(crate) paging: Option<Paging>,
    /// Format and limits of the bulk body, if the operation accepts one.
    pub(crate) bulk: Option<Bulk>,
    /// Kind of effect: `money`, `message` or `signature`.
    pub(crate) effect: Option<String>,
    pub(crate) repeat: Repeat,
    /// Rate limit of the operation, in addition to the rate limit of the document.
    pub(crate) limits: Option<Value>,
    /// Rows of `x-sdk-error-codes`.
    pub(crate) error_codes: Vec<Value>,
}

/// Whether a call can be repeated safely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Repeat {
    Safe,
    Never,
    /// Safe to repeat with the same value of the given header.
    KeyedByHeader(String),
    /// Safe to repeat with the same value of the given body property.
    KeyedByBody(String),
}

/// Format and limits of a bulk body, from `x-sdk-bulk`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bulk {
    /// Whether the body is NDJSON, one document per line, rather than one array.
    pub(crate) lines: bool,
    pub(crate) most: usize,
    pub(crate) longest: usize,
}

/// Request body of an operation.
#[derive(Debug)]
pub(crate) struct RequestBody {
    pub(crate) required: bool,
    pub(crate) media: Vec<RequestMedia>,
}

/// One of the media types of a request body.
#[derive(Debug)]
pub(crate) struct RequestMedia {
    pub(crate) name: String,
    pub(crate) schema: Value,
    pub(crate) check: Check,
    /// Styles of form fields by name, for the fields that declare a style.
    pub(crate) styles: Vec<(String, Style)>,
}

/// One documented response.
#[derive(Debug)]
pub(crate) struct DocumentedResponse {
    /// Status, such as `200`, `4XX` or `default`.
    pub(crate) status: String,
    /// Pairs of media type and schema.
    pub(crate) media: Vec<(String, Value)>,
    /// Pairs of header name and schema.
    pub(crate) headers: Vec<(String, Value)>,
}

impl Operation {
    pub(crate) fn read(
        tree: &Tree,
        method: &str,
        path: &str,
        item: &Value,
        node: &Value,
    ) -> Result<Self, Error> {
        let id = node.get("operationId").and_then(Value::as_str);
        let id = id
            .ok_or_else(|| Error::new(format!("{method} {path} has no operationId")))?
            .to_owned();
        let parameters = Parameter::read_all(tree, item, node);
        let body = node
            .get("requestBody")
            .map(|body| RequestBody::read(tree.resolve(body)));
        let security = node.get("security").or_else(|| tree.security());
        Ok(Self {
            method: method.to_ascii_uppercase(),
            template: PathTemplate::read(path, &parameters),
            path: path.to_owned(),
            base_path: server::own_path(tree, item, node),
            shape: shape(path),
            bulk: node.get("x-sdk-bulk").map(Bulk::read),
            effect: node
                .get("x-sdk-effect")
                .and_then(Value::as_str)
                .map(str::to_owned),
            repeat: Repeat::read(method, node.get("x-sdk-repeat")),
            error_codes: node
                .get("x-sdk-error-codes")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default(),
            limits: node.get("x-sdk-limits").cloned(),
            body,
            answers: answers(tree, node),
            security: requirements(tree, security),
            token: node
                .get("x-sdk-token")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            paging: node.get("x-sdk-pagination").and_then(Paging::read),
            parameters,
            id,
        })
    }

    /// Returns the lowest success status and its documented response. Without a documented success
    /// status, returns 200 and the `default` response.
    pub(crate) fn success(&self) -> (u16, Option<&DocumentedResponse>) {
        let status = |answer: &DocumentedResponse| match answer.status.as_str() {
            "2XX" => Some(200),
            text => text
                .parse()
                .ok()
                .filter(|status| (200..300).contains(status)),
        };
        let lowest = self
            .answers
            .iter()
            .filter_map(|a| Some((status(a)?, Some(a))))
            .min_by_key(|(s, _)| *s);
        lowest.unwrap_or_else(|| (200, self.answers.iter().find(|a| a.status == "default")))
    }
}

impl Operation {
    /// Returns the response that is documented for exactly this status, not for a range or
    /// `default`.
    pub(crate) fn answer(&self, status: u16) -> Option<&DocumentedResponse> {
        let text = status.to_string();
        self.answers.iter().find(|answer| answer.status == text)
    }

    /// Returns whether the request body is NDJSON.
    pub(crate) fn lines(&self) -> bool {
        self.bulk.is_some_and(|bulk| bulk.lines)
    }

    /// Returns the schema of the request body in its first media type.
    pub(crate) fn body_schema(&self) -> Option<&Value> {
        let media = &self.body.as_ref()?.media;
        media.first().map(|media| &media.schema)
    }

    /// Returns the schema of the first JSON success response.
    pub(crate) fn response_schema(&self) -> Option<&Value> {
        let json = |(name, _): &&(String, Value)| is_json(name);
        let answers = self.answers.iter().filter(|a| a.status.starts_with('2'));
        answers
            .filter_map(|answer| answer.media.iter().find(json))
            .map(|(_, schema)| schema)
            .next()
    }

    /// Returns whether the success response has a body, and none of its media types is JSON.
    pub(crate) fn is_download(&self) -> bool {
        let media = self.success().1.map(|answer| answer.media.as_slice());
        media.is_some_and(|media| !media.is_empty() && media.iter().all(|(name, _)| !is_json(name)))
    }
}

impl Repeat {
    fn read(method: &str, node: Option<&Value>) -> Self {
        match node {
            Some(Value::String(text)) if text == "safe" => Self::Safe,
            Some(Value::String(_)) => Self::Never,
            Some(node) => {
                let keyed = |place: &str| Some(node.get("keyed")?.get(place)?.as_str()?.to_owned());
                let by_header = keyed("header").map(Self::KeyedByHeader);
                let by_body = || keyed("body").map(Self::KeyedByBody);
                by_header.or_else(by_body).unwrap_or(Self::Never)
            }
            None if ["get", "head", "put", "delete", "options"].contains(&method) => Self::Safe,
            None => Self::Never,
        }
    }
}

impl Bulk {
    fn read(node: &Value) -> Self {
        let number = |key: &str| node.get(key).and_then(Value::as_u64).map(|n| n as usize);
        Self {
            lines: node.get("format").and_then(Value::as_str) == Some("ndjson"),
            most: number("max_lines").unwrap_or(100),
            longest: number("max_line_length").unwrap_or(1_000_000),
        }
    }
}

impl RequestBody {
    fn read(node: &Value) -> Self {
        let content = node.get("content").and_then(Value::as_object);
        let media = content.into_iter().flatten().map(|(name, media)| {
            let schema = media.get("schema").cloned().unwrap_or(Value::Bool(true));
            RequestMedia {
                name: name.clone(),
                check: Check::new(&schema),
                schema,
                styles: styles(media),
            }
        });
        Self {
            required: node
                .get("required")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            media: media.collect(),
        }
    }
}

/// Reads the styles of form fields from `encoding`.
fn styles(media: &Value) -> Vec<(String, Style)> {
    let encodings = media.get("encoding").and_then(Value::as_object);
    let styled = encodings
        .into_iter()
        .flatten()
        .filter(|(_, encoding)| encoding.get("style").or(encoding.get("explode")).is_some());
    styled
        .map(|(name, encoding)| (name.clone(), Style::read(encoding, Place::Query)))
        .collect()
}

fn answers(tree: &Tree, operation: &Value) -> Vec<DocumentedResponse> {
    let entries = |node: &Value, key: &str| -> Vec<(String, Value)> {
        let map = node.get(key).and_then(Value::as_object);
        let schema = |value: &Value| {
            tree.resolve(value)
                .get("schema")
                .cloned()
                .unwrap_or(Value::Bool(true))
        };
        map.into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), schema(value)))
            .collect()
    };
    let responses = operation.get("responses").and_then(Value::as_object);
    let answer = |(status, node): (&String, &Value)| {
        let node = tree.resolve(node);
        let media = entries(node, "content");
        DocumentedResponse {
            status: status.clone(),
            media,
            headers: entries(node, "headers"),
        }
    };
    responses.into_iter().flatten().map(answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document::Document;
    use serde_json::json;

    fn operation(node: &Value) -> Operation {
        let text = json!({ "paths": { "/a": { "get": node } } }).to_string();
        Document::read(&text).unwrap().operations.remove(0)
    }

    #[test]
    fn the_lowest_documented_success_status_is_used() {
        let read = operation(
            &json!({ "operationId": "a", "responses": { "404": {}, "204": {}, "201": {} } }),
        );
        assert_eq!(read.success().0, 201);
        let read = operation(&json!({ "operationId": "a", "responses": { "default": {} } }));
        assert_eq!(read.success().0, 200);
        assert!(read.success().1.is_some());
    }

    #[test]
    fn an_operation_without_an_id_is_an_error() {
        let text = r#"{"paths":{"/a":{"get":{"responses":{}}}}}"#;
        assert_eq!(
            Document::read(text).unwrap_err().to_string(),
            "get /a has no operationId"
        );
    }
}

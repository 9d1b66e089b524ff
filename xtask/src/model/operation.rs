//! Operations with resolved references and parsed extensions.
//!
//! Each submodule answers one question: how the body is sent, which responses are successes, and
//! which server receives the request.

use serde_json::{Map, Value};

use super::components::Components;
use super::security::Scheme;
use super::value::{elements, flag, members, text};
use crate::name;
pub(crate) use server::OwnServer;

pub(crate) mod body;
pub(crate) mod server;
pub(crate) mod status;
pub(crate) mod success;

pub(crate) struct Operation<'d> {
    pub(crate) id: &'d str,
    pub(crate) upstream_id: Option<&'d str>,
    pub(crate) method: &'static str,
    /// Template of the path as sent, including a fixed query and without a fragment.
    pub(crate) path: &'d str,
    /// Key of the path in the document. It may contain a fragment, which serves only to distinguish
    /// operations.
    pub(crate) path_key: &'d str,
    /// Server of the operation, if it differs from the document's default server.
    pub(crate) server: Option<OwnServer<'d>>,
    pub(crate) tag: &'d str,
    /// One-line summary.
    pub(crate) summary: &'d str,
    /// Description without the summary.
    pub(crate) description: &'d str,
    pub(crate) parameters: Vec<Parameter<'d>>,
    pub(crate) body: Option<Body<'d>>,
    pub(crate) answers: Vec<Answer<'d>>,
    pub(crate) security: Vec<Scheme<'d>>,
    pub(crate) token: bool,
    pub(crate) internal: bool,
    pub(crate) deprecated: bool,
    pub(crate) paging: Option<&'d Value>,
    pub(crate) bulk: Option<&'d Value>,
    /// How the operation reads or starts a job.
    pub(crate) wait: Option<&'d Value>,
    /// How to find out whether a call without a response took effect.
    pub(crate) find: Option<&'d str>,
    pub(crate) repeat: Option<&'d Value>,
    pub(crate) effect: Option<&'d str>,
    pub(crate) error_codes: &'d [Value],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

impl Place {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

pub(crate) struct Parameter<'d> {
    pub(crate) name: &'d str,
    /// Rust identifier.
    pub(crate) ident: String,
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) description: &'d str,
    pub(crate) deprecated: bool,
    pub(crate) keep_slashes: bool,
    /// Declared serialization style, or the default style of the location.
    pub(crate) style: &'d str,
    pub(crate) explode: bool,
    /// Whether the value is or can be an object.
    pub(crate) is_object: bool,
    /// Whether the value is a list of objects.
    pub(crate) has_objects: bool,
    /// Whether the value has one of several schemas.
    pub(crate) is_choice: bool,
    /// Whether the value is sent as JSON (`content: application/json`).
    pub(crate) json: bool,
    /// Schema with references followed.
    pub(crate) schema: &'d Value,
    /// Schema as declared in the parameter.
    pub(crate) declared: &'d Value,
}

impl<'d> Parameter<'d> {
    /// Returns the default, or the only possible value.
    pub(crate) fn preset(&self) -> Option<&'d Value> {
        preset(self.declared).or_else(|| preset(self.schema))
    }

    /// Returns whether the parameter is a boolean that is sent as 0 or 1.
    pub(crate) fn is_integer_bool(&self) -> bool {
        let values: Vec<i64> = elements(self.schema, "enum")
            .iter()
            .filter_map(Value::as_i64)
            .collect();
        matches!(values[..], [0, 1] | [1, 0])
    }

    /// Returns whether the caller must supply the value: it is required and has no preset value.
    pub(crate) fn is_argument(&self) -> bool {
        self.required && self.preset().is_none()
    }

    /// Returns whether the request has a setter for the parameter. Arguments and required
    /// parameters with a single possible value have no setter.
    pub(crate) fn has_setter(&self) -> bool {
        let is_constant = self.required && elements(self.schema, "enum").len() == 1;
        !self.is_argument() && !is_constant
    }
}

/// Returns a schema's default, or its only enum value. Lists and objects have no preset.
pub(crate) fn preset(schema: &Value) -> Option<&Value> {
    let only = || match elements(schema, "enum") {
        [only] => Some(only),
        _ => None,
    };
    let preset = schema.get("default").or_else(only)?;
    (!preset.is_array() && !preset.is_object()).then_some(preset)
}

pub(crate) struct Body<'d> {
    pub(crate) required: bool,
    pub(crate) description: &'d str,
    pub(crate) media: Vec<Media<'d>>,
}

pub(crate) struct Media<'d> {
    pub(crate) name: &'d str,
    /// Schema as declared, or `None` if the response or body has no schema.
    pub(crate) schema: Option<&'d Value>,
    /// Serialization of individual fields.
    pub(crate) encoding: &'d Map<String, Value>,
}

pub(crate) struct Answer<'d> {
    pub(crate) status: &'d str,
    is_success: bool,
    pub(crate) description: &'d str,
    pub(crate) media: Vec<Media<'d>>,
    pub(crate) headers: Vec<Header<'d>>,
}

impl Answer<'_> {
    /// Returns whether the response is a success. Status 304 counts as a success. A `default`
    /// response is a success if the operation documents no other success and the body of the
    /// response is not the vendor's error.
    pub(crate) fn is_success(&self) -> bool {
        self.is_success
    }

    pub(crate) fn is_error(&self) -> bool {
        self.status.starts_with(['4', '5']) || self.status == "default" && !self.is_success
    }
}

pub(crate) struct Header<'d> {
    pub(crate) name: &'d str,
    pub(crate) description: &'d str,
    pub(crate) schema: &'d Value,
}

const METHODS: [&str; 6] = ["get", "put", "post", "patch", "delete", "head"];

pub(super) fn read_all<'d>(components: &Components<'d>, root: &'d Value) -> Vec<Operation<'d>> {
    let mut operations = Vec::new();
    for (path, item) in members(root, "paths") {
        for method in METHODS {
            if let Some(node) = item.get(method) {
                operations.push(read(components, path, item, method, node));
            }
        }
    }
    operations
}

fn read<'d>(
    components: &Components<'d>,
    path: &'d str,
    item: &'d Value,
    method: &'static str,
    node: &'d Value,
) -> Operation<'d> {
    let read_all = |node| -> Vec<Parameter<'d>> {
        elements(node, "parameters")
            .iter()
            .map(|parameter| read_parameter(components, components.resolve(parameter)))
            .collect()
    };
    let own = read_all(node);
    let mut parameters = read_all(item);
    // A parameter of the operation overrides the same parameter of the path.
    parameters.retain(|parameter| {
        let is_same =
            |own: &Parameter<'_>| own.name == parameter.name && own.place == parameter.place;
        !own.iter().any(is_same)
    });
    parameters.extend(own);
    distinguish(&mut parameters);
    let body = node.get("requestBody").map(|body| {
        let body = components.resolve(body);
        Body {
            required: flag(body, "required"),
            description: text(body, "description"),
            media: read_media(body),
        }
    });
    let has_success = members(node, "responses")
        .keys()
        .any(|status| status::is_success_or_not_modified(status));
    let answers = members(node, "responses")
        .iter()
        .map(|(status, answer)| {
            let answer = components.resolve(answer);
            let is_only = status == "default" && !has_success;
            Answer {
                status,
                is_success: status::is_success_or_not_modified(status)
                    || is_only && !status::has_error_body(components, answer),
                description: text(answer, "description"),
                media: read_media(answer),
                headers: members(answer, "headers")
                    .iter()
                    .map(|(name, header)| {
                        let header = components.resolve(header);
                        Header {
                            name,
                            description: text(header, "description"),
                            schema: header
                                .get("schema")
                                .map_or(header, |s| components.resolve(s)),
                        }
                    })
                    .collect(),
            }
        })
        .collect();
    let (summary, description) = summary_and_description(node);
    Operation {
        id: text(node, "operationId"),
        upstream_id: node.get("x-upstream-operation-id").and_then(Value::as_str),
        method,
        path: path.split('#').next().unwrap_or_default(),
        path_key: path,
        server: OwnServer::read(components, item, node),
        tag: elements(node, "tags")
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default(),
        summary,
        description,
        parameters,
        body,
        answers,
        security: components.security_of(node),
        token: flag(node, "x-sdk-token"),
        internal: flag(node, "x-sdk-internal"),
        deprecated: flag(node, "deprecated"),
        paging: node.get("x-sdk-pagination"),
        bulk: node.get("x-sdk-bulk"),
        wait: node.get("x-sdk-wait"),
        find: node.get("x-sdk-find").and_then(Value::as_str),
        repeat: node.get("x-sdk-repeat"),
        effect: node.get("x-sdk-effect").and_then(Value::as_str),
        error_codes: elements(node, "x-sdk-error-codes"),
    }
}

/// Returns the summary and the description. Without a summary, splits the description after its
/// first sentence.
fn summary_and_description(node: &Value) -> (&str, &str) {
    let description = text(node, "description").trim();
    let summary = text(node, "summary").trim();
    if !summary.is_empty() {
        return (summary, description);
    }
    let end = [". ", ".\n"]
        .iter()
        .filter_map(|stop| description.find(stop))
        .min()
        .map_or(description.len(), |dot| dot + 1);
    (&description[..end], description[end..].trim())
}

fn read_parameter<'d>(components: &Components<'d>, node: &'d Value) -> Parameter<'d> {
    let content = members(node, "content").values().next();
    let declared = match content {
        Some(media) => &media["schema"],
        None => &node["schema"],
    };
    let schema = components.resolve(declared);
    let name = text(node, "name");
    let place = match text(node, "in") {
        "path" => Place::Path,
        "header" => Place::Header,
        _ => Place::Query,
    };
    let style = match (text(node, "style"), place) {
        ("", Place::Query) => "form",
        ("", _) => "simple",
        (style, _) => style,
    };
    Parameter {
        name,
        ident: name::field(name),
        place,
        required: flag(node, "required"),
        description: text(node, "description"),
        deprecated: flag(node, "deprecated"),
        keep_slashes: place == Place::Path && keeps_slashes(components, node, schema),
        explode: node
            .get("explode")
            .and_then(Value::as_bool)
            .unwrap_or(style == "form"),
        style,
        is_object: components.is_object(schema),
        has_objects: schema
            .get("items")
            .is_some_and(|items| components.is_object(items)),
        is_choice: schema.get("type").is_none()
            && ["oneOf", "anyOf"]
                .iter()
                .any(|key| !elements(schema, key).is_empty()),
        json: content.is_some(),
        schema,
        declared,
    }
}

/// Returns whether slashes in the value of a path parameter are sent unencoded.
/// `x-sdk-keep-slashes` on the document applies to all path parameters that are strings without a
/// format.
fn keeps_slashes(components: &Components<'_>, node: &Value, schema: &Value) -> bool {
    let is_free_text = text(schema, "type") == "string" && schema.get("format").is_none();
    flag(node, "x-sdk-keep-slashes")
        || (is_free_text && flag(components.root(), "x-sdk-keep-slashes"))
}

/// Makes identifiers unique for parameters that have equal names in two locations, similar names,
/// or the name of a request method.
fn distinguish(parameters: &mut [Parameter<'_>]) {
    for place in [Place::Path, Place::Query, Place::Header] {
        let mut of_place: Vec<&mut Parameter<'_>> = parameters
            .iter_mut()
            .filter(|parameter| parameter.place == place)
            .collect();
        let wires: Vec<&str> = of_place.iter().map(|parameter| parameter.name).collect();
        let idents = name::fields(&wires);
        for (parameter, ident) in of_place.iter_mut().zip(idents) {
            parameter.ident = ident;
        }
    }
    for index in 0..parameters.len() {
        let (before, rest) = parameters.split_at_mut(index);
        let parameter = &mut rest[0];
        if before.iter().any(|other| other.ident == parameter.ident) {
            parameter.ident = name::in_place(&parameter.ident, parameter.place.word());
        }
        parameter.ident = name::setter(&parameter.ident);
    }
}

fn read_media(node: &Value) -> Vec<Media<'_>> {
    members(node, "content")
        .iter()
        .map(|(name, media)| Media {
            name,
            schema: media.get("schema"),
            encoding: members(media, "encoding"),
        })
        .collect()
}

impl<'d> Operation<'d> {
    /// Returns the name of the operation's marker type.
    pub(crate) fn marker(&self) -> String {
        name::type_name(self.id)
    }

    /// Returns how the operation reads the state of a job.
    pub(crate) fn reads_job(&self) -> Option<&'d Value> {
        self.wait.filter(|rule| rule.get("poll").is_none())
    }

    /// Returns how to continue the job that the operation starts.
    pub(crate) fn starts_job(&self) -> Option<&'d Value> {
        self.wait.filter(|rule| rule.get("poll").is_some())
    }

    /// Returns the first success response with a body, or else the first success response.
    pub(crate) fn success(&self) -> Option<&Answer<'d>> {
        let mut successes = self.answers.iter().filter(|a| a.is_success());
        successes
            .clone()
            .find(|answer| !answer.media.is_empty())
            .or_else(|| successes.next())
    }
}

//! Keys that OpenAPI 3.0 allows on each kind of object. This table drives the traversal of a
//! document.
//!
//! The table omits keys that the generator doesn't read (such as `callbacks`, `links`, `xml` and
//! `not`), so that lint reports them.

use crate::spec::kind::Kind;

/// Type of a key's value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ValueKind {
    Any,
    Text,
    Flag,
    Number,
    /// A non-negative integer.
    Count,
    TextList,
    /// A non-empty list of any values.
    Values,
    /// Strings by key.
    TextMap,
    One(Kind),
    /// A list of objects.
    List(Kind),
    /// A non-empty list of objects.
    Parts(Kind),
    /// Objects by name.
    Map(Kind),
    /// A schema, or a boolean that allows or forbids any value.
    SchemaOrFlag,
}

/// A key of a kind of object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) value: ValueKind,
    pub(crate) required: bool,
}

const fn need(name: &'static str, value: ValueKind) -> Field {
    Field {
        name,
        value,
        required: true,
    }
}

const fn may(name: &'static str, value: ValueKind) -> Field {
    Field {
        name,
        value,
        required: false,
    }
}

/// Returns the keys of a kind. An empty slice means that any key is allowed.
pub(crate) fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Document => DOCUMENT,
        Kind::Info => INFO,
        Kind::Contact => CONTACT,
        Kind::License => LICENSE,
        Kind::Server => SERVER,
        Kind::ServerVariable => SERVER_VARIABLE,
        Kind::Tag => TAG,
        Kind::ExternalDocs => EXTERNAL_DOCS,
        Kind::Components => COMPONENTS,
        Kind::PathItem => PATH_ITEM,
        Kind::Operation => OPERATION,
        Kind::Parameter => PARAMETER,
        Kind::RequestBody => REQUEST_BODY,
        Kind::Answer => ANSWER,
        Kind::Header => HEADER,
        Kind::MediaType => MEDIA_TYPE,
        Kind::Schema => SCHEMA,
        Kind::Discriminator => DISCRIMINATOR,
        Kind::SecurityScheme => SECURITY_SCHEME,
        Kind::SecurityRequirement => &[],
    }
}

use ValueKind::{
    Any, Count, Flag, List, Map, Number, One, Parts, SchemaOrFlag, Text, TextList, TextMap, Values,
};

const DOCUMENT: &[Field] = &[
    // Not required here, because a separate rule gives better advice than `missing-key`.
    may("openapi", Any),
    need("info", One(Kind::Info)),
    may("servers", List(Kind::Server)),
    may("security", List(Kind::SecurityRequirement)),
    need("tags", List(Kind::Tag)),
    need("paths", Map(Kind::PathItem)),
    need("components", One(Kind::Components)),
    may("externalDocs", One(Kind::ExternalDocs)),
];

const INFO: &[Field] = &[
    need("title", Text),
    need("version", Text),
    may("description", Text),
    may("termsOfService", Text),
    may("contact", One(Kind::Contact)),
    may("license", One(Kind::License)),
];

const CONTACT: &[Field] = &[may("name", Text), may("url", Text), may("email", Text)];

const LICENSE: &[Field] = &[need("name", Text), may("url", Text)];

const SERVER: &[Field] = &[
    need("url", Text),
    may("description", Text),
    may("variables", Map(Kind::ServerVariable)),
];

const SERVER_VARIABLE: &[Field] = &[
    need("default", Text),
    may("enum", TextList),
    may("description", Text),
];

const TAG: &[Field] = &[
    need("name", Text),
    may("description", Text),
    may("externalDocs", One(Kind::ExternalDocs)),
];

const EXTERNAL_DOCS: &[Field] = &[need("url", Text), may("description", Text)];

const COMPONENTS: &[Field] = &[
    may("schemas", Map(Kind::Schema)),
    may("parameters", Map(Kind::Parameter)),
    may("responses", Map(Kind::Answer)),
    may("requestBodies", Map(Kind::RequestBody)),
    may("headers", Map(Kind::Header)),
    may("securitySchemes", Map(Kind::SecurityScheme)),
];

const PATH_ITEM: &[Field] = &[
    may("description", Text),
    may("parameters", List(Kind::Parameter)),
    may("servers", List(Kind::Server)),
    may("get", One(Kind::Operation)),
    may("put", One(Kind::Operation)),
    may("post", One(Kind::Operation)),
    may("patch", One(Kind::Operation)),
    may("delete", One(Kind::Operation)),
    may("head", One(Kind::Operation)),
];

const OPERATION: &[Field] = &[
    // Other rules check whether these three keys are present.
    may("operationId", Text),
    may("tags", TextList),
    may("description", Text),
    may("externalDocs", One(Kind::ExternalDocs)),
    may("parameters", List(Kind::Parameter)),
    may("requestBody", One(Kind::RequestBody)),
    need("responses", Map(Kind::Answer)),
    may("deprecated", Flag),
    may("security", List(Kind::SecurityRequirement)),
    may("servers", List(Kind::Server)),
];

const PARAMETER: &[Field] = &[
    need("name", Text),
    need("in", Text),
    may("description", Text),
    may("required", Flag),
    may("deprecated", Flag),
    may("style", Text),
    may("explode", Flag),
    may("schema", One(Kind::Schema)),
    may("content", Map(Kind::MediaType)),
    may("example", Any),
    may("examples", Any),
];

const REQUEST_BODY: &[Field] = &[
    need("content", Map(Kind::MediaType)),
    may("description", Text),
    may("required", Flag),
];

const ANSWER: &[Field] = &[
    need("description", Text),
    may("headers", Map(Kind::Header)),
    may("content", Map(Kind::MediaType)),
];

const HEADER: &[Field] = &[
    may("description", Text),
    may("required", Flag),
    may("deprecated", Flag),
    need("schema", One(Kind::Schema)),
    may("example", Any),
    may("examples", Any),
];

const MEDIA_TYPE: &[Field] = &[
    may("schema", One(Kind::Schema)),
    may("example", Any),
    may("examples", Any),
    may("encoding", Any),
];

const SCHEMA: &[Field] = &[
    // Lists of types and numeric exclusive bounds require OpenAPI 3.1. Other rules report them.
    may("type", Any),
    may("exclusiveMinimum", Any),
    may("exclusiveMaximum", Any),
    may("title", Text),
    may("description", Text),
    may("format", Text),
    may("nullable", Flag),
    may("default", Any),
    may("example", Any),
    may("enum", Values),
    may("multipleOf", Number),
    may("minimum", Number),
    may("maximum", Number),
    may("minLength", Count),
    may("maxLength", Count),
    may("pattern", Text),
    may("items", One(Kind::Schema)),
    may("minItems", Count),
    may("maxItems", Count),
    may("uniqueItems", Flag),
    may("properties", Map(Kind::Schema)),
    may("required", TextList),
    may("additionalProperties", SchemaOrFlag),
    may("minProperties", Count),
    may("maxProperties", Count),
    may("allOf", Parts(Kind::Schema)),
    may("oneOf", Parts(Kind::Schema)),
    may("anyOf", Parts(Kind::Schema)),
    may("discriminator", One(Kind::Discriminator)),
    may("readOnly", Flag),
    may("writeOnly", Flag),
    may("deprecated", Flag),
    may("externalDocs", One(Kind::ExternalDocs)),
];

const DISCRIMINATOR: &[Field] = &[need("propertyName", Text), may("mapping", TextMap)];

const SECURITY_SCHEME: &[Field] = &[
    need("type", Text),
    may("description", Text),
    may("scheme", Text),
    may("bearerFormat", Text),
    may("name", Text),
    may("in", Text),
    may("flows", Any),
    may("openIdConnectUrl", Text),
];

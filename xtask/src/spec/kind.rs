//! Kinds of objects in an OpenAPI document.

/// The kind of an object in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Tag,
    ExternalDocs,
    Components,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Answer,
    Header,
    MediaType,
    Schema,
    Discriminator,
    SecurityScheme,
    SecurityRequirement,
}

impl Kind {
    /// Returns the section of `components` that a `$ref` to an object of this kind points to.
    pub(crate) fn section(self) -> Option<&'static str> {
        match self {
            Kind::Parameter => Some("parameters"),
            Kind::RequestBody => Some("requestBodies"),
            Kind::Answer => Some("responses"),
            Kind::Header => Some("headers"),
            Kind::Schema => Some("schemas"),
            Kind::SecurityScheme => Some("securitySchemes"),
            _ => None,
        }
    }

    /// Returns a noun for messages.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Kind::Document => "the document",
            Kind::Info => "info",
            Kind::Contact => "a contact",
            Kind::License => "a license",
            Kind::Server => "a server",
            Kind::ServerVariable => "a server variable",
            Kind::Tag => "a tag",
            Kind::ExternalDocs => "externalDocs",
            Kind::Components => "components",
            Kind::PathItem => "a path",
            Kind::Operation => "an operation",
            Kind::Parameter => "a parameter",
            Kind::RequestBody => "a request body",
            Kind::Answer => "a response",
            Kind::Header => "a header",
            Kind::MediaType => "a media type",
            Kind::Schema => "a schema",
            Kind::Discriminator => "a discriminator",
            Kind::SecurityScheme => "a security scheme",
            Kind::SecurityRequirement => "a security requirement",
        }
    }
}

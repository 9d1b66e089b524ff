//! The rules for specs. Each rule has a fixture of the same name in `fixtures/lint/`.
//!
//! A rule that refuses documents allowed by OpenAPI 3.0 has a reason. `specs/README.md` lists these
//! rules.

/// Severity of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// If a spec breaks the rule, its generated code may be wrong, fail to compile, or do something
    /// dangerous. Breaking the rule is always an error.
    Correctness,
    /// If a spec breaks the rule, its generated code works, but names, documentation or layout
    /// break the house style. In an imported spec, findings of the rule are debt.
    House,
}

impl Level {
    /// Returns the name of the level.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::House => "house",
        }
    }
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $variant:ident = $level:ident $name:literal $(=> $reason:literal)?,)+) => {
        /// A rule for specs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Rule { $($(#[doc = $doc])+ $variant,)+ }

        impl Rule {
            pub(crate) const ALL: &[Rule] = &[$(Rule::$variant,)+];

            /// Returns the name of the rule in findings.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)+ }
            }

            /// Returns the level of the rule.
            pub(crate) const fn level(self) -> Level {
                match self { $(Rule::$variant => Level::$level,)+ }
            }

            /// Returns the rule's requirement as a sentence.
            pub(crate) const fn sentence(self) -> &'static str {
                match self { $(Rule::$variant => concat!($($doc),+),)+ }
            }

            /// Returns the reason for refusing documents that OpenAPI 3.0 allows. Returns `None` if
            /// the rule refuses only documents that OpenAPI also forbids.
            pub(crate) fn reason(self) -> Option<&'static str> {
                match self { $(Rule::$variant => [$($reason)?].first().copied(),)+ }
            }
        }
    };
}

rules! {
    // Reading and merging files.
    /// `openapi.yaml` exists, every file is readable, and the total size of the files is at most
    /// 32 MiB.
    UnreadableFile = Correctness "unreadable-file"
        => "Reading a document must take bounded time and memory.",
    /// Files are encoded in UTF-8.
    Encoding = Correctness "encoding",
    /// Files are not empty.
    EmptyFile = Correctness "empty-file"
        => "An empty file is usually a mistake.",
    /// Files end with a line break, which a truncated file usually lacks.
    CutFile = Correctness "cut-file"
        => "A truncated file must not pass as a complete document.",
    /// A file contains exactly one YAML document, without YAML tags.
    Yaml = Correctness "yaml",
    /// Files contain no anchors or aliases. Shared nodes are defined as named components.
    YamlAnchor = Correctness "yaml-anchor"
        => "Nested aliases can grow without bound, and a `$ref` to a component serves the same purpose.",
    /// Values are nested at most 100 levels deep, and components at most 48 levels deep.
    TooDeep = Correctness "too-deep"
        => "A document that is nested too deeply would overflow the stack.",
    /// Every key occurs only once in an object.
    DuplicateKey = Correctness "duplicate-key",
    /// Keys are strings or, for statuses, numbers.
    KeyNotText = Correctness "key-not-text",
    /// Numbers can be represented exactly in 64 bits.
    InexactNumber = Correctness "inexact-number"
        => "The parser would round other numbers.",
    /// Every component and every operation of a path is in only one file.
    DuplicateComponent = Correctness "duplicate-component"
        => "The files are merged by name, so a name must be unique across all of them.",
    /// A tag's file contains only paths and components.
    TagFileSection = Correctness "tag-file-section"
        => "Sections that concern all tags belong in `openapi.yaml`.",

    // Structure of the document.
    /// The document declares OpenAPI 3.0.x.
    OpenapiVersion = Correctness "openapi-version",
    /// Objects, lists and scalars are where OpenAPI expects them.
    Structure = Correctness "structure",
    /// Every key is defined by OpenAPI and supported by the generator.
    UnknownKey = Correctness "unknown-key"
        => "Other keys would be silently ignored. The second table lists the refused keys that OpenAPI allows.",
    /// Keys that OpenAPI requires are present.
    MissingKey = Correctness "missing-key"
        => "OpenAPI does not require `tags` and `components`, but operations need a tag and errors need a schema.",
    /// Extensions are in the closed list of supported extensions.
    UnknownExtension = Correctness "unknown-extension"
        => "A misspelled extension would be silently ignored.",
    /// An extension is on a kind of object that supports it.
    MisplacedExtension = Correctness "misplaced-extension",
    /// The value of an extension has the documented structure.
    ExtensionValue = Correctness "extension-value",
    /// Operations, named schemas, tags, parameters and properties have a description. A parameter
    /// or property that is only a `$ref` does not need one.
    MissingDescription = House "missing-description"
        => "Descriptions become the documentation of the crate.",

    // References.
    /// Every `$ref` points to a component of the right kind.
    UnresolvedRef = Correctness "unresolved-ref"
        => "References to other files, to URLs and into a component are not followed.",
    /// A `$ref` has no sibling keys.
    RefSiblings = House "ref-siblings"
        => "OpenAPI ignores siblings of `$ref`, which spec authors rarely expect.",
    /// Schemas do not extend themselves.
    AllofCycle = Correctness "allof-cycle"
        => "Such a schema has no defined meaning.",
    /// Every cycle of references passes through a property, a list or a map.
    RefCycle = Correctness "ref-cycle"
        => "In any other cycle, a schema refers to itself without describing a value.",

    // Operations and tags.
    /// Every operation has an operationId.
    MissingOperationId = Correctness "missing-operation-id"
        => "The id becomes the name of a method, which must not change when other parts of the document change.",
    /// Every operationId is unique.
    DuplicateOperationId = Correctness "duplicate-operation-id",
    /// Every operationId is in snake_case and starts with a verb.
    OperationIdStyle = House "operation-id-style"
        => "The id becomes the name of a method.",
    /// Every operation has exactly one tag.
    OneTag = Correctness "one-tag"
        => "Each tag has one file, one module and one cargo feature.",
    /// Every tag is declared once, and its name is a valid name for a file, a module and a cargo
    /// feature.
    TagName = Correctness "tag-name"
        => "The name of a tag is also the name of its file, its module and its cargo feature.",
    /// The tag of every operation is declared.
    UnknownTag = Correctness "unknown-tag"
        => "The description of a tag becomes the documentation of its module.",
    /// Every tag has a file.
    TagWithoutFile = House "tag-without-file"
        => "Each tag has its own file.",
    /// Every file belongs to a tag.
    FileWithoutTag = House "file-without-tag"
        => "Each tag has its own file.",
    /// Every operation is in the file of its tag.
    OperationInWrongFile = House "operation-in-wrong-file"
        => "Each tag has its own file.",
    /// If operations need an access token, a token operation or `x-sdk-credentials` provides it.
    MissingToken = Correctness "missing-token"
        => "Otherwise, a client cannot obtain a token.",
    /// An operation that issues tokens does not require a token.
    TokenNeedsToken = Correctness "token-needs-token"
        => "The client would need a token to obtain its first token.",

    // Paths and parameters.
    /// Paths start with a slash, and their braces match.
    PathStyle = Correctness "path-style"
        => "The path is appended to the base URL, and its braces contain the names of parameters.",
    /// The parameters in the template of a path and the declared path parameters are the same.
    PathParameter = Correctness "path-parameter",
    /// Every parameter is declared once.
    DuplicateParameter = Correctness "duplicate-parameter",
    /// Parameters are not cookies.
    CookieParameter = Correctness "cookie-parameter"
        => "Clients do not store cookies.",
    /// `Accept`, `Authorization`, `Content-Length`, `Content-Type` and `Host` are not declared as
    /// header parameters.
    ReservedHeader = Correctness "reserved-header"
        => "The client sets these headers itself. OpenAPI ignores the parameters `Accept`, `Authorization` and `Content-Type`.",
    /// Every parameter has a schema that its style can serialize, or `content` with JSON as its
    /// only media type.
    ParameterSchema = Correctness "parameter-schema"
        => "Only `deepObject` can express a list whose items are objects or lists. With `content`, a value is sent as JSON.",
    /// Parameters use a serialization style that the runtime supports for their location.
    ParameterStyle = Correctness "parameter-style"
        => "The runtime implements only `simple` for paths and headers, and `form`, `spaceDelimited`, `pipeDelimited` and `deepObject` for the query.",

    // Bodies and responses.
    /// Request bodies have media types that the runtime can send.
    MediaType = Correctness "media-type"
        => "A range such as `image/*` cannot be sent, and JSON or a form without a schema has no Rust type.",
    /// Every `encoding` describes a property of the body and is supported by the runtime.
    MediaEncoding = Correctness "media-encoding"
        => "The runtime derives the media type of a part or field from its schema.",
    /// Statuses are codes, ranges or `default`.
    Status = Correctness "status",
    /// Every operation has a success response.
    MissingSuccess = House "missing-success"
        => "The return type of the method is derived from the success response.",
    /// JSON success responses have a schema.
    AnswerSchema = House "answer-schema"
        => "JSON without a schema has no Rust type. `schema: {}` allows any JSON.",
    /// A paged, bulk or job operation has a single success type.
    TwoSuccessTypes = Correctness "two-success-types"
        => "Pages, items and states are read from a single type.",
    /// Every vendor has exactly one error base.
    ErrorBase = Correctness "error-base"
        => "All errors of a vendor have the same type.",
    /// Objects in JSON error responses use the error base or a schema that extends it.
    ErrorSchema = House "error-schema"
        => "All errors of a vendor have the same type.",

    // Schemas.
    /// Schemas use only types that OpenAPI 3.0 defines.
    SchemaType = Correctness "schema-type",
    /// Bounds are consistent.
    Bounds = Correctness "bounds"
        => "No value satisfies contradictory bounds, and `exclusiveMinimum` or `exclusiveMaximum` has no effect without `minimum` or `maximum`.",
    /// Objects and unions are named components.
    InlineObject = House "inline-object"
        => "Types need names that do not change when other parts of the document change.",
    /// Enums in properties are named components.
    InlineEnum = House "inline-enum"
        => "Types need names that do not change when other parts of the document change.",
    /// Enum values have the declared type and are unique.
    EnumValue = Correctness "enum-value"
        => "OpenAPI permits other values, but a value of another type can never be valid, and a duplicate has no effect.",
    /// Every default is a valid value of its own schema.
    DefaultValue = Correctness "default-value",
    /// Every name in `required` is the name of a property.
    RequiredProperty = House "required-property"
        => "A property that occurs only in `required` has no type.",
    /// A discriminator selects among named schemas.
    Discriminator = Correctness "discriminator",
    /// The Rust names of operations are unique.
    RustName = Correctness "rust-name"
        => "Two items of the same Rust module cannot share a name.",
    /// Secrets are marked.
    UnmarkedSecret = Correctness "unmarked-secret"
        => "An unmarked secret would be printed.",

    // Credentials.
    /// `x-sdk-credentials` contains only documented keys.
    CredentialKey = Correctness "credential-key"
        => "A misspelled key would be silently ignored.",
    /// Kinds and fields of credentials have unique names that are valid in Rust.
    CredentialName = Correctness "credential-name"
        => "The names become constructors, arguments and methods.",
    /// Secret fields of credentials are marked.
    CredentialSecret = Correctness "credential-secret"
        => "An unmarked secret would be printed.",
    /// Every environment variable starts with the vendor's name and belongs to one field.
    CredentialVariable = Correctness "credential-variable"
        => "If two fields shared a variable, a secret could be sent to the wrong place.",
    /// Everything that an exchange refers to exists.
    CredentialExchange = Correctness "credential-exchange"
        => "Otherwise, a client cannot obtain a token.",
    /// Every security scheme that operations use has a credential.
    CredentialScheme = Correctness "credential-scheme"
        => "Otherwise, operations that require the scheme cannot be called.",

    // Security and servers.
    /// Security schemes are bearer, basic, oauth2, or an API key in a header or the query.
    SecurityScheme = Correctness "security-scheme"
        => "The runtime does not implement other schemes, such as HTTP Digest, OpenID Connect, and API keys in cookies.",
    /// Every security requirement contains at least one scheme, and all its schemes are declared.
    SecurityRequirement = Correctness "security-requirement"
        => "An empty requirement is ambiguous. Use `security: []` for public operations.",
    /// Every operation states its security.
    MissingSecurity = House "missing-security"
        => "Without `security`, an operation is public, which is usually a mistake.",
    /// The document has at least one server, and every server has a unique name.
    ServerName = Correctness "server-name"
        => "Code selects a server by its name.",
    /// The server URLs of the document are absolute, and the variables of every server URL are
    /// declared.
    ServerUrl = Correctness "server-url"
        => "A client needs an absolute URL.",
}

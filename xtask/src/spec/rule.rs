//! The rules that a spec is held to; each has a fixture of the same name in `fixtures/lint/`.

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// A rule of the specs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Rule { $($(#[doc = $doc])+ $variant,)+ }

        impl Rule {
            #[cfg(test)]
            pub(crate) const ALL: &[Rule] = &[$(Rule::$variant,)+];

            /// The name that findings carry.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)+ }
            }
        }
    };
}

rules! {
    // Reading and merging files.
    /// openapi.yaml has to be there and every file readable.
    UnreadableFile = "unreadable-file",
    /// Files are UTF-8.
    Encoding = "encoding",
    /// A file holds something.
    EmptyFile = "empty-file",
    /// A file ends with a line break; one that was cut does not.
    CutFile = "cut-file",
    /// A file is one plain YAML document.
    Yaml = "yaml",
    /// Anchors and aliases are refused: what is shared has a name in components.
    YamlAnchor = "yaml-anchor",
    /// Documents have a bounded depth.
    TooDeep = "too-deep",
    /// A key stands once in an object.
    DuplicateKey = "duplicate-key",
    /// Keys are text.
    KeyNotText = "key-not-text",
    /// Numbers fit into 64 bits.
    InexactNumber = "inexact-number",
    /// A path or component stands in one file only.
    DuplicateComponent = "duplicate-component",
    /// A tag's file has paths and components only.
    TagFileSection = "tag-file-section",

    // The shape of the document.
    /// OpenAPI 3.0.x.
    OpenapiVersion = "openapi-version",
    /// Objects, lists and scalars stand where OpenAPI wants them.
    Structure = "structure",
    /// Keys are OpenAPI's, and ones that the generator reads.
    UnknownKey = "unknown-key",
    /// What OpenAPI requires is there.
    MissingKey = "missing-key",
    /// Extensions come from the closed list.
    UnknownExtension = "unknown-extension",
    /// An extension stands on the kind of node that it is made for.
    MisplacedExtension = "misplaced-extension",
    /// The value of an extension has its shape.
    ExtensionValue = "extension-value",
    /// Operations, schemas and tags are described, and parameters and properties that do not only refer.
    MissingDescription = "missing-description",

    // References.
    /// A `$ref` points at a component of the right kind.
    UnresolvedRef = "unresolved-ref",
    /// Nothing stands beside a `$ref`.
    RefSiblings = "ref-siblings",
    /// Schemas do not extend themselves.
    AllofCycle = "allof-cycle",
    /// References do not lead back to themselves.
    RefCycle = "ref-cycle",

    // Operations and tags.
    /// Every operation has an operationId.
    MissingOperationId = "missing-operation-id",
    /// operationIds differ.
    DuplicateOperationId = "duplicate-operation-id",
    /// operationIds are snake_case and begin with a verb.
    OperationIdStyle = "operation-id-style",
    /// An operation has exactly one tag.
    OneTag = "one-tag",
    /// Tags are declared once and named like files.
    TagName = "tag-name",
    /// An operation's tag is declared.
    UnknownTag = "unknown-tag",
    /// Every tag has a file.
    TagWithoutFile = "tag-without-file",
    /// Every file has a tag.
    FileWithoutTag = "file-without-tag",
    /// Operations stand in the file of their tag.
    OperationInWrongFile = "operation-in-wrong-file",
    /// A vendor has an operation that hands out tokens.
    MissingToken = "missing-token",
    /// An operation that hands out tokens does not ask for one.
    TokenNeedsToken = "token-needs-token",

    // Paths and parameters.
    /// Paths are absolute and have no query.
    PathStyle = "path-style",
    /// Path templates differ in more than parameter names.
    DuplicatePath = "duplicate-path",
    /// The parameters of a path and those declared are the same.
    PathParameter = "path-parameter",
    /// A parameter stands once.
    DuplicateParameter = "duplicate-parameter",
    /// Cookies are not supported.
    CookieParameter = "cookie-parameter",
    /// Headers that belong to the client are no parameters.
    ReservedHeader = "reserved-header",
    /// A parameter has a schema, or one JSON content.
    ParameterSchema = "parameter-schema",
    /// Parameters have the usual serialisation style of their place.
    ParameterStyle = "parameter-style",

    // Bodies and answers.
    /// Requests have media types that the runtime can send.
    MediaType = "media-type",
    /// `encoding` of a media type is not supported.
    MediaEncoding = "media-encoding",
    /// Statuses are codes, ranges or `default`.
    Status = "status",
    /// An operation has a success answer.
    MissingSuccess = "missing-success",
    /// JSON answers have a schema.
    AnswerSchema = "answer-schema",
    /// An operation has one success type.
    TwoSuccessTypes = "two-success-types",
    /// A vendor has one error base.
    ErrorBase = "error-base",
    /// Error answers are the base or extend it.
    ErrorSchema = "error-schema",

    // Schemas.
    /// Types are those of OpenAPI 3.0.
    SchemaType = "schema-type",
    /// Bounds go together.
    Bounds = "bounds",
    /// Objects have names.
    InlineObject = "inline-object",
    /// Enums in properties have names.
    InlineEnum = "inline-enum",
    /// Enum values are of the type and differ.
    EnumValue = "enum-value",
    /// A default is a value of its own schema.
    DefaultValue = "default-value",
    /// Required names are names of properties.
    RequiredProperty = "required-property",
    /// A discriminator picks among named schemas.
    Discriminator = "discriminator",
    /// Operations have Rust names of their own.
    RustName = "rust-name",
    /// Secrets are marked.
    UnmarkedSecret = "unmarked-secret",

    // Security and servers.
    /// Security schemes are bearer, basic, oauth2 or a header key.
    SecurityScheme = "security-scheme",
    /// Security requirements name one scheme each.
    SecurityRequirement = "security-requirement",
    /// It is said what security an operation has.
    MissingSecurity = "missing-security",
    /// There is a server and every server has its own name.
    ServerName = "server-name",
    /// Server URLs are absolute and their variables declared.
    ServerUrl = "server-url",
}

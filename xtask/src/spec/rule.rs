//! The rules that a spec is held to; each has a fixture of the same name in `fixtures/lint/`.
//!
//! A rule that refuses what OpenAPI 3.0 allows carries its reason: `specs/README.md` has the list of them.

/// How much a rule matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// If a spec breaks the rule, its generated code is wrong, does not compile, or does something dangerous. Breaking
    /// it is always an error.
    Correctness,
    /// If a spec breaks the rule, its generated code works, but names, documentation or layout break the house style.
    /// In an imported spec it counts as debt.
    House,
}

impl Level {
    /// Name of the level.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::House => "house",
        }
    }
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $variant:ident = $level:ident $name:literal $(=> $reason:literal)?,)+) => {
        /// A rule of the specs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Rule { $($(#[doc = $doc])+ $variant,)+ }

        impl Rule {
            pub(crate) const ALL: &[Rule] = &[$(Rule::$variant,)+];

            /// Name of the rule in findings.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)+ }
            }

            /// Level of the rule.
            pub(crate) const fn level(self) -> Level {
                match self { $(Rule::$variant => Level::$level,)+ }
            }

            /// The rule as a sentence.
            pub(crate) const fn sentence(self) -> &'static str {
                match self { $(Rule::$variant => concat!($($doc),+),)+ }
            }

            /// Reason for refusing documents that OpenAPI 3.0 allows; `None` for a rule that only
            /// refuses mistakes.
            pub(crate) fn reason(self) -> Option<&'static str> {
                match self { $(Rule::$variant => [$($reason)?].first().copied(),)+ }
            }
        }
    };
}

rules! {
    // Reading and merging files.
    /// openapi.yaml exists, every file is readable, and their total size is at most 32 MiB.
    UnreadableFile = Correctness "unreadable-file"
        => "Documents are read in bounded time and memory.",
    /// Files are UTF-8.
    Encoding = Correctness "encoding",
    /// A file is not empty.
    EmptyFile = Correctness "empty-file"
        => "An empty file is usually a mistake.",
    /// A file ends with a line break; a truncated file does not.
    CutFile = Correctness "cut-file"
        => "A truncated transfer must not be taken for a complete document.",
    /// A file is one plain YAML document.
    Yaml = Correctness "yaml",
    /// Anchors and aliases are refused: shared nodes are named components.
    YamlAnchor = Correctness "yaml-anchor"
        => "Aliases of aliases grow without bound, and `$ref` says the same with a name.",
    /// Documents have a bounded depth.
    TooDeep = Correctness "too-deep"
        => "A document that is nested too deeply would overflow the stack.",
    /// A key occurs once in an object.
    DuplicateKey = Correctness "duplicate-key",
    /// Keys are text.
    KeyNotText = Correctness "key-not-text",
    /// Numbers fit into 64 bits.
    InexactNumber = Correctness "inexact-number"
        => "A number beyond 64 bits would be rounded by the parser.",
    /// A path or component is in one file only.
    DuplicateComponent = Correctness "duplicate-component"
        => "One file per tag is merged by name, so that a name has one meaning.",
    /// A tag's file has paths and components only.
    TagFileSection = Correctness "tag-file-section"
        => "Sections that concern all tags are in `openapi.yaml`.",

    // The shape of the document.
    /// OpenAPI 3.0.x.
    OpenapiVersion = Correctness "openapi-version",
    /// Objects, lists and scalars are where OpenAPI expects them.
    Structure = Correctness "structure",
    /// Keys are defined by OpenAPI and read by the generator.
    UnknownKey = Correctness "unknown-key"
        => "A key that nothing reads would be ignored silently; the keys are listed below.",
    /// Keys that OpenAPI requires are present.
    MissingKey = Correctness "missing-key"
        => "`tags` and `components` are optional in OpenAPI; every operation has a tag, and the error base is a component.",
    /// Extensions come from the closed list.
    UnknownExtension = Correctness "unknown-extension"
        => "A misspelt extension would be ignored silently.",
    /// An extension is on a kind of node that supports it.
    MisplacedExtension = Correctness "misplaced-extension",
    /// The value of an extension has the documented form.
    ExtensionValue = Correctness "extension-value",
    /// Operations, schemas and tags have a description, and so do parameters and properties that are more than a `$ref`.
    MissingDescription = House "missing-description"
        => "Descriptions are the documentation of the crate.",

    // References.
    /// A `$ref` points at a component of the right kind.
    UnresolvedRef = Correctness "unresolved-ref"
        => "References to other files, to addresses, and into a component are not followed: one merged document is read in bounded time.",
    /// A `$ref` has no sibling keys.
    RefSiblings = House "ref-siblings"
        => "OpenAPI ignores them; people who write them expect otherwise.",
    /// Schemas do not extend themselves.
    AllofCycle = Correctness "allof-cycle"
        => "No value can have such a type.",
    /// References do not lead back to themselves.
    RefCycle = Correctness "ref-cycle"
        => "No value can have such a type.",

    // Operations and tags.
    /// Every operation has an operationId.
    MissingOperationId = Correctness "missing-operation-id"
        => "The id names a method, and must not change when the document does.",
    /// operationIds differ.
    DuplicateOperationId = Correctness "duplicate-operation-id",
    /// operationIds are snake_case and begin with a verb.
    OperationIdStyle = House "operation-id-style"
        => "The id is the name of the method.",
    /// An operation has exactly one tag.
    OneTag = Correctness "one-tag"
        => "One tag is one file, one module and one cargo feature.",
    /// Tags are declared once and named like files.
    TagName = Correctness "tag-name"
        => "A tag names a file, a module and a cargo feature.",
    /// An operation's tag is declared.
    UnknownTag = Correctness "unknown-tag"
        => "One tag is one file, and its description is that of a module.",
    /// Every tag has a file.
    TagWithoutFile = House "tag-without-file"
        => "One tag is one file.",
    /// Every file has a tag.
    FileWithoutTag = House "file-without-tag"
        => "One tag is one file.",
    /// Operations are in the file of their tag.
    OperationInWrongFile = House "operation-in-wrong-file"
        => "One tag is one file.",
    /// If operations need an access token, a token operation or `x-sdk-credentials` provides it.
    MissingToken = Correctness "missing-token"
        => "A client could not get a token.",
    /// An operation that issues tokens does not require one.
    TokenNeedsToken = Correctness "token-needs-token"
        => "An exchange cannot wait for its own token.",

    // Paths and parameters.
    /// Paths are absolute and have no query.
    PathStyle = Correctness "path-style"
        => "The operation table tells operations apart by method and path, and a query belongs to parameters.",
    /// The parameters of a path and those declared are the same.
    PathParameter = Correctness "path-parameter",
    /// A parameter is declared once.
    DuplicateParameter = Correctness "duplicate-parameter",
    /// Cookies are not supported.
    CookieParameter = Correctness "cookie-parameter"
        => "Clients do not store cookies.",
    /// Headers that the client sets are not parameters.
    ReservedHeader = Correctness "reserved-header"
        => "The client sets the header itself. OpenAPI ignores such parameters, except `Host` and `Content-Length`.",
    /// A parameter has a schema, or one JSON content.
    ParameterSchema = Correctness "parameter-schema"
        => "The styles have no text for objects in lists; an object travels as JSON text by `content`.",
    /// Parameters have the usual serialisation style of their place.
    ParameterStyle = Correctness "parameter-style"
        => "The runtime has one serialisation per place.",

    // Bodies and answers.
    /// Requests have media types that the runtime can send.
    MediaType = Correctness "media-type"
        => "A range such as `image/*` is not a type that can be sent, and JSON without a schema has no Rust type.",
    /// Media types have no `encoding`, and forms are flat.
    MediaEncoding = Correctness "media-encoding"
        => "Parts and fields are sent by the type of their schema, and a form has no text for an object in a field.",
    /// Statuses are codes, ranges or `default`.
    Status = Correctness "status",
    /// An operation has a success answer.
    MissingSuccess = House "missing-success"
        => "A method has to return something.",
    /// JSON answers have a schema.
    AnswerSchema = House "answer-schema"
        => "JSON without a schema has no Rust type; `schema: {}` is any JSON.",
    /// An operation has one success type.
    TwoSuccessTypes = Correctness "two-success-types"
        => "An answer is decoded by its operation, not by its status.",
    /// A vendor has one error base.
    ErrorBase = Correctness "error-base"
        => "All errors of a vendor are one type.",
    /// Error answers are the base or extend it.
    ErrorSchema = House "error-schema"
        => "All errors of a vendor are one type.",

    // Schemas.
    /// Types are those of OpenAPI 3.0.
    SchemaType = Correctness "schema-type",
    /// Bounds are consistent.
    Bounds = Correctness "bounds"
        => "No value can satisfy them, or the bound is missing.",
    /// Objects have names.
    InlineObject = House "inline-object"
        => "Types need names that do not change when the document does.",
    /// Enums in properties have names.
    InlineEnum = House "inline-enum"
        => "Types need names that do not change when the document does.",
    /// Enum values have the declared type and are unique.
    EnumValue = Correctness "enum-value"
        => "OpenAPI only recommends it; a value of another type can never be sent.",
    /// A default is a value of its own schema.
    DefaultValue = Correctness "default-value",
    /// Names in `required` are names of properties.
    RequiredProperty = House "required-property"
        => "A property that only `required` names has no type.",
    /// A discriminator picks among named schemas.
    Discriminator = Correctness "discriminator",
    /// Operations have unique Rust names.
    RustName = Correctness "rust-name"
        => "Two items of a Rust module need two names.",
    /// Secrets are marked.
    UnmarkedSecret = Correctness "unmarked-secret"
        => "A secret that is not marked would be printed.",

    // Credentials.
    /// `x-sdk-credentials` has only documented keys.
    CredentialKey = Correctness "credential-key"
        => "A misspelt key would be ignored silently.",
    /// Kinds and fields of credentials have unique names that are valid in Rust.
    CredentialName = Correctness "credential-name"
        => "They name constructors, arguments and methods.",
    /// Fields of credentials that are secrets are marked.
    CredentialSecret = Correctness "credential-secret"
        => "A secret that is not marked would be printed.",
    /// An environment variable stands for one field.
    CredentialVariable = Correctness "credential-variable"
        => "A variable with two meanings sends a secret to the wrong place.",
    /// Everything that an exchange refers to exists.
    CredentialExchange = Correctness "credential-exchange"
        => "A client could not get a token.",
    /// Every security scheme has a credential.
    CredentialScheme = Correctness "credential-scheme"
        => "Operations that ask for it could not be called.",

    // Security and servers.
    /// Security schemes are bearer, basic, oauth2, or a key in a header or the query.
    SecurityScheme = Correctness "security-scheme"
        => "The runtime applies bearer tokens, HTTP Basic and keys in headers and the query.",
    /// Security requirements name schemes that are declared, at least one each.
    SecurityRequirement = Correctness "security-requirement"
        => "A client cannot tell whether an operation without a scheme is open; `security: []` says so.",
    /// Every operation states its security.
    MissingSecurity = House "missing-security"
        => "Without it, the operation is open, which is usually a mistake.",
    /// There is a server and every server has its own name.
    ServerName = Correctness "server-name"
        => "A server is chosen by its name in code.",
    /// Server URLs are absolute, and their variables are declared.
    ServerUrl = Correctness "server-url"
        => "A client needs an absolute address.",
}

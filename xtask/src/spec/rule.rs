//! The rules that a spec is held to; each has a fixture of the same name in `fixtures/lint/`.
//!
//! A rule that refuses what OpenAPI 3.0 allows carries its reason: `specs/README.md` has the list of them.

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal $(=> $reason:literal)?,)+) => {
        /// A rule of the specs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Rule { $($(#[doc = $doc])+ $variant,)+ }

        impl Rule {
            pub(crate) const ALL: &[Rule] = &[$(Rule::$variant,)+];

            /// The name that findings carry.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)+ }
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
    /// openapi.yaml is there, every file can be read, and all of them together have at most 32 MiB.
    UnreadableFile = "unreadable-file"
        => "Documents are read in bounded time and memory.",
    /// Files are UTF-8.
    Encoding = "encoding",
    /// A file holds something.
    EmptyFile = "empty-file"
        => "Every file is there for a reason.",
    /// A file ends with a line break; one that was cut does not.
    CutFile = "cut-file"
        => "A transfer that was cut off must not pass for a whole document.",
    /// A file is one plain YAML document.
    Yaml = "yaml",
    /// Anchors and aliases are refused: what is shared has a name in components.
    YamlAnchor = "yaml-anchor"
        => "Aliases of aliases grow without bound, and `$ref` says the same with a name.",
    /// Documents have a bounded depth.
    TooDeep = "too-deep"
        => "No pass may run out of stack.",
    /// A key stands once in an object.
    DuplicateKey = "duplicate-key",
    /// Keys are text.
    KeyNotText = "key-not-text",
    /// Numbers fit into 64 bits.
    InexactNumber = "inexact-number"
        => "A number beyond 64 bits is rounded before anybody reads it.",
    /// A path or component stands in one file only.
    DuplicateComponent = "duplicate-component"
        => "One file per tag is merged by name, so that a name has one meaning.",
    /// A tag's file has paths and components only.
    TagFileSection = "tag-file-section"
        => "What concerns all tags stands in `openapi.yaml`.",

    // The shape of the document.
    /// OpenAPI 3.0.x.
    OpenapiVersion = "openapi-version",
    /// Objects, lists and scalars stand where OpenAPI wants them.
    Structure = "structure",
    /// Keys are OpenAPI's, and ones that the generator reads.
    UnknownKey = "unknown-key"
        => "A key that nothing reads would be lost without a word; the keys are listed below.",
    /// What OpenAPI requires is there.
    MissingKey = "missing-key"
        => "`tags` and `components` are optional in OpenAPI; every operation has a tag, and the error base is a component.",
    /// Extensions come from the closed list.
    UnknownExtension = "unknown-extension"
        => "A misspelt extension would be lost without a word.",
    /// An extension stands on the kind of node that it is made for.
    MisplacedExtension = "misplaced-extension",
    /// The value of an extension has its shape.
    ExtensionValue = "extension-value",
    /// Operations, schemas and tags are described, and parameters and properties that do not only refer.
    MissingDescription = "missing-description"
        => "Descriptions are the documentation of the crate.",

    // References.
    /// A `$ref` points at a component of the right kind.
    UnresolvedRef = "unresolved-ref"
        => "References to other files, to addresses, and into a component are not followed: one merged document is read in bounded time.",
    /// Nothing stands beside a `$ref`.
    RefSiblings = "ref-siblings"
        => "OpenAPI ignores them; people who write them expect otherwise.",
    /// Schemas do not extend themselves.
    AllofCycle = "allof-cycle"
        => "No value can have such a type.",
    /// References do not lead back to themselves.
    RefCycle = "ref-cycle"
        => "No value can have such a type.",

    // Operations and tags.
    /// Every operation has an operationId.
    MissingOperationId = "missing-operation-id"
        => "The id names a method, and must not change when the document does.",
    /// operationIds differ.
    DuplicateOperationId = "duplicate-operation-id",
    /// operationIds are snake_case and begin with a verb.
    OperationIdStyle = "operation-id-style"
        => "The id is the name of the method.",
    /// An operation has exactly one tag.
    OneTag = "one-tag"
        => "One tag is one file, one module and one cargo feature.",
    /// Tags are declared once and named like files.
    TagName = "tag-name"
        => "A tag names a file, a module and a cargo feature.",
    /// An operation's tag is declared.
    UnknownTag = "unknown-tag"
        => "One tag is one file, and its description is that of a module.",
    /// Every tag has a file.
    TagWithoutFile = "tag-without-file"
        => "One tag is one file.",
    /// Every file has a tag.
    FileWithoutTag = "file-without-tag",
    /// Operations stand in the file of their tag.
    OperationInWrongFile = "operation-in-wrong-file"
        => "One tag is one file.",
    /// Something gives the access tokens that operations ask for: a token operation, or a token in `x-sdk-credentials`.
    MissingToken = "missing-token"
        => "A client could not get a token.",
    /// An operation that hands out tokens does not ask for one.
    TokenNeedsToken = "token-needs-token"
        => "An exchange cannot wait for its own token.",

    // Paths and parameters.
    /// Paths are absolute and their braces match.
    PathStyle = "path-style",
    /// The parameters of a path and those declared are the same.
    PathParameter = "path-parameter",
    /// A parameter stands once.
    DuplicateParameter = "duplicate-parameter",
    /// Cookies are not supported.
    CookieParameter = "cookie-parameter"
        => "Clients keep no cookies.",
    /// Headers that the client sets are not parameters.
    ReservedHeader = "reserved-header"
        => "The client sets the header itself. OpenAPI ignores such parameters, `Host` and `Content-Length` apart.",
    /// A parameter has a schema, or one JSON content.
    ParameterSchema = "parameter-schema"
        => "The styles have no text for lists in lists, and only `deepObject` has one for objects in lists.",
    /// Parameters have a serialisation style that the runtime writes.
    ParameterStyle = "parameter-style"
        => "The runtime does not write `label` and `matrix`.",

    // Bodies and answers.
    /// Requests have media types that the runtime can send.
    MediaType = "media-type"
        => "A range such as `image/*` is not a type that can be sent, and JSON without a schema has no Rust type.",
    /// An `encoding` is one that requests carry.
    MediaEncoding = "media-encoding"
        => "Parts have no headers of their own; a file has its own type, an object is JSON, and all else is text.",
    /// Statuses are codes, ranges or `default`.
    Status = "status",
    /// An operation has a success answer.
    MissingSuccess = "missing-success"
        => "A method has to return something.",
    /// JSON answers have a schema.
    AnswerSchema = "answer-schema"
        => "JSON without a schema has no Rust type; `schema: {}` is any JSON.",
    /// An operation with pages, bulk items or a job has one success type.
    TwoSuccessTypes = "two-success-types"
        => "Items and states are looked for in one type.",
    /// A vendor has one error base.
    ErrorBase = "error-base"
        => "All errors of a vendor are one type.",
    /// Error answers are the base or extend it.
    ErrorSchema = "error-schema"
        => "All errors of a vendor are one type.",

    // Schemas.
    /// Types are those of OpenAPI 3.0.
    SchemaType = "schema-type",
    /// Bounds go together.
    Bounds = "bounds"
        => "No value can satisfy them, or the bound is missing.",
    /// Objects have names.
    InlineObject = "inline-object"
        => "Types need names that do not change when the document does.",
    /// Enums in properties have names.
    InlineEnum = "inline-enum"
        => "Types need names that do not change when the document does.",
    /// Enum values are of the type and differ.
    EnumValue = "enum-value"
        => "OpenAPI recommends it only; a value of another type can never be sent.",
    /// A default is a value of its own schema.
    DefaultValue = "default-value",
    /// Required names are names of properties.
    RequiredProperty = "required-property"
        => "A property that only `required` names has no type.",
    /// A discriminator picks among named schemas.
    Discriminator = "discriminator",
    /// Operations have Rust names of their own.
    RustName = "rust-name"
        => "Two items of a Rust module need two names.",
    /// Secrets are marked.
    UnmarkedSecret = "unmarked-secret"
        => "A secret that is not marked would be printed.",

    // Credentials.
    /// `x-sdk-credentials` has the keys of its description.
    CredentialKey = "credential-key"
        => "A misspelt key would be lost without a word.",
    /// Kinds and fields of credentials have names of their own, which Rust takes.
    CredentialName = "credential-name"
        => "They name constructors, arguments and methods.",
    /// Fields of credentials that are secrets are marked.
    CredentialSecret = "credential-secret"
        => "A secret that is not marked would be printed.",
    /// An environment variable stands for one field.
    CredentialVariable = "credential-variable"
        => "A variable with two meanings sends a secret to the wrong place.",
    /// What an exchange names exists.
    CredentialExchange = "credential-exchange"
        => "A client could not get a token.",
    /// Every security scheme has a credential.
    CredentialScheme = "credential-scheme"
        => "Operations that ask for it could not be called.",

    // Security and servers.
    /// Security schemes are bearer, basic, oauth2, or a key in a header or the query.
    SecurityScheme = "security-scheme"
        => "The runtime applies bearer tokens, HTTP Basic and keys in headers and the query.",
    /// Security requirements name schemes that are declared, at least one each.
    SecurityRequirement = "security-requirement"
        => "A client cannot tell whether an operation without a scheme is open; `security: []` says so.",
    /// It is said what security an operation has.
    MissingSecurity = "missing-security"
        => "Silence would mean an open operation, which is more often a mistake.",
    /// There is a server and every server has its own name.
    ServerName = "server-name"
        => "A server is chosen by its name in code.",
    /// Server URLs are absolute and their variables declared.
    ServerUrl = "server-url"
        => "A client needs an absolute address.",
}

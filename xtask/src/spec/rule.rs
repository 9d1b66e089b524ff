//! The rules that a spec is held to; each has a fixture of the same name in `fixtures/lint/`.
//!
//! A rule that refuses what OpenAPI 3.0 allows carries its reason: `specs/README.md` has the list of them.

/// How much a rule matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// The generator makes wrong code of a spec that breaks the rule, code that does not compile, or code that does something dangerous.
    /// Breaking it is always an error.
    Correctness,
    /// Generated code works, but names, documentation or layout are not those of the house. An imported spec counts it as debt.
    House,
}

impl Level {
    /// The word for it.
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

            /// The name that findings carry.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)+ }
            }

            /// Whether the rule is one of correctness or of the house.
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
    /// openapi.yaml is there, every file can be read, and all of them together have at most 32 MiB.
    UnreadableFile = Correctness "unreadable-file"
        => "Documents are read in bounded time and memory.",
    /// Files are UTF-8.
    Encoding = Correctness "encoding",
    /// A file holds something.
    EmptyFile = Correctness "empty-file"
        => "Every file is there for a reason.",
    /// A file ends with a line break; one that was cut does not.
    CutFile = Correctness "cut-file"
        => "A transfer that was cut off must not pass for a whole document.",
    /// A file is one plain YAML document.
    Yaml = Correctness "yaml",
    /// Anchors and aliases are refused: what is shared has a name in components.
    YamlAnchor = Correctness "yaml-anchor"
        => "Aliases of aliases grow without bound, and `$ref` says the same with a name.",
    /// Documents have a bounded depth.
    TooDeep = Correctness "too-deep"
        => "No pass may run out of stack.",
    /// A key stands once in an object.
    DuplicateKey = Correctness "duplicate-key",
    /// Keys are text.
    KeyNotText = Correctness "key-not-text",
    /// Numbers fit into 64 bits.
    InexactNumber = Correctness "inexact-number"
        => "A number beyond 64 bits is rounded before anybody reads it.",
    /// A path or component stands in one file only.
    DuplicateComponent = Correctness "duplicate-component"
        => "One file per tag is merged by name, so that a name has one meaning.",
    /// A tag's file has paths and components only.
    TagFileSection = Correctness "tag-file-section"
        => "What concerns all tags stands in `openapi.yaml`.",

    // The shape of the document.
    /// OpenAPI 3.0.x.
    OpenapiVersion = Correctness "openapi-version",
    /// Objects, lists and scalars stand where OpenAPI wants them.
    Structure = Correctness "structure",
    /// Keys are OpenAPI's, and ones that the generator reads.
    UnknownKey = Correctness "unknown-key"
        => "A key that nothing reads would be lost without a word; the keys are listed below.",
    /// What OpenAPI requires is there.
    MissingKey = Correctness "missing-key"
        => "`tags` and `components` are optional in OpenAPI; every operation has a tag, and the error base is a component.",
    /// Extensions come from the closed list.
    UnknownExtension = Correctness "unknown-extension"
        => "A misspelt extension would be lost without a word.",
    /// An extension stands on the kind of node that it is made for.
    MisplacedExtension = Correctness "misplaced-extension",
    /// The value of an extension has its shape.
    ExtensionValue = Correctness "extension-value",
    /// Operations, schemas and tags are described, and parameters and properties that do not only refer.
    MissingDescription = House "missing-description"
        => "Descriptions are the documentation of the crate.",

    // References.
    /// A `$ref` points at a component of the right kind.
    UnresolvedRef = Correctness "unresolved-ref"
        => "References to other files, to addresses, and into a component are not followed: one merged document is read in bounded time.",
    /// Nothing stands beside a `$ref`.
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
    /// Operations stand in the file of their tag.
    OperationInWrongFile = House "operation-in-wrong-file"
        => "One tag is one file.",
    /// Something gives the access tokens that operations ask for: a token operation, or a token in `x-sdk-credentials`.
    MissingToken = Correctness "missing-token"
        => "A client could not get a token.",
    /// An operation that hands out tokens does not ask for one.
    TokenNeedsToken = Correctness "token-needs-token"
        => "An exchange cannot wait for its own token.",

    // Paths and parameters.
    /// Paths are absolute and have no query.
    PathStyle = Correctness "path-style"
        => "The operation table tells operations apart by method and path, and a query belongs to parameters.",
    /// Path templates differ in more than parameter names.
    DuplicatePath = Correctness "duplicate-path"
        => "The operation table tells operations apart by method and path.",
    /// The parameters of a path and those declared are the same.
    PathParameter = Correctness "path-parameter",
    /// A parameter stands once.
    DuplicateParameter = Correctness "duplicate-parameter",
    /// Cookies are not supported.
    CookieParameter = Correctness "cookie-parameter"
        => "Clients keep no cookies.",
    /// Headers that the client sets are not parameters.
    ReservedHeader = Correctness "reserved-header"
        => "The client sets the header itself. OpenAPI ignores such parameters, `Host` and `Content-Length` apart.",
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
    /// Bounds go together.
    Bounds = Correctness "bounds"
        => "No value can satisfy them, or the bound is missing.",
    /// Objects have names.
    InlineObject = House "inline-object"
        => "Types need names that do not change when the document does.",
    /// Enums in properties have names.
    InlineEnum = House "inline-enum"
        => "Types need names that do not change when the document does.",
    /// Enum values are of the type and differ.
    EnumValue = Correctness "enum-value"
        => "OpenAPI recommends it only; a value of another type can never be sent.",
    /// A default is a value of its own schema.
    DefaultValue = Correctness "default-value",
    /// Required names are names of properties.
    RequiredProperty = House "required-property"
        => "A property that only `required` names has no type.",
    /// A discriminator picks among named schemas.
    Discriminator = Correctness "discriminator",
    /// Operations have Rust names of their own.
    RustName = Correctness "rust-name"
        => "Two items of a Rust module need two names.",
    /// Secrets are marked.
    UnmarkedSecret = Correctness "unmarked-secret"
        => "A secret that is not marked would be printed.",

    // Credentials.
    /// `x-sdk-credentials` has the keys of its description.
    CredentialKey = Correctness "credential-key"
        => "A misspelt key would be lost without a word.",
    /// Kinds and fields of credentials have names of their own, which Rust takes.
    CredentialName = Correctness "credential-name"
        => "They name constructors, arguments and methods.",
    /// Fields of credentials that are secrets are marked.
    CredentialSecret = Correctness "credential-secret"
        => "A secret that is not marked would be printed.",
    /// An environment variable stands for one field.
    CredentialVariable = Correctness "credential-variable"
        => "A variable with two meanings sends a secret to the wrong place.",
    /// What an exchange names exists.
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
    /// It is said what security an operation has.
    MissingSecurity = House "missing-security"
        => "Silence would mean an open operation, which is more often a mistake.",
    /// There is a server and every server has its own name.
    ServerName = Correctness "server-name"
        => "A server is chosen by its name in code.",
    /// Server URLs are absolute and their variables declared.
    ServerUrl = Correctness "server-url"
        => "A client needs an absolute address.",
}

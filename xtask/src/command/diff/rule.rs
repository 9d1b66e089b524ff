//! Table of rules: each kind of change, its meaning for a Rust user of the generated crate, and
//! the reason.
//!
//! Each rule has a fixture of the same name in `fixtures/diff/`, which the compiler confirms.

/// Version bump that a change requires, in order of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// Texts and bounds: code and calls are unaffected.
    Documentation,
    /// Existing code still compiles, and a call does no more than before.
    Compatible,
    /// Existing code no longer compiles, or does something else.
    Breaking,
}

impl Verdict {
    /// Word in reports and JSON.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

macro_rules! rules {
    ($($variant:ident = $name:literal, $verdict:ident, $why:literal;)+) => {
        /// A kind of change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Rule { $(#[doc = $why] $variant,)+ }

        impl Rule {
            #[cfg(test)]
            pub(crate) const ALL: &[Rule] = &[$(Rule::$variant,)+];

            /// Name in reports, and of the fixture.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)+ }
            }

            pub(crate) const fn verdict(self) -> Verdict {
                match self { $(Rule::$variant => Verdict::$verdict,)+ }
            }

            /// Reason for the verdict, from the user's view.
            pub(crate) const fn why(self) -> &'static str {
                match self { $(Rule::$variant => $why,)+ }
            }
        }
    };
}

rules! {
    // Operations.
    OperationAdded = "operation-added", Compatible, "a new method of the client takes nothing away";
    OperationRemoved = "operation-removed", Breaking, "calls of the method no longer compile";
    OperationMoved = "operation-moved", Breaking, "another module holds its types, and another cargo feature enables it";
    OperationInternal = "operation-internal", Breaking, "the method needs the feature `internal`, which is off by default";
    OperationPublic = "operation-public", Compatible, "the method no longer needs the feature `internal`";
    OperationDeprecated = "operation-deprecated", Compatible, "calls compile with a warning";
    EndpointChanged = "endpoint-changed", Compatible, "the method stays; only the request that it sends differs";

    // Parameters.
    ArgumentAdded = "argument-added", Breaking, "calls of the method lack an argument";
    ArgumentRemoved = "argument-removed", Breaking, "calls of the method have an argument too many";
    ArgumentType = "argument-type", Breaking, "calls of the method pass a value of another type";
    ArgumentOrder = "argument-order", Breaking, "calls of the method pass their values in another order; with equal types the compiler does not notice";
    ParameterAdded = "parameter-added", Compatible, "a new setter of the request takes nothing away";
    ParameterRemoved = "parameter-removed", Breaking, "calls of the setter no longer compile";
    ParameterType = "parameter-type", Breaking, "calls of the setter pass a value of another type";
    ParameterRequired = "parameter-required", Breaking, "the setter became an argument of the method";
    ParameterOptional = "parameter-optional", Breaking, "the argument of the method became a setter of the request";
    ParameterPreset = "parameter-preset", Breaking, "the same call sends another value for a parameter that fills itself in";
    ParameterSent = "parameter-sent", Compatible, "the method stays; only the form in which the value is sent differs";

    // Bodies and answers.
    BodyAdded = "body-added", Breaking, "calls of the method lack the body";
    BodySetterAdded = "body-setter-added", Compatible, "a new setter for an optional body takes nothing away";
    BodyRemoved = "body-removed", Breaking, "the method, or its setter, no longer takes a body";
    BodyRequired = "body-required", Breaking, "the setter of the body became an argument of the method";
    BodyOptional = "body-optional", Breaking, "the body is no longer an argument of the method but set by a setter";
    BodyType = "body-type", Breaking, "calls of the method pass a body of another type";
    BodyKindAdded = "body-kind-added", Compatible, "one more method or setter for another kind of body takes nothing away";
    BodyKindRemoved = "body-kind-removed", Breaking, "the method or setter for this kind of body is gone";
    MediaTypeAdded = "media-type-added", Compatible, "one more media type to choose; the default stays";
    MediaTypeRemoved = "media-type-removed", Breaking, "code that chooses the media type no longer compiles";
    MediaTypeDefault = "media-type-default", Compatible, "the method stays; the body travels in another media type";
    AnswerType = "answer-type", Breaking, "the call returns another type";
    HeaderAdded = "header-added", Compatible, "a new accessor of the answer takes nothing away";
    HeaderRemoved = "header-removed", Breaking, "the accessor of the header is gone";
    HeaderType = "header-type", Breaking, "the accessor of the header returns another type";
    PagingAdded = "paging-added", Compatible, "the request gets `items()` and `pages()`";
    PagingRemoved = "paging-removed", Breaking, "`items()` and `pages()` of the request are gone";
    PagingItems = "paging-items", Breaking, "`items()` yields another list of the answer";
    PagingWay = "paging-way", Compatible, "`items()` stays; it asks for the next page in another way";
    BulkAdded = "bulk-added", Breaking, "the method takes items one by one and returns a bulk request";
    BulkRemoved = "bulk-removed", Breaking, "the method no longer takes items one by one";
    BulkFormat = "bulk-format", Breaking, "a bulk request is sent, and its answer read, in another format";
    BulkLimits = "bulk-limits", Compatible, "the method stays; only the size of its chunks differs";

    // What a call does.
    EffectAdded = "effect-added", Compatible, "a call is repeated in fewer cases than before";
    EffectRemoved = "effect-removed", Breaking, "a call with an effect may now be sent again where it was not";
    RepeatAdded = "repeat-added", Breaking, "a failed call is now sent again where it was returned to the caller";
    RepeatRemoved = "repeat-removed", Compatible, "a failed call is returned to the caller where it was sent again";
    RepeatKey = "repeat-key", Compatible, "the idempotency key travels in another place";
    ErrorCodeAdded = "error-code-added", Compatible, "codes are open: the same error types hold it";
    ErrorCodeRemoved = "error-code-removed", Compatible, "codes are open: code that looks for it still compiles";
    ErrorShape = "error-shape", Breaking, "`code()`, `message()` and their like are read from other places of the error";
    CredentialsAdded = "credentials-added", Breaking, "the call needs credentials, or other ones than before";
    CredentialsRemoved = "credentials-removed", Compatible, "the call accepts more kinds of credentials, or needs none";
    BasicAuthRemoved = "basic-auth-removed", Breaking, "the setter `basic_auth` of the request is gone";
    TokenCall = "token-call", Breaking, "the call is treated as one that obtains a token, or no longer";

    // Types.
    TypeAdded = "type-added", Compatible, "a new type takes nothing away";
    TypeRemoved = "type-removed", Breaking, "code that names the type no longer compiles";
    TypeMoved = "type-moved", Breaking, "the type is in another module, and its cargo feature may differ; `types::` still has it";
    TypeKind = "type-kind", Breaking, "struct, enum, union and wrapper are used in different ways";
    PropertyAdded = "property-added", Compatible, "types are made by `new` or `default` and `..`; only a literal that names every field without `..` would notice";
    PropertyRemoved = "property-removed", Breaking, "code that reads or sets the field no longer compiles";
    PropertyType = "property-type", Breaking, "code that reads or sets the field meets another type";
    PropertyName = "property-name", Breaking, "the field has another name in Rust";
    PropertyRequired = "property-required", Breaking, "the field is no longer an `Option`, and `new` may need it";
    PropertyOptional = "property-optional", Breaking, "the field became an `Option`, and `new` no longer takes it";
    PropertyNull = "property-null", Breaking, "the field changed between `Option` and `Patch`: whether null can be told from absent";
    RequiredPropertyAdded = "required-property-added", Breaking, "`new` of a type that is sent needs one more argument";
    AnswerPropertyAdded = "answer-property-added", Compatible, "the type only comes from the vendor: nobody has to make one";
    PropertyPreset = "property-preset", Breaking, "`new` fills in another value, or the field became or ceased to be an argument of it";
    ConstructorOrder = "constructor-order", Breaking, "`new` takes its arguments in another order; with equal types the compiler does not notice";
    DefaultRemoved = "default-removed", Breaking, "`default()`, and `..` with it, of the type is gone";
    DirectionAdded = "direction-added", Compatible, "the type gains `Serialize` or `Deserialize`";
    DirectionRemoved = "direction-removed", Breaking, "the type loses `Serialize` or `Deserialize`, and `new` with the former";
    EnumValueAdded = "enum-value-added", Compatible, "the enum is open: a match has a wildcard already";
    EnumValueRemoved = "enum-value-removed", Breaking, "code that names the variant no longer compiles";
    UnionVariantAdded = "union-variant-added", Breaking, "unions are exhaustive: a match that names every variant no longer compiles";
    UnionVariantRemoved = "union-variant-removed", Breaking, "code that names the variant no longer compiles";
    UnionVariantType = "union-variant-type", Breaking, "the variant holds another type";
    UnionTags = "union-tags", Compatible, "the type stays; other values of the discriminator select its variants";

    // The vendor as a whole.
    FeatureAdded = "feature-added", Compatible, "a new cargo feature takes nothing away";
    FeatureRemoved = "feature-removed", Breaking, "a Cargo.toml that names the feature no longer resolves";
    ServerAdded = "server-added", Compatible, "the enum is open: a match has a wildcard already";
    ServerRemoved = "server-removed", Breaking, "code that names the server no longer compiles";
    ServerUrl = "server-url", Compatible, "the name stays; calls go to another URL";
    ServerVariables = "server-variables", Breaking, "the variant of `Server` has other fields";
    ServerDefault = "server-default", Breaking, "a client that names no server calls another one";
    ServerPlaceholder = "server-placeholder", Breaking, "a client on this server no longer builds without a base URL";
    LimitsChanged = "limits-changed", Compatible, "the client paces its calls differently";
    OtherExtension = "other-extension", Breaking, "no rule knows this extension, so the change counts as breaking; add a rule";

    // Texts.
    Documentation = "documentation", Documentation, "descriptions, examples or bounds; code and calls stay";
}

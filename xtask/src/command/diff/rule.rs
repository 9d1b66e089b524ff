//! Table of rules: each kind of change, its effect on a Rust user of the generated crate, and the
//! reason.
//!
//! Each rule has a fixture of the same name in `fixtures/diff/`. A test compiles each fixture to
//! check that the rule agrees with the compiler.

/// Severity of a change, which determines the version bump. The variants are in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// Only descriptions, examples and bounds change, which doesn't affect code or calls.
    Documentation,
    /// Existing code still compiles, and its calls have no additional effects.
    Compatible,
    /// Existing code no longer compiles, or behaves differently.
    Breaking,
}

impl Verdict {
    /// Returns the word for the verdict in reports and JSON.
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

            /// Returns the name of the rule in reports, which is also the name of its fixture.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)+ }
            }

            pub(crate) const fn verdict(self) -> Verdict {
                match self { $(Rule::$variant => Verdict::$verdict,)+ }
            }

            /// Returns the reason for the verdict, from the point of view of a user.
            pub(crate) const fn why(self) -> &'static str {
                match self { $(Rule::$variant => $why,)+ }
            }
        }
    };
}

rules! {
    // Operations.
    OperationAdded = "operation-added", Compatible, "a new method of the client does not affect existing code";
    OperationRemoved = "operation-removed", Breaking, "calls to the method no longer compile";
    OperationMoved = "operation-moved", Breaking, "the types of the method are in a different module, and a different cargo feature enables the method";
    OperationInternal = "operation-internal", Breaking, "the method requires the feature `internal`, which is off by default";
    OperationPublic = "operation-public", Compatible, "the method no longer requires the feature `internal`";
    OperationDeprecated = "operation-deprecated", Compatible, "calls still compile, with a warning";
    EndpointChanged = "endpoint-changed", Compatible, "only the request that the method sends is different";

    // Parameters.
    ArgumentAdded = "argument-added", Breaking, "calls to the method lack an argument";
    ArgumentRemoved = "argument-removed", Breaking, "calls to the method have one argument too many";
    ArgumentType = "argument-type", Breaking, "calls to the method pass a value of the old type";
    ArgumentOrder = "argument-order", Breaking, "calls to the method pass their values in the old order, which the compiler does not notice if the types are equal";
    ParameterAdded = "parameter-added", Compatible, "a new setter of the request does not affect existing code";
    ParameterRemoved = "parameter-removed", Breaking, "calls to the setter no longer compile";
    ParameterType = "parameter-type", Breaking, "calls to the setter pass a value of the old type";
    ParameterRequired = "parameter-required", Breaking, "the setter became an argument of the method";
    ParameterOptional = "parameter-optional", Breaking, "the argument of the method became a setter of the request";
    ParameterPreset = "parameter-preset", Breaking, "the same call sends a different value for a parameter with a preset value";
    ParameterSent = "parameter-sent", Compatible, "the method is unchanged and only serializes the value differently";

    // Bodies and responses.
    BodyAdded = "body-added", Breaking, "calls to the method lack the body";
    BodySetterAdded = "body-setter-added", Compatible, "a new setter for an optional body does not affect existing code";
    BodyRemoved = "body-removed", Breaking, "the method no longer takes a body, or the setter for the body no longer exists";
    BodyRequired = "body-required", Breaking, "the setter of the body became an argument of the method";
    BodyOptional = "body-optional", Breaking, "the body is set by a setter instead of an argument of the method";
    BodyType = "body-type", Breaking, "calls to the method pass a body of the old type";
    BodyKindAdded = "body-kind-added", Compatible, "a new method or setter for an additional kind of body does not affect existing code";
    BodyKindRemoved = "body-kind-removed", Breaking, "the method or setter for this kind of body no longer exists";
    MediaTypeAdded = "media-type-added", Compatible, "users can select an additional media type, and the default is unchanged";
    MediaTypeRemoved = "media-type-removed", Breaking, "code that selects the media type no longer compiles";
    MediaTypeDefault = "media-type-default", Compatible, "the method is unchanged and only sends the body in a different media type";
    AnswerType = "answer-type", Breaking, "the call returns a different type";
    HeaderAdded = "header-added", Compatible, "a new accessor of the response does not affect existing code";
    HeaderRemoved = "header-removed", Breaking, "the accessor of the header no longer exists";
    HeaderType = "header-type", Breaking, "the accessor of the header returns a different type";
    PagingAdded = "paging-added", Compatible, "the request gains `items()` and `pages()`";
    PagingRemoved = "paging-removed", Breaking, "`items()` and `pages()` of the request no longer exist";
    PagingItems = "paging-items", Breaking, "`items()` iterates over a different list in the response";
    PagingWay = "paging-way", Compatible, "`items()` is unchanged and only requests the next page differently";
    BulkAdded = "bulk-added", Breaking, "the method takes items one by one and returns a bulk request";
    BulkRemoved = "bulk-removed", Breaking, "the method no longer takes items one by one";
    BulkFormat = "bulk-format", Breaking, "a bulk request and its response use a different format";
    BulkLimits = "bulk-limits", Compatible, "the method is unchanged and only the size of its chunks differs";

    // Behavior of calls.
    EffectAdded = "effect-added", Compatible, "a call may be retried in fewer cases than before";
    EffectRemoved = "effect-removed", Breaking, "a call with side effects may now be retried in more cases than before";
    RepeatAdded = "repeat-added", Breaking, "the client now retries a failed call instead of returning its error";
    RepeatRemoved = "repeat-removed", Compatible, "the client now returns the error of a failed call instead of retrying the call";
    RepeatKey = "repeat-key", Compatible, "the idempotency key is sent in a different location";
    ErrorCodeAdded = "error-code-added", Compatible, "the set of error codes is open, and the error types are unchanged";
    ErrorCodeRemoved = "error-code-removed", Compatible, "the set of error codes is open, and comparisons with the removed code still compile";
    ErrorShape = "error-shape", Breaking, "`code()`, `message()` and similar methods read different properties of the error";
    CredentialsAdded = "credentials-added", Breaking, "the call requires credentials, or different credentials";
    CredentialsRemoved = "credentials-removed", Compatible, "the call accepts more kinds of credentials, or requires none";
    BasicAuthRemoved = "basic-auth-removed", Breaking, "the setter `basic_auth` of the request no longer exists";
    TokenCall = "token-call", Breaking, "the call becomes a token request, or is no longer one";

    // Types.
    TypeAdded = "type-added", Compatible, "a new type does not affect existing code";
    TypeRemoved = "type-removed", Breaking, "code that uses the type no longer compiles";
    TypeMoved = "type-moved", Breaking, "the type is in a different module, and its cargo feature may differ, although `types::` still contains it";
    TypeKind = "type-kind", Breaking, "code uses structs, enums, unions and wrappers in different ways";
    PropertyAdded = "property-added", Compatible, "values are created with `new`, or with a struct literal that ends in `..`, so only a literal that lists all fields is affected";
    PropertyRemoved = "property-removed", Breaking, "code that reads or sets the field no longer compiles";
    PropertyType = "property-type", Breaking, "code that reads or sets the field uses the old type";
    PropertyName = "property-name", Breaking, "the field has a different name in Rust";
    PropertyRequired = "property-required", Breaking, "the field is no longer an `Option` or `Patch`, and `new` may require it";
    PropertyOptional = "property-optional", Breaking, "the field became an `Option` or `Patch`, and `new` no longer takes it";
    PropertyNull = "property-null", Breaking, "the field changed between `Option` and `Patch`, which also distinguishes null from absent";
    RequiredPropertyAdded = "required-property-added", Breaking, "`new` of a type that is used in requests requires one more argument";
    AnswerPropertyAdded = "answer-property-added", Compatible, "the type is only received from the vendor, so users do not create values of it";
    PropertyPreset = "property-preset", Breaking, "`new` sets a different value, or the field became an argument of `new` or is no longer one";
    ConstructorOrder = "constructor-order", Breaking, "`new` takes its arguments in a different order, which the compiler does not notice if the types are equal";
    DefaultRemoved = "default-removed", Breaking, "`default()` of the type no longer exists, so `..Default::default()` no longer compiles";
    DirectionAdded = "direction-added", Compatible, "the type gains `Serialize` or `Deserialize`";
    DirectionRemoved = "direction-removed", Breaking, "the type no longer implements `Serialize` or `Deserialize`; without `Serialize`, it has no `new`";
    EnumValueAdded = "enum-value-added", Compatible, "the enum is non-exhaustive, so every match already has a wildcard";
    EnumValueRemoved = "enum-value-removed", Breaking, "code that uses the variant no longer compiles";
    UnionVariantAdded = "union-variant-added", Breaking, "unions are exhaustive, so a match with all variants and no wildcard no longer compiles";
    UnionVariantRemoved = "union-variant-removed", Breaking, "code that uses the variant no longer compiles";
    UnionVariantType = "union-variant-type", Breaking, "the variant contains a different type";
    UnionTags = "union-tags", Compatible, "the type is unchanged, but different values of the discriminator select its variants";

    // The vendor as a whole.
    FeatureAdded = "feature-added", Compatible, "a new cargo feature does not affect existing code";
    FeatureRemoved = "feature-removed", Breaking, "a Cargo.toml that enables the feature no longer resolves";
    ServerAdded = "server-added", Compatible, "the enum is non-exhaustive, so every match already has a wildcard";
    ServerRemoved = "server-removed", Breaking, "code that selects the server no longer compiles";
    ServerUrl = "server-url", Compatible, "the name is unchanged, and calls are sent to a different URL";
    ServerVariables = "server-variables", Breaking, "the variant of `Server` has different fields";
    ServerDefault = "server-default", Breaking, "a client that does not select a server calls a different server";
    ServerPlaceholder = "server-placeholder", Breaking, "building a client for this server now requires a base URL";
    LimitsChanged = "limits-changed", Compatible, "the client paces its calls differently";
    OtherExtension = "other-extension", Breaking, "no rule covers this extension, so the change is treated as breaking: add a rule";

    // Documentation.
    Documentation = "documentation", Documentation, "changes to descriptions, examples or bounds do not affect code or calls";
}

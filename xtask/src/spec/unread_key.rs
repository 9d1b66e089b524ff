//! OpenAPI 3.0 keys that nothing reads and that the rule `unknown-key` therefore refuses.

/// A key that documents may have and the generator does not read.
pub(crate) struct UnreadKey {
    /// One key, or several that are refused for the same reason.
    pub(crate) names: &'static [&'static str],
    /// Objects with this key.
    pub(crate) places: &'static str,
    /// Reason why nothing reads it.
    pub(crate) reason: &'static str,
}

const fn unread(
    names: &'static [&'static str],
    places: &'static str,
    reason: &'static str,
) -> UnreadKey {
    UnreadKey {
        names,
        places,
        reason,
    }
}

/// All of them.
pub(crate) const UNREAD_KEYS: &[UnreadKey] = &[
    unread(
        &["callbacks"],
        "operation, components",
        "Clients receive no requests; `x-sdk-webhooks` describes those that a vendor sends.",
    ),
    unread(
        &["links"],
        "answer, components",
        "`x-sdk-pagination` and `x-sdk-wait` say what follows an answer.",
    ),
    unread(
        &["options", "trace"],
        "path",
        "These methods are for proxies and diagnosis, not for an API.",
    ),
    unread(
        &["$ref"],
        "path",
        "A path belongs in the files of its tags, where its operations can be found.",
    ),
    unread(
        &["summary"],
        "path, operation",
        "The first sentence of the description is the summary.",
    ),
    unread(
        &["not"],
        "schema",
        "Rust has no type for what a value is not; the description says it.",
    ),
    unread(&["xml"], "schema", "XML bodies travel as they are."),
    unread(
        &["allowEmptyValue", "allowReserved"],
        "parameter",
        "An empty text is sent as one, and reserved characters are always encoded.",
    ),
    unread(
        &["content", "explode", "style"],
        "header of an answer",
        "Headers of answers are read as text.",
    ),
    unread(
        &["examples"],
        "components",
        "An `example` stands at the schema that it is of.",
    ),
];

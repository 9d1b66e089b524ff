//! OpenAPI 3.0 keys that the generator doesn't read and that the rule `unknown-key` therefore
//! refuses.

/// A key that OpenAPI allows but the generator does not read.
pub(crate) struct UnreadKey {
    /// One key, or several keys that are refused for the same reason.
    pub(crate) names: &'static [&'static str],
    /// Kinds of objects that can have this key.
    pub(crate) places: &'static str,
    /// Reason for not reading the key.
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

/// All keys that the generator doesn't read.
pub(crate) const UNREAD_KEYS: &[UnreadKey] = &[
    unread(
        &["callbacks"],
        "operation, components",
        "Clients do not receive requests. `x-sdk-webhooks` describes requests that a vendor sends.",
    ),
    unread(
        &["links"],
        "response, components",
        "`x-sdk-pagination` and `x-sdk-wait` describe the requests that follow a response.",
    ),
    unread(
        &["options", "trace"],
        "path",
        "These methods are meant for proxies and diagnostics, not for API calls.",
    ),
    unread(
        &["$ref"],
        "path",
        "A path must be in the files of its tags, where readers look for its operations.",
    ),
    unread(
        &["summary"],
        "path, operation",
        "The first sentence of the description is the summary.",
    ),
    unread(
        &["not"],
        "schema",
        "Rust types cannot exclude values. Describe the excluded values in the description.",
    ),
    unread(&["xml"], "schema", "XML bodies are sent unmodified."),
    unread(
        &["allowEmptyValue", "allowReserved"],
        "parameter",
        "An empty string is always sent as an empty value, and reserved characters are always encoded.",
    ),
    unread(
        &["content", "explode", "style"],
        "header of a response",
        "Response headers are read as strings.",
    ),
    unread(
        &["examples"],
        "components",
        "Put the `example` on the schema that it illustrates.",
    ),
];

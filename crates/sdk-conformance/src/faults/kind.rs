//! Kinds of operations that the faults are tested on.

use std::time::Duration;

use crate::fitting::Token;
use sdk_runtime::{Effect, Encoding, Limits, Method, Operation, Repeat, is_json_media_type};

/// Kind of an operation, by its behavior under faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    List,
    Download,
    SafeWrite,
    Delete,
    OtherWrite,
    WithEffect,
    Upload,
    Bulk,
}

impl Kind {
    pub(super) const ALL: [Self; 9] = [
        Self::Read,
        Self::List,
        Self::Download,
        Self::SafeWrite,
        Self::Delete,
        Self::OtherWrite,
        Self::WithEffect,
        Self::Upload,
        Self::Bulk,
    ];

    /// Returns the kind of an operation.
    ///
    /// Returns `None` for a token operation, for an operation that doesn't need credentials, and
    /// for an operation that doesn't fit any kind.
    pub(super) fn of(operation: &Operation) -> Option<Self> {
        let carries_files = operation.body.is_some_and(|body| {
            let encoding = body.media.first().map(|media| media.encoding);
            encoding.is_some_and(|encoding| encoding.is_multipart() || encoding == Encoding::Bytes)
        });
        if operation.token || operation.security.is_empty() {
            return None;
        }
        Some(match operation.method {
            _ if operation.effect.is_some() => Self::WithEffect,
            Method::Get if operation.repeat == Repeat::Never => return None,
            Method::Get if operation.paging.is_some() => Self::List,
            Method::Get if is_download(operation) => Self::Download,
            Method::Get => Self::Read,
            Method::Head | Method::Options => return None,
            // A read that uses POST.
            Method::Post if operation.repeat == Repeat::Safe && operation.bulk.is_none() => {
                return None;
            }
            _ if operation.paging.is_some() || is_download(operation) => return None,
            _ if operation.bulk.is_some() => Self::Bulk,
            _ if carries_files => Self::Upload,
            Method::Delete => Self::Delete,
            _ if operation.repeat == Repeat::Never => Self::OtherWrite,
            _ => Self::SafeWrite,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::List => "list",
            Self::Download => "download",
            Self::SafeWrite => "safe write",
            Self::Delete => "delete",
            Self::OtherWrite => "other write",
            Self::WithEffect => "with effect",
            Self::Upload => "upload",
            Self::Bulk => "bulk",
        }
    }
}

/// Properties that the retry rules use.
#[derive(Debug, Clone, Copy)]
pub(super) struct RetryProperties {
    pub(super) kind: Kind,
    /// Whether the operation may be repeated even if an earlier call may have been applied.
    pub(super) repeats: bool,
    /// Whether the vendor recognizes a repeated call by its idempotency key.
    pub(super) keyed: bool,
    /// Whether the operation may change the vendor's data.
    pub(super) writes: bool,
    /// Access token that a call to the operation sends.
    pub(super) token: Token,
    /// Whether the operation may be retried after a delay that the vendor specifies.
    pub(super) follows_hints: bool,
    /// Delay after a 429 that doesn't specify one: the vendor's published rate limit window.
    pub(super) window: Option<Duration>,
    /// Whether the success response has a body.
    pub(super) answers: bool,
    /// Whether the client returns the body as a stream.
    pub(super) streams: bool,
    /// Whether the success response may be an HTML page.
    pub(super) may_be_page: bool,
}

impl RetryProperties {
    pub(super) fn of(
        operation: &Operation,
        kind: Kind,
        limits: Option<Limits>,
        token: Token,
    ) -> Self {
        let reads = matches!(
            operation.method,
            Method::Get | Method::Head | Method::Options
        );
        let mut successes = operation.answers.iter().filter(|a| a.is_success());
        Self {
            kind,
            repeats: operation.repeat != Repeat::Never,
            keyed: matches!(operation.repeat, Repeat::Keyed(_)),
            writes: !reads || operation.repeat == Repeat::Never || operation.effect.is_some(),
            token,
            follows_hints: !matches!(operation.effect, Some(Effect::Money | Effect::Message)),
            window: limits.map(|limits| Duration::from_secs(limits.per_seconds.into())),
            answers: successes.any(|answer| !answer.media.is_empty()),
            streams: is_download(operation),
            may_be_page: media(operation)
                .any(|media| ["text/html", "text/*", "*/*"].contains(&media)),
        }
    }
}

/// Returns whether success responses have a body, and none of their media types is JSON.
fn is_download(operation: &Operation) -> bool {
    let media: Vec<&str> = media(operation).collect();
    !media.is_empty() && !media.iter().any(|media| is_json_media_type(media))
}

/// Returns the media types of all success responses.
fn media(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let successes = operation.answers.iter().filter(|a| a.is_success());
    successes.flat_map(|a| a.media.iter().copied())
}

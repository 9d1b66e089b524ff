//! The kinds of failure.

/// The kind of failure of an [`Error`](crate::Error).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was set up with something missing or wrong.
    Configuration,
    /// Credentials are missing, or are of the wrong kind for the operation.
    Credentials,
    /// The request could not be made from what was given; nothing was sent.
    Request,
    /// No connection could be made; nothing was sent.
    Connect,
    /// The client's own rate limit leaves no turn before the call's deadline; nothing was sent.
    RateLimited,
    /// The time for the call ran out.
    Timeout,
    /// The server refused the request before it processed it (HTTP/2: RFC 9113, sections 6.8 and 8.7).
    NotProcessed,
    /// The connection broke after the request began to be sent.
    Transport,
    /// The vendor answered with an error.
    Status,
    /// The answer is not what the vendor documents, or larger than the call's limit.
    Decode,
    /// The job that was waited for failed at the vendor.
    JobFailed,
    /// A body could not be written to where it was to go.
    Output,
    /// The store of access tokens could not be used.
    Store,
}

impl ErrorKind {
    /// The name that traces show.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Credentials => "credentials",
            Self::Request => "request",
            Self::Connect => "connect",
            Self::RateLimited => "rate_limited",
            Self::Timeout => "timeout",
            Self::NotProcessed => "not_processed",
            Self::Transport => "transport",
            Self::Status => "status",
            Self::Decode => "decode",
            Self::JobFailed => "job_failed",
            Self::Output => "output",
            Self::Store => "store",
        }
    }
}

//! Kinds of failure.

/// Kind of failure that an [`Error`](crate::Error) reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A client setting is missing or wrong.
    Configuration,
    /// Credentials are missing, used up, or of the wrong kind for the operation.
    Credentials,
    /// The request could not be built from the given values, or its body could not be read. The
    /// attempt sent no complete request.
    Request,
    /// No connection could be established, so the attempt sent nothing.
    Connect,
    /// The client's own rate limit would have delayed the request past the call's deadline, so the
    /// attempt sent nothing.
    RateLimited,
    /// A time limit of the call was exceeded.
    Timeout,
    /// The server rejected the request before processing it (HTTP/2: RFC 9113, sections 6.8 and
    /// 8.7).
    NotProcessed,
    /// The connection broke before the complete response had arrived.
    Transport,
    /// The vendor responded with an error.
    Status,
    /// The response differs from the vendor's documentation, or exceeds the call's size limit.
    Decode,
    /// The job that the client waited for failed at the vendor.
    JobFailed,
    /// A body could not be written to its destination.
    Output,
    /// The token store could not be used.
    Store,
}

impl ErrorKind {
    /// Returns the name of the kind in traces.
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

//! The questions to ask an error, each with what to do about it.

use http::StatusCode;

use crate::error::Error;
use crate::error::kind::ErrorKind;

impl Error {
    /// Whether the caller was not let in: a 401 or 403, a token exchange that was refused, or no credentials.
    ///
    /// *What to do:* check the credentials, and for a 403 what they are allowed to do. It was not retried and will not heal by itself.
    pub fn is_auth(&self) -> bool {
        self.kind() == ErrorKind::Credentials
            || self.is_refused_exchange()
            || self.has_status(|status| matches!(status, 401 | 403))
    }

    /// Whether the vendor knows the caller but does not allow this (403).
    ///
    /// *What to do:* give the credentials the right, or the token the scope, that the operation asks for.
    pub fn is_permission(&self) -> bool {
        self.has_status(|status| status == 403)
    }

    /// Whether too much was asked for in too short a time: the vendor answered 429, or the client's own rate limit leaves
    /// no turn before the call's deadline, in which case nothing was sent and [`status`](Self::status) is none.
    ///
    /// *What to do:* wait as long as [`retry_after`](Self::retry_after) says, and send less at once: see the builder's
    /// `limits`. A 429 for a call that costs money or sends a message is also
    /// [`is_maybe_applied`](Self::is_maybe_applied): some vendors refuse only after they have begun.
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited || self.has_status(|status| status == 429)
    }

    /// Whether the time ran out, on our side or on the vendor's (408).
    ///
    /// *What to do:* before a write is sent again, look whether it took effect. Give slow calls more time with `with_timeout`.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout || self.has_status(|status| status == 408)
    }

    /// Whether no connection could be made. Nothing was sent.
    ///
    /// *What to do:* check the base URL, the network, the proxy and the certificates; sending again is safe.
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Whether the server says that it refused the request before it processed it, by HTTP/2's means (RFC 9113, sections 6.8
    /// and 8.7). Nothing was done.
    ///
    /// *What to do:* sending again is safe. The call was repeated already, unless its body is a stream that was used up.
    pub fn is_not_processed(&self) -> bool {
        self.kind() == ErrorKind::NotProcessed
    }

    /// Whether the connection broke after the request began to be sent.
    ///
    /// *What to do:* before a write is sent again, look whether it took effect.
    pub fn is_transport(&self) -> bool {
        self.kind() == ErrorKind::Transport
    }

    /// Whether what was asked for does not exist (404, 410).
    ///
    /// *What to do:* check the id; some vendors also hide this way what the caller may not see.
    pub fn is_not_found(&self) -> bool {
        self.has_status(|status| matches!(status, 404 | 410))
    }

    /// Whether the request is at odds with what is there (409, 412).
    ///
    /// *What to do:* read the present state, then decide; sending the same again will not help.
    pub fn is_conflict(&self) -> bool {
        self.has_status(|status| matches!(status, 409 | 412))
    }

    /// Whether the vendor refused what the request holds (400, 422).
    ///
    /// *What to do:* correct what [`message`](Self::message) and [`fields`](Self::fields) name.
    pub fn is_validation(&self) -> bool {
        self.has_status(|status| status == 400 || (status == 422 && !self.is_refused_exchange()))
    }

    /// Whether the vendor failed (5xx).
    ///
    /// *What to do:* try later; if it stays, give the vendor's support the [`request_id`](Self::request_id).
    pub fn is_server(&self) -> bool {
        self.has_status(|status| (500..600).contains(&status))
    }

    /// Whether the vendor answered, but not with what it documents, or with more than the call's limit.
    ///
    /// *What to do:* the request took effect, so do not repeat a write. [`json_path`](Self::json_path) says where the answer
    /// departs; [`body`](Self::body) and `send_raw()` give it as it came. HTML often means a wrong base URL or a proxy.
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }

    /// Whether the call may have changed something: it was a write that was sent, and no answer tells its outcome.
    ///
    /// So it is after a timeout, a broken connection, a 5xx or a success that cannot be read; after a 429 where the call
    /// costs money, sends a message, or goes to a path that the operation table does not have; and after a redirect that
    /// an HTTP client of your own followed.
    ///
    /// *What to do:* look up at the vendor whether it took effect before you send it again, or send it again
    /// with the same `with_idempotency_key` where the operation takes one.
    pub fn is_maybe_applied(&self) -> bool {
        self.0.maybe_applied
    }

    /// Whether the job that was waited for failed at the vendor.
    ///
    /// *What to do:* read [`message`](Self::message) for the vendor's reason and [`job_state`](Self::job_state) for the last
    /// state; [`vendor`](Self::vendor) decodes the last answer. Waiting again does not help: mend the cause and start a new job.
    pub fn is_job_failed(&self) -> bool {
        self.kind() == ErrorKind::JobFailed
    }

    /// Whether the client was set up with something missing or wrong, credentials included.
    ///
    /// *What to do:* the message names the builder's method and the environment variable. Nothing was sent, unless
    /// [`is_maybe_applied`](Self::is_maybe_applied): then an HTTP client of your own followed a redirect of a write, and
    /// [`status`](Self::status) and [`body`](Self::body) are those of the last answer.
    pub fn is_configuration(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Configuration | ErrorKind::Credentials
        )
    }

    /// Whether the store of access tokens could not be read, locked or written.
    ///
    /// *What to do:* check the folder's place, owner and room; without a store every client gets tokens of its own.
    pub fn is_store(&self) -> bool {
        self.kind() == ErrorKind::Store
    }

    /// Whether the request could not be made from the arguments or the body given.
    ///
    /// *What to do:* the message names the argument. Nothing was sent.
    pub fn is_request(&self) -> bool {
        self.kind() == ErrorKind::Request
    }

    /// Whether a token operation was answered with a refusal. Vendors differ in the
    /// status: one answers 422 for a wrong client, another wraps the error in a 200.
    fn is_refused_exchange(&self) -> bool {
        self.kind() == ErrorKind::Status
            && self.0.operation.is_some_and(|operation| operation.token)
            && self.status().is_some_and(|status| {
                status.is_success() || matches!(status.as_u16(), 400 | 401 | 403 | 422)
            })
    }

    fn has_status(&self, asked: impl Fn(u16) -> bool) -> bool {
        self.kind() == ErrorKind::Status
            && self
                .status()
                .map(|status: StatusCode| status.as_u16())
                .is_some_and(asked)
    }
}

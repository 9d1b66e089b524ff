//! Predicates for errors, each with advice on what to do.

use http::StatusCode;

use crate::error::Error;
use crate::error::kind::ErrorKind;

impl Error {
    /// Returns whether authentication or authorization failed.
    ///
    /// This is the case for a 401 or 403, a rejected token exchange, or missing or unusable
    /// credentials.
    ///
    /// *What to do:* check the credentials, and for a 403 their permissions. Sending the call again
    /// won't help.
    pub fn is_auth(&self) -> bool {
        self.kind() == ErrorKind::Credentials
            || self.is_rejected_exchange()
            || self.has_status(|status| matches!(status, 401 | 403))
    }

    /// Returns whether the vendor recognizes the caller but forbids the request (403).
    ///
    /// *What to do:* grant the credentials the required permission, or request a token with the
    /// required scope.
    pub fn is_permission(&self) -> bool {
        self.has_status(|status| status == 403)
    }

    /// Returns whether the rate limit was exceeded.
    ///
    /// Either the vendor responded with 429, or the client's own rate limiter could not grant a
    /// permit before the call's deadline. In the second case, the attempt sent nothing, and
    /// [`status`](Self::status) is `None`.
    ///
    /// *What to do:* wait for the duration of [`retry_after`](Self::retry_after), and send fewer
    /// calls at the same time: see the builder's `limits`. After a 429, check
    /// [`is_maybe_applied`](Self::is_maybe_applied), because some vendors reject a request only
    /// after they have begun to process it.
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited || self.has_status(|status| status == 429)
    }

    /// Returns whether the call timed out, in the client or at the vendor (408).
    ///
    /// *What to do:* before sending a write again, check whether it took effect. Give slow calls
    /// more time with `with_timeout`.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout || self.has_status(|status| status == 408)
    }

    /// Returns whether no connection could be established, in which case the last attempt sent
    /// nothing.
    ///
    /// *What to do:* check the base URL, the network, the proxy and the certificates. Sending again
    /// is safe, unless an earlier attempt [may have taken effect](Self::is_maybe_applied).
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Returns whether the server rejected the request before processing it.
    ///
    /// HTTP/2 servers signal this (RFC 9113, sections 6.8 and 8.7).
    ///
    /// *What to do:* send the call again. This is safe, unless an earlier attempt [may have taken
    /// effect](Self::is_maybe_applied). The client already retried the call as often as its retry
    /// policy allows, unless the body is a stream that was consumed.
    pub fn is_not_processed(&self) -> bool {
        self.kind() == ErrorKind::NotProcessed
    }

    /// Returns whether the connection broke before the complete response had arrived.
    ///
    /// *What to do:* before sending a write again, check whether it took effect.
    pub fn is_transport(&self) -> bool {
        self.kind() == ErrorKind::Transport
    }

    /// Returns whether the resource doesn't exist (404, 410).
    ///
    /// *What to do:* check the id. Some vendors also respond this way for resources that the caller
    /// isn't allowed to see.
    pub fn is_not_found(&self) -> bool {
        self.has_status(|status| matches!(status, 404 | 410))
    }

    /// Returns whether the request conflicts with the current state (409, 412).
    ///
    /// *What to do:* read the current state, and then decide which request to send. Sending the
    /// same request again won't help.
    pub fn is_conflict(&self) -> bool {
        self.has_status(|status| matches!(status, 409 | 412))
    }

    /// Returns whether the vendor rejected the content of the request (400, 422).
    ///
    /// A 422 in response to a token exchange doesn't count: [`is_auth`](Self::is_auth) is true for
    /// it instead.
    ///
    /// *What to do:* correct the arguments that [`message`](Self::message) and
    /// [`fields`](Self::fields) mention.
    pub fn is_validation(&self) -> bool {
        self.has_status(|status| status == 400 || (status == 422 && !self.is_rejected_exchange()))
    }

    /// Returns whether the vendor's server failed (5xx).
    ///
    /// *What to do:* try again later. If the error persists, give the
    /// [`request_id`](Self::request_id) to the vendor's support.
    pub fn is_server(&self) -> bool {
        self.has_status(|status| (500..600).contains(&status))
    }

    /// Returns whether the vendor's response differs from its documentation or exceeds the call's
    /// size limit.
    ///
    /// *What to do:* don't repeat a write without checking, because it has probably taken effect.
    /// [`json_path`](Self::json_path) returns the position of the difference. [`body`](Self::body)
    /// and `send_raw()` return the response unmodified. An HTML response often means that the base
    /// URL is wrong or that a proxy responded.
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }

    /// Returns whether the call may have changed something: a write was sent, and its outcome is
    /// unknown.
    ///
    /// This is the case if any attempt ended with a timeout, a broken connection, a 5xx, or a
    /// success response that can't be read. The same applies to a redirect that your own HTTP
    /// client followed, and to a 3xx other than 304, 307 and 308. A 429 leaves the outcome open if
    /// the call costs money, sends a message, or uses a path that isn't in the operation table.
    ///
    /// *What to do:* check with the vendor whether the call took effect before you send it again.
    /// If you set an idempotency key (`with_idempotency_key`), you can send the call again with the
    /// same key instead.
    pub fn is_maybe_applied(&self) -> bool {
        self.0.maybe_applied
    }

    /// Returns whether the job failed at the vendor.
    ///
    /// *What to do:* read the vendor's reason in [`message`](Self::message) and the last state in
    /// [`job_state`](Self::job_state). [`vendor`](Self::vendor) decodes the last response. Waiting
    /// again doesn't help: fix the cause and start a new job.
    pub fn is_job_failed(&self) -> bool {
        self.kind() == ErrorKind::JobFailed
    }

    /// Returns whether a client setting is missing or wrong, including credentials.
    ///
    /// *What to do:* change the setting that the message describes. Usually, nothing was sent. The
    /// exceptions are requests that were redirected to a plain-http URL, and requests that your own
    /// HTTP client redirected.
    ///
    /// If your client redirected a write, [`is_maybe_applied`](Self::is_maybe_applied) is true.
    /// [`status`](Self::status) and [`body`](Self::body) then return the status and body of the last
    /// response, if there was one.
    pub fn is_configuration(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Configuration | ErrorKind::Credentials
        )
    }

    /// Returns whether the token store could not be read, locked or written.
    ///
    /// *What to do:* for a file store, check the location, owner and free space of its folder.
    /// Without a store, each client obtains its own tokens.
    pub fn is_store(&self) -> bool {
        self.kind() == ErrorKind::Store
    }

    /// Returns whether the request could not be built from its arguments, or its body could not be
    /// read.
    ///
    /// *What to do:* correct the argument or the file that the message mentions. No complete
    /// request was sent.
    pub fn is_request(&self) -> bool {
        self.kind() == ErrorKind::Request
    }

    /// Returns whether a token exchange was rejected.
    ///
    /// Statuses vary by vendor: one vendor responds with 422 for wrong client credentials, and
    /// another wraps the error in a 200.
    fn is_rejected_exchange(&self) -> bool {
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

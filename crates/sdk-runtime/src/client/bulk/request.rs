//! Builder for a bulk request.

use std::fmt;
use std::time::Duration;

use crate::client::bulk::batch::{Batches, Bounds};
use crate::client::bulk::lines::Lines;
use crate::client::bulk::statuses::BulkStatuses;
use crate::client::core::ClientCore;
use crate::request::argument::IntoArgument;
use crate::request::call::Call;
use crate::table::paging::BulkFormat;
use crate::table::request_body::Encoding;

/// Default maximum size of a request in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Builder for a bulk request. The items are read on demand, and the request never keeps all of
/// them in memory.
#[must_use = "a request does nothing until it is sent"]
pub struct BulkRequest<'c, S> {
    core: &'c ClientCore,
    call: Call,
    lines: Lines<'c>,
    concurrency: usize,
    max_bytes: usize,
    status: std::marker::PhantomData<fn() -> S>,
}

impl<'c, S> BulkRequest<'c, S> {
    /// Creates a bulk request from items and a call without a body.
    pub fn new(core: &'c ClientCore, call: Call, lines: Lines<'c>) -> Self {
        Self {
            core,
            call,
            lines,
            concurrency: 1,
            max_bytes: MAX_BYTES,
            status: std::marker::PhantomData,
        }
    }

    /// Sets the number of concurrent requests.
    ///
    /// With the default, 1, the vendor processes the items in order.
    ///
    /// Statuses always arrive in the order of the items.
    pub fn with_concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// Splits the items into requests of at most this many bytes.
    ///
    /// The default is 8 MiB. A longer item is sent alone.
    ///
    /// If the vendor responds with 413 (Content Too Large), the client sends the request in two
    /// halves. Later requests are no larger than those halves. An item that is too large by itself
    /// is reported as [`Refused`](crate::BulkOutcome::Refused).
    pub fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Limits the time of each request.
    pub fn with_timeout(mut self, limit: Duration) -> Self {
        self.call.timeout(limit);
        self
    }

    /// Sets the maximum number of attempts per request.
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.call.attempts(attempts);
        self
    }

    /// Adds a header to each request.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.call.header(name, value);
        self
    }

    /// Sets an optional parameter by its name in the OpenAPI document.
    pub fn argument(mut self, name: &str, value: impl IntoArgument) -> Self {
        self.call.argument(name, value);
        self
    }

    /// Sends the items and returns a status for each.
    ///
    /// Nothing is sent before the first status is polled. A request that was started runs to
    /// completion, even if the statuses are dropped.
    pub fn send(mut self) -> BulkStatuses<'c, S> {
        let operation = self.call.operation();
        let bounds = Bounds::new(operation.bulk, self.max_bytes);
        let wanted = match bounds.format {
            BulkFormat::Ndjson => Encoding::Lines,
            BulkFormat::Array => Encoding::Json,
        };
        let media = operation.body.map_or(&[][..], |body| body.media);
        if let Some(media) = media.iter().find(|media| media.encoding == wanted) {
            self.call.content_type(media.name);
        }
        let batches = Batches::new(operation, self.lines, bounds);
        BulkStatuses::new(self.core, self.call, batches, self.concurrency)
    }
}

impl<S> fmt::Debug for BulkRequest<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkRequest")
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}

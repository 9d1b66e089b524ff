//! Settings of a sandbox.

mod start;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::rules::credentials::Credentials;
use crate::state::request_log::{LoggedRequest, Observer};

/// Builder for a sandbox.
///
/// By default, the sandbox simulates all embedded vendors on free ports, with the vendors' token
/// lifetimes, a seed of 1, and 3 records per list.
#[derive(Default)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct Builder {
    vendors: Vec<String>,
    own: Vec<(String, String, String)>,
    credentials: BTreeMap<String, Credentials>,
    token_lifetime: Option<Duration>,
    refused: Vec<String>,
    port: u16,
    seed: Option<u64>,
    items: Option<u64>,
    strict: bool,
    lenient_references: bool,
    discard_uploads: bool,
    memory: Option<usize>,
    rate_limited: bool,
    rate_limits: BTreeMap<String, (u64, Duration, Option<u64>)>,
    accounts: BTreeMap<String, String>,
    admin_port: u16,
    observer: Option<Observer>,
    webhooks_anywhere: bool,
    job_pace: Option<Duration>,
}

impl Builder {
    /// Adds an embedded vendor to the simulated vendors.
    ///
    /// Call this method once per vendor. By default, the sandbox simulates all embedded vendors, or
    /// none of them if [`document`](Self::document) adds a vendor.
    pub fn vendor(mut self, name: impl Into<String>) -> Self {
        self.vendors.push(name.into());
        self
    }

    /// Adds a vendor with your own merged OpenAPI document (JSON) and profile (YAML).
    ///
    /// The profile can be empty or contain only comments. In this case, the sandbox accepts test
    /// credentials. Token operations (`x-sdk-token`) accept these credentials in the way that
    /// `x-sdk-credentials` describes. Operations that `x-sdk-credentials` doesn't describe accept
    /// them through HTTP Basic or in the body. Errors have the format of the schema with
    /// `x-sdk-error`, or a common format if no schema has `x-sdk-error`.
    pub fn document(
        mut self,
        name: impl Into<String>,
        document: impl Into<String>,
        profile: impl Into<String>,
    ) -> Self {
        self.own
            .push((name.into(), document.into(), profile.into()));
        self
    }

    /// Replaces the test credentials of a vendor.
    pub fn credentials(mut self, vendor: impl Into<String>, credentials: Credentials) -> Self {
        self.credentials.insert(vendor.into(), credentials);
        self
    }

    /// Sets the lifetime of access tokens for all vendors.
    ///
    /// Token responses contain the lifetime in seconds, rounded up.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = Some(lifetime);
        self
    }

    /// Makes a vendor reject all access tokens, even new ones.
    pub fn reject_tokens(mut self, vendor: impl Into<String>) -> Self {
        self.refused.push(vendor.into());
        self
    }

    /// Sets the port of the first vendor.
    ///
    /// The other vendors use the ports after this one. Defaults to 0, which selects free ports.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the seed of sample responses and tokens.
    ///
    /// The same seed produces the same samples. Defaults to 1.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets the number of seed records per collection.
    ///
    /// Seed records are generated on demand. Defaults to 3.
    pub fn items(mut self, items: u64) -> Self {
        self.items = Some(items);
        self
    }

    /// Makes the sandbox respond with 404 for records that are neither seed records nor created
    /// records.
    ///
    /// By default, the sandbox generates a record for any key that a call reads or changes, unless
    /// the record was deleted.
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Makes the sandbox accept references to records that don't exist.
    ///
    /// Use this in tests that send arbitrary bodies. References to deleted records are still
    /// rejected. By default, a reference that the vendor enforces must refer to a stored record or
    /// a seed record.
    pub fn lenient_references(mut self) -> Self {
        self.lenient_references = true;
        self
    }

    /// Makes the sandbox discard the content of uploaded files and keep only their size.
    pub fn discard_uploads(mut self) -> Self {
        self.discard_uploads = true;
        self
    }

    /// Limits the memory for records and files per vendor, in bytes.
    ///
    /// Defaults to 256 MiB. A call that exceeds the limit fails with 507, or with 413 if its
    /// uploaded files alone exceed the remaining memory.
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// Enables the rate limits of all vendors that have them. Off by default.
    pub fn rate_limited(mut self) -> Self {
        self.rate_limited = true;
        self
    }

    /// Sets and enables the rate limits of a vendor.
    ///
    /// The vendor accepts `requests` calls in each period of `per` (whole seconds, at least 1), and
    /// `concurrent` calls at the same time. With `None`, the number of concurrent calls is
    /// unlimited. Token exchanges don't count as calls.
    pub fn rate_limit(
        mut self,
        vendor: impl Into<String>,
        requests: u64,
        per: Duration,
        concurrent: Option<u64>,
    ) -> Self {
        self.rate_limits
            .insert(vendor.into(), (requests, per, concurrent));
        self
    }

    /// Sets the state of a vendor's account, such as `suspended`.
    ///
    /// The state affects only vendors that report it in the response to a token request, instead of
    /// issuing a token.
    pub fn account_status(mut self, vendor: impl Into<String>, state: impl Into<String>) -> Self {
        self.accounts.insert(vendor.into(), state.into());
        self
    }

    /// Sets the port of the index page, the documents and the admin API.
    ///
    /// Defaults to 0, which selects a free port.
    pub fn admin_port(mut self, port: u16) -> Self {
        self.admin_port = port;
        self
    }

    /// Allows webhooks to any address over plain HTTP.
    ///
    /// By default, webhooks are sent only to loopback addresses.
    pub fn webhooks_anywhere(mut self) -> Self {
        self.webhooks_anywhere = true;
        self
    }

    /// Sets the time between two states of a job whose states trigger webhooks.
    ///
    /// Defaults to 50 ms. These jobs advance automatically, in addition to each poll. All other
    /// jobs advance only when they are polled, or through
    /// [`Sandbox::advance_jobs`](crate::Sandbox::advance_jobs).
    pub fn job_pace(mut self, pace: Duration) -> Self {
        self.job_pace = Some(pace);
        self
    }

    /// Sets a callback that receives each logged request when its response is ready, or when its
    /// connection is about to be reset.
    pub fn on_request(mut self, observer: impl Fn(&LoggedRequest) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("vendors", &self.vendors)
            .field("port", &self.port)
            .field("seed", &self.seed)
            .field("items", &self.items)
            .finish_non_exhaustive()
    }
}

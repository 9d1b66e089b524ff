//! The settings of a sandbox.

mod start;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::rules::credentials::Credentials;
use crate::state::request_log::{LoggedRequest, Observer};

/// Settings of a sandbox that is about to start.
///
/// To begin with: every embedded vendor, free ports, the token lifetimes of the vendors, seed 1, lists of 3 items.
#[derive(Default)]
#[must_use = "a builder does nothing until `start`"]
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
    discard_uploads: bool,
    memory: Option<usize>,
    rate_limited: bool,
    rate_limits: BTreeMap<String, (u64, Duration, Option<u64>)>,
    accounts: BTreeMap<String, String>,
    admin_port: u16,
    observer: Option<Observer>,
}

impl Builder {
    /// Plays this vendor; can be said more than once. Without it all embedded vendors are played.
    pub fn vendor(mut self, name: impl Into<String>) -> Self {
        self.vendors.push(name.into());
        self
    }

    /// Plays a vendor from a merged OpenAPI document (JSON) and a profile (YAML) of one's own.
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

    /// Gives a vendor other credentials than its usual test credentials.
    pub fn credentials(mut self, vendor: impl Into<String>, credentials: Credentials) -> Self {
        self.credentials.insert(vendor.into(), credentials);
        self
    }

    /// How long access tokens live, of every vendor. Answers state it in seconds, rounded up.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = Some(lifetime);
        self
    }

    /// Makes a vendor refuse every access token, also those that it has just handed out.
    pub fn reject_tokens(mut self, vendor: impl Into<String>) -> Self {
        self.refused.push(vendor.into());
        self
    }

    /// The port of the first vendor; the others take the ports after it. 0, the default: free ports.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sample answers and tokens of the same seed are the same.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// How many items every list has before anything is created; they are made when they are asked for.
    pub fn items(mut self, items: u64) -> Self {
        self.items = Some(items);
        self
    }

    /// Answers 404 for every record that is neither one of the listed ones nor was created. Without it, a record of
    /// any key is made up when it is read or changed, unless it was deleted.
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Counts the bytes of uploaded files without keeping them.
    pub fn discard_uploads(mut self) -> Self {
        self.discard_uploads = true;
        self
    }

    /// How many bytes of records and files each vendor keeps (256 MiB). What would be more is answered 507, or 413
    /// while it is still coming in.
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// Limits calls as every vendor does that is known to; without it there are no limits.
    pub fn rate_limited(mut self) -> Self {
        self.rate_limited = true;
        self
    }

    /// Limits the calls of a vendor to so many in a time (whole seconds), and to so many at once.
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

    /// The state of the account at a vendor that tells it in place of a token, such as `suspended`.
    pub fn account_status(mut self, vendor: impl Into<String>, state: impl Into<String>) -> Self {
        self.accounts.insert(vendor.into(), state.into());
        self
    }

    /// The port of what is no vendor: the page, the documents, the admin endpoint. 0, the default: a free port.
    pub fn admin_port(mut self, port: u16) -> Self {
        self.admin_port = port;
        self
    }

    /// Is told of every request when it is answered.
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

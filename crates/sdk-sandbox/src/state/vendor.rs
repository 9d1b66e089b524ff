//! A simulated vendor: its document, its profile and its state.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use crate::error::Error;
use crate::http::body_reader::BodyBudget;
use crate::http::parameter_value::value_of;
use crate::http::request::Request;
use crate::json::template::fill_text;
use crate::openapi::document::Document;
use crate::openapi::operation::Operation;
use crate::openapi::path_template::PathValues;
use crate::openapi::router::{RouteMatch, RouteRequest, find};
use crate::resources::inference::Resources;
use crate::rules::credentials::Credentials;
use crate::rules::profile::Profile;
use crate::state::effects::Effects;
use crate::state::fault::{Fault, Faults};
use crate::state::jobs::Jobs;
use crate::state::outbox::Outbox;
use crate::state::rate_limiter::Limiter;
use crate::state::request_log::Log;
use crate::state::signing_keys::SigningKeys;
use crate::state::store::Store;
use crate::state::tokens::Tokens;

/// A simulated vendor and its state.
pub(crate) struct Vendor {
    pub(crate) name: String,
    pub(crate) document: Arc<Document>,
    pub(crate) profile: Arc<Profile>,
    pub(crate) resources: Arc<Resources>,
    pub(crate) credentials: Credentials,
    pub(crate) tokens: Tokens,
    pub(crate) faults: Faults,
    pub(crate) limiter: Limiter,
    pub(crate) store: Store,
    pub(crate) effects: Effects,
    pub(crate) jobs: Jobs,
    /// Time between the states of a job that advances automatically.
    pub(crate) job_pace: Duration,
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) signing_keys: SigningKeys,
    /// Whether webhooks can be sent to addresses other than loopback.
    pub(crate) webhooks_anywhere: bool,
    pub(crate) log: Arc<Log>,
    pub(crate) budget: Arc<BodyBudget>,
    pub(crate) seed: u64,
    pub(crate) items: u64,
    /// Whether only existing records can be read, changed or deleted.
    pub(crate) strict: bool,
    /// Whether a record can refer to records that don't exist.
    pub(crate) lenient_references: bool,
    pub(crate) discard_uploads: bool,
    /// Memory limit for records and files, in bytes.
    pub(crate) memory: usize,
    /// State of the account, or `None` if the account is approved.
    pub(crate) account: Mutex<Option<String>>,
    /// Scheme, host and port. Set when the port is known.
    pub(crate) origin: OnceLock<String>,
    /// Scheme, host and port of the origin to which faults redirect.
    pub(crate) elsewhere: OnceLock<String>,
    pub(crate) requests: AtomicU64,
    /// Weak reference for background tasks, which end when the vendor is dropped.
    pub(crate) itself: OnceLock<Weak<Vendor>>,
}

impl Vendor {
    /// Finds the operation for a request.
    pub(crate) fn find(&self, request: &Request) -> RouteMatch<'_> {
        let wanted = RouteRequest {
            method: &request.method,
            path: &request.path,
            query: &request.query,
        };
        let takes = |operation: &Operation, path: &PathValues| {
            operation
                .parameters
                .iter()
                .all(|parameter| match value_of(parameter, request, path) {
                    None => !parameter.required,
                    Some(value) => {
                        let faults = parameter.check.violations(&self.document, &value);
                        faults.is_ok_and(|faults| faults.is_empty())
                    }
                })
        };
        let document = &self.document;
        find(&document.operations, &document.base_path, wanted, takes)
    }

    pub(crate) fn origin(&self) -> &str {
        self.origin.get().map(String::as_str).unwrap_or_default()
    }

    pub(crate) fn elsewhere(&self) -> &str {
        self.elsewhere.get().map(String::as_str).unwrap_or_default()
    }

    /// Returns the base URL: the origin and the base path, without a trailing slash.
    pub(crate) fn base_url(&self) -> String {
        format!("{}{}", self.origin(), self.document.base_path)
    }

    /// Returns the state of the account, or `None` if the account is approved.
    pub(crate) fn account_state(&self) -> Option<String> {
        let account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        let approved = self.profile.account.as_ref().map(|rules| &rules.approved);
        account.clone().filter(|state| Some(state) != approved)
    }

    /// Returns a token that has all scopes and does not expire: the standing token, or a new one.
    pub(crate) fn issue_token(&self) -> String {
        if let Some(token) = &self.credentials.standing_token {
            return token.clone();
        }
        let token = format!("{}-sandbox-token", self.name);
        let scopes = all_scopes(&self.document, &self.profile);
        self.tokens.accept(&token, scopes);
        token
    }

    /// Adds a fault for the next calls. Fails if the document doesn't have the operation of the
    /// fault.
    pub(crate) fn add_fault(&self, fault: Fault) -> Result<(), Error> {
        let mut operations = self.document.operations.iter();
        let unknown = fault
            .operation
            .as_deref()
            .filter(|id| !operations.any(|known| known.id == *id));
        if let Some(id) = unknown {
            return Err(Error::new(format!(
                "{} does not have the operation {id:?} of the fault",
                self.name
            )));
        }
        self.faults.add(fault, self.seed);
        Ok(())
    }

    /// Deletes records, effects, jobs, webhooks (including subscriptions and delivery options),
    /// faults, and used one-time values. Tokens stay valid.
    pub(crate) fn reset(&self) {
        self.store.clear();
        self.effects.clear();
        self.jobs.clear();
        self.outbox.clear();
        self.faults.clear();
        self.tokens.forget_used();
    }

    /// Returns the sets of environment variables that configure a client.
    pub(crate) fn environments(&self) -> Vec<Vec<(String, String)>> {
        let values = self.credentials.values();
        let base = format!("{}_BASE_URL", prefix(&self.name));
        let filled = |variables: &BTreeMap<String, String>| {
            let own = variables
                .iter()
                .map(|(name, text)| (name.clone(), fill_text(text, &values)));
            std::iter::once((base.clone(), self.base_url()))
                .chain(own)
                .collect()
        };
        self.profile.environments.iter().map(filled).collect()
    }
}

impl fmt::Debug for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vendor")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Returns the prefix of a vendor's environment variables: the name in upper case, with underscores
/// instead of hyphens, and with an `X` before a leading digit.
pub(crate) fn prefix(vendor: &str) -> String {
    let letter = if vendor.starts_with(|first: char| first.is_ascii_digit()) {
        "X"
    } else {
        ""
    };
    format!("{letter}{}", vendor.to_uppercase().replace('-', "_"))
}

/// Returns all scopes that token exchanges grant or that operations require. Some documents don't
/// describe how tokens are issued, so the token exchanges alone are not sufficient.
pub(crate) fn all_scopes(document: &Document, profile: &Profile) -> Vec<String> {
    let exchanges = profile.tokens.exchanges.values();
    let granted = exchanges.filter_map(|rules| rules.scope.as_ref());
    let granted = granted.flat_map(|scope| scope.known.iter());
    let requirements = document.operations.iter().flat_map(|o| &o.security);
    let required = requirements.flatten().flat_map(|demand| &demand.scopes);
    let scopes: BTreeSet<&String> = granted.chain(required).collect();
    scopes.into_iter().cloned().collect()
}

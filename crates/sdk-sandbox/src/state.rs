//! State of a vendor between calls: records, tokens, effects, jobs, webhooks, rate limits, the
//! request log, and pending faults. Each store has its own file and its own lock. `vendor` combines
//! all stores with the document and the profile. `records` determines which record a call refers
//! to.

pub(crate) mod delivery;
pub(crate) mod effects;
pub(crate) mod fault;
pub(crate) mod fault_effects;
pub(crate) mod fault_text;
pub(crate) mod jobs;
pub(crate) mod occasion;
pub(crate) mod outbox;
pub(crate) mod rate_limiter;
pub(crate) mod request_log;
pub(crate) mod signing_keys;
pub(crate) mod store;
pub(crate) mod tokens;
pub(crate) mod vendor;

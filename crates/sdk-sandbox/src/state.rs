//! .

pub(crate) mod effects;
pub(crate) mod fault;
pub(crate) mod fault_effects;
pub(crate) mod fault_text;
pub(crate) mod jobs;
pub(crate) mod rate_limiter;
pub(crate) mod request_log;
pub(crate) mod store;
pub(crate) mod tokens;

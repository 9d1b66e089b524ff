//! How a client obtains, caches and renews access tokens.
//!
//! An exchange is a call without a token, so this layer uses `call_path` and never the reverse.

pub(crate) mod authenticate;
mod cache_state;
mod exchange_task;
mod in_flight;
mod obtain;
mod token_answer;
pub(crate) mod token_cache;
pub(crate) mod token_source;

//! How a client obtains, caches and renews access tokens.
//!
//! A token exchange is itself a call, sent without a token, so this layer depends on `call_path`.
//! The call path doesn't depend on this layer: it gets tokens through a trait, `TokenProvider`.

pub(crate) mod authenticate;
mod cache_state;
mod entry_slot;
pub(crate) mod exchange;
mod exchange_task;
mod flight;
pub(crate) mod given_credentials;
mod in_flight;
mod obtain;
mod record;
mod refresh_refusal;
mod refresh_tokens;
mod token_answer;
pub(crate) mod token_cache;
pub(crate) mod token_source;

//! What a vendor sends by itself: payloads of webhooks, their signatures, the URLs they go to, and their delivery.
//! When a call or a job sends one is told by `response` and `call`; the outbox is in `state`.

pub(crate) mod canonical_json;
pub(crate) mod kept;
pub(crate) mod payload;
pub(crate) mod send;
pub(crate) mod signature;
pub(crate) mod target;
pub(crate) mod trigger;
pub(crate) mod webhook;

//! Webhooks that a vendor sends: payloads, signatures, URLs and delivery. `response` and `call`
//! decide when a call or a job triggers a webhook. The outbox is in `state`.

pub(crate) mod canonical_json;
pub(crate) mod kept;
pub(crate) mod payload;
pub(crate) mod send;
pub(crate) mod signature;
pub(crate) mod target;
pub(crate) mod trigger;
pub(crate) mod webhook;

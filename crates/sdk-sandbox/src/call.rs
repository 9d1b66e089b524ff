//! .

pub(crate) mod authorize;
pub(crate) mod handle_operation;
pub(crate) mod idempotency;
pub(crate) mod negotiate;
pub(crate) mod parse_body;
pub(crate) mod stream_lines;
pub(crate) mod token_exchange;
pub(crate) mod validate;

//! Steps of one call, in the order of `handle_operation`: `authorize`, `negotiate` and
//! `parse_body`, then either `token_exchange`, or `validate` and the action. The action runs once
//! per idempotency key (`idempotency`), or line by line (`stream_lines`). Cheap checks come first.
//! Because `authorize` is the first step, a caller without valid credentials doesn't learn about
//! other errors in the request. `server` applies faults and rate limits, and logs requests.

pub(crate) mod authorize;
pub(crate) mod handle_operation;
pub(crate) mod idempotency;
pub(crate) mod negotiate;
pub(crate) mod parse_body;
pub(crate) mod stream_lines;
pub(crate) mod token_exchange;
pub(crate) mod validate;

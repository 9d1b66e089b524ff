//! A call before it is sent: arguments, body and options.
//!
//! How a call is sent, and how often, belongs to `call_path`.

pub(crate) mod argument;
pub(crate) mod body;
pub(crate) mod call;
pub(crate) mod credential;
pub(crate) mod departure;
pub(crate) mod handover;

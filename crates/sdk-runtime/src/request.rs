//! A call before it is sent: arguments, body, options and credential.
//!
//! Also records whether the call was sent or withdrawn.
//!
//! `call_path` decides how and how often a call is sent.

pub(crate) mod argument;
pub(crate) mod body;
pub(crate) mod call;
pub(crate) mod credential;
pub(crate) mod departure;
pub(crate) mod handover;

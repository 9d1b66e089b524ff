//! Tests for a vendor crate's example. The example shows the token call, or a first call if the API
//! doesn't have a token operation.

pub(crate) mod first_call;
pub(crate) mod token;

//! Tests of the examples of a vendor crate: the token call, or a first call where the API has no token operation.

pub(crate) mod first_call;
pub(crate) mod token;

//! Tests of a vendor crate's example. It shows the token call, or a first call if the API has no
//! token operation.

pub(crate) mod first_call;
pub(crate) mod token;

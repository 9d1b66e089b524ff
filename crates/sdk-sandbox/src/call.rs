//! .

pub(crate) mod handle_operation;
pub(crate) mod negotiate;
pub(crate) mod parse_body;
pub(crate) mod token_exchange;

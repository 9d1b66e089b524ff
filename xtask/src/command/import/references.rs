//! A pass over references: makes each one refer to a component of the right kind, or replaces and
//! reports it.

mod circle;
mod place_words;
pub(super) mod resolve;
mod target;

//! References: each leads to a component of the right kind, or is told to lead nowhere.

mod circle;
mod place_words;
pub(super) mod resolve;
mod target;

//! Passes over references: each refers to a component of the right kind, or is reported as broken.

mod circle;
mod place_words;
pub(super) mod resolve;
mod target;

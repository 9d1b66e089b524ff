//! Emits the part of `lib.rs` that is the same in every vendor crate: its modules and re-exports.

/// The modules of the crate, for `lib.rs`; formatted as rustfmt does.
pub(crate) const MODULES: &str = "\
// Not `mod auth`: a tag of the API may have that name.
#[path = \"auth.rs\"]
mod credentials;
#[rustfmt::skip]
mod generated;

pub use credentials::Credentials;
pub use generated::*;
";

#![doc = include_str!("../README.md")]

// @generated begin crate
// Not `mod auth`: a tag of the API may have that name.
#[path = "auth.rs"]
mod credentials;
#[rustfmt::skip]
mod generated;

pub use credentials::Credentials;
pub use generated::*;
// @generated end crate

pub mod scope;

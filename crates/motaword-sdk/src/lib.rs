#![doc = include_str!("../README.md")]

// @generated begin crate
#[rustfmt::skip]
mod generated;

pub use generated::*;
// @generated end crate

#[cfg(feature = "continuous-project")]
pub mod encoded_file;

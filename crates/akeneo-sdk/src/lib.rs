#![doc = include_str!("../README.md")]

// @generated begin crate
mod exchange_hook;
#[rustfmt::skip]
mod generated;

pub use generated::*;
// @generated end crate

pub mod app;
pub mod media;
pub mod search;
pub mod values;

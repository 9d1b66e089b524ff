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

#[cfg(feature = "contract-events")]
pub mod event_logs;
#[cfg(feature = "transactions")]
pub mod find_transaction;
#[cfg(feature = "contract-methods")]
pub mod params;
#[cfg(feature = "x402")]
pub mod payment;

pub use sdk_runtime::{AnyJson, BigNumber, Patch};

#![doc = include_str!("../README.md")]

// @generated begin crate
#[rustfmt::skip]
mod generated;

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

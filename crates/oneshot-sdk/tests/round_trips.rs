//! Reads samples of every type of the crate, and writes them again.
#![cfg(feature = "serde-both-ways")]

sdk_conformance::round_trips!();

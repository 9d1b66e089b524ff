//! Reads samples of every type of the crate, and writes them again; sends all parameters and bodies to the sandbox.
#![cfg(feature = "serde-both-ways")]

sdk_conformance::round_trips!(motaword_sdk);

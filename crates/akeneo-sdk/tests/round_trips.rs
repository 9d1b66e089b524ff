//! Deserializes and serializes samples of all types of the crate, and sends all parameters and bodies to the sandbox.
#![cfg(feature = "serde-both-ways")]

sdk_conformance::round_trips!(akeneo_sdk);

//! Runs the conformance suite for every operation of the crate.

sdk_conformance::every_operation!(motaword_sdk);

//! Runs the conformance suite over every operation of the crate.

sdk_conformance::every_operation!(akeneo_sdk);

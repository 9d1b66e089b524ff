//! Runs the conformance suite over every operation of the crate.

sdk_conformance::every_operation!(oneshot_sdk);

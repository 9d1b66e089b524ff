//! Tests every failure mode on every kind of operation.
//!
//! `kind` classifies operations by the properties that the retry rules use. `expected` lists the
//! failure modes and their expected results. `matrix` makes the calls and compares their results.
//! The sandbox implements the faults (`sdk_sandbox::Fault`).

mod expected;
mod kind;
pub(crate) mod matrix;

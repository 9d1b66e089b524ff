//! Tests of behavior that is specific to this vendor: money, amounts, long reads of logs, and the sandbox.
#![allow(clippy::unwrap_used, clippy::panic)] // In a test, a panic is the failure report.

mod amounts;
mod event_logs;
mod lookups;
mod marks;
mod played;
mod scripted;
mod secrets;
mod values;
mod waits;

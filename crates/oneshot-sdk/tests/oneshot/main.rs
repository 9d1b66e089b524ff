//! Tests of what is special about this vendor: money, amounts, long reads of logs, and the sandbox that plays it.
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

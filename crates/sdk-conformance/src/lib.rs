#![doc = include_str!("../README.md")]

// Shared by the suites: the connection of a client to the sandbox, the credentials of the client, a
// single call, and the report.
mod client_config;
mod connect;
mod fitting;

mod case;
mod report;

// Test suites.
mod by_table;
mod drift;
mod errors;
mod faults;
mod round_trips;
mod typed;
mod wire_trips;

// Tests of a vendor crate's example, and macros for the crate's test files.
mod example;
mod macros;

pub use by_table::call_by_table;
pub use case::Case;
pub use client_config::ClientConfigOf;
pub use drift::change_answers;
pub use errors::provoke_errors;
pub use example::first_call::make_first_call;
pub use example::token::{print_no_secret, report_wrong_credentials};
pub use faults::matrix::{Matrix, fault_matrix};
pub use report::Report;
pub use round_trips::{RoundTrip, RoundTripReport, round_trips};
pub use typed::{call_typed, call_typed_in};
pub use wire_trips::{WireTripReport, wire_trips};

/// Re-exported for the macros.
#[doc(hidden)]
pub use sdk_runtime;

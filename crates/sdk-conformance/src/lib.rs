#![doc = include_str!("../README.md")]

// Shared by the suites: the settings of a client, one call, and the report of a suite.
mod client_config;
mod connect;

mod case;
mod report;

// The suites, in the order in which a vendor crate runs them.
mod by_table;
mod drift;
mod errors;
mod faults;
mod round_trips;
mod typed;
mod wire_trips;

// Macros for a vendor crate's test files.
mod macros;
mod token_example;

pub use by_table::call_by_table;
pub use case::Case;
pub use client_config::ClientConfigOf;
pub use drift::change_answers;
pub use errors::provoke_errors;
pub use faults::matrix::{Matrix, fault_matrix};
pub use report::Report;
pub use round_trips::{RoundTrip, RoundTripReport, round_trips};
pub use token_example::{print_no_secret, report_wrong_credentials};
pub use typed::{call_typed, call_typed_in};
pub use wire_trips::{WireTripReport, wire_trips};

/// The runtime, for the macros.
#[doc(hidden)]
pub use sdk_runtime;

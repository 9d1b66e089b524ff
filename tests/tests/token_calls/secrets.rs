//! Tests that secrets are never printed.
//!
//! Neither the types of the secrets nor errors that echo secrets may show them.

mod akeneo;
mod metquay;
mod motaword;
mod oneshot;
mod smscx;

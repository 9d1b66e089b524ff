//! Tests that secrets are never printed.
//!
//! Neither types that contain secrets nor errors that echo secrets may show them.

mod akeneo;
mod metquay;
mod motaword;
mod oneshot;
mod smscx;

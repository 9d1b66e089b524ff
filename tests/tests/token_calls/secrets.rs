//! Tests that secrets are never printed.
//!
//! Neither their types nor errors that repeat them may show the secrets.

mod akeneo;
mod metquay;
mod motaword;
mod oneshot;
mod smscx;

//! Tests that secrets are never printed.
//!
//! Types that contain secrets don't print them, and errors don't print secrets that a response
//! echoes.

mod akeneo;
mod metquay;
mod motaword;
mod oneshot;
mod smscx;

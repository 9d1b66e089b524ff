//! Secrets are never printed: neither by their types, nor by errors in which the vendor repeats
//! them.

mod akeneo;
mod metquay;
mod motaword;
mod oneshot;
mod smscx;

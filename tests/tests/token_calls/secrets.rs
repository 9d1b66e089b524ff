//! No secret is ever printed: neither by what holds it, nor by errors of which the vendor repeats it.

mod akeneo;
mod metquay;
mod motaword;
mod oneshot;
mod smscx;

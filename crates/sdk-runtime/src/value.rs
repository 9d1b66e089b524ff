//! Values that requests and answers are made of, beside what serde and the standard library have.

mod any_json;
mod big_number;
mod date;
mod expires_in;
#[cfg(feature = "schemars")]
mod json_schema;
pub mod lenient;
#[doc(hidden)]
pub mod object;
mod open_enum;
mod open_object;
mod patch;
mod secret;
pub mod union;

pub use any_json::AnyJson;
pub use big_number::BigNumber;
pub use date::{Date, DateTime};
pub use expires_in::ExpiresIn;
pub use patch::Patch;
pub use secret::Secret;
pub(crate) use secret::written;

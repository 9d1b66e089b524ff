//! Rules about schemas: references, schemas without a Rust type, invalid values, and unmarked
//! secrets.
//!
//! The module `operations` contains the rules about operations that use schemas.

mod cycle;
mod reference;
mod schema;
mod secret;
mod value;

use super::index::Spec;

/// All rules about schemas.
pub(super) const CHECKS: [fn(&mut Spec<'_>); 5] = [
    reference::check,
    cycle::check,
    schema::check,
    value::check,
    secret::check,
];

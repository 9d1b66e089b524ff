//! Rules about schemas: references, forms that have no Rust type, values that do not fit, secrets without a mark.
//!
//! Rules about the operations that use a schema belong to `operations`.

mod cycle;
mod reference;
mod schema;
mod secret;
mod value;

use super::index::Spec;

/// Every rule about schemas.
pub(super) const CHECKS: [fn(&mut Spec<'_>); 5] = [
    reference::check,
    cycle::check,
    schema::check,
    value::check,
    secret::check,
];

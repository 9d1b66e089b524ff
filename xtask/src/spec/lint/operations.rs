//! Rules about operations and their parts: servers, tags, paths, parameters, bodies, responses, and
//! security.
//!
//! The module `schemas` contains the rules about schemas.

mod answer;
mod body;
pub(crate) mod operation;
pub(crate) mod parameter;
pub(crate) mod path;
mod security;
mod server;
pub(crate) mod tag;
mod verb;

use super::index::Spec;

/// All rules about operations.
pub(super) const CHECKS: [fn(&mut Spec<'_>); 8] = [
    server::check,
    security::check,
    tag::check,
    operation::check,
    path::check,
    parameter::check,
    body::check,
    answer::check,
];

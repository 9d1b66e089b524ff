//! The interface to progenitor: its input document, its run, and the parts of its output that are
//! kept.
//!
//! This layer determines types and method signatures. The module `emit` emits their code.

mod input;
mod relevant;
mod run;
mod split_output;
mod type_argument;

pub(crate) use input::API_ERROR;
pub(crate) use split_output::{
    Field, Kind, Presence, Qualify, RustApi, SHARED, Type, Variant, is_text_or_integer, names_in,
};
pub(crate) use type_argument::{first_argument, inside};

use crate::model::Api;

/// Returns the types and signatures of an API. `file_of` returns the module whose file declares a
/// schema.
pub(crate) fn rust_api(
    api: &Api<'_>,
    file_of: impl Fn(&str) -> Option<String>,
) -> anyhow::Result<RustApi> {
    let (document, names) = input::document(api)?;
    let output = run::run(api.vendor, document)?;
    split_output::split(api, &names, output, file_of)
}

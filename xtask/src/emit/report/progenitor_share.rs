//! Emits the table in ARCHITECTURE.md that lists per vendor how many types and signatures come from
//! progenitor and how many are ours.

use crate::emit::docs_text::line;
use crate::model::{Api, Encoding};
use crate::progenitor::{Kind, RustApi};

/// Header of the table.
pub(crate) const HEAD: &str = "\
| vendor | operations | signatures from progenitor | JSON Lines (ours) | multipart bodies with files (ours) | types | structs and enums from progenitor | unions (ours) |
| --- | --- | --- | --- | --- | --- | --- | --- |
";

/// Returns the row of a vendor.
pub(crate) fn row(api: &Api<'_>, rust_api: &RustApi) -> String {
    let encodings: Vec<_> = api
        .operations
        .iter()
        .filter_map(|operation| Some(operation.variants(api).first()?.encoding))
        .collect();
    let of_ours = |wanted| encodings.iter().filter(|known| **known == wanted).count();
    let signed = api
        .operations
        .iter()
        .filter(|o| o.has_progenitor_signature(api))
        .count();
    let types = rust_api.types.values();
    let unions = types
        .filter(|ty| matches!(ty.record.kind, Kind::Union(_)))
        .count();
    format!(
        "| {} | {} | {signed} | {} | {} | {} | {} | {unions} |\n",
        line(api.title).replace('|', "\\|"),
        api.operations.len(),
        of_ours(Encoding::Lines),
        of_ours(Encoding::Parts),
        rust_api.types.len(),
        rust_api.types.len() - unions,
    )
}

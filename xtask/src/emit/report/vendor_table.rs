//! Emits the table of vendors in the workspace's README: the size of each crate, and how much of it
//! the tests cover.

use crate::emit::docs_text::{code, line};
use crate::model::Api;
use crate::name;

/// Header of the table.
pub(crate) const HEAD: &str = "\
| vendor | operations | typed calls in tests | error responses in tests | cargo features |
| --- | --- | --- | --- | --- |
";

/// Returns the row of a vendor. `operations` is the number of operations in the vendor's document.
/// An operation counts once, even if it has one method per variant.
pub(crate) fn row(api: &Api<'_>, operations: usize) -> String {
    let package = name::package(api.vendor);
    let title = line(api.title).replace('|', "\\|");
    // The test that calls every operation sends one request per media type of the body.
    let calls: usize = api
        .operations
        .iter()
        .map(|operation| {
            let variants = operation.variants(api);
            variants
                .iter()
                .map(|variant| variant.media.len())
                .sum::<usize>()
                .max(1)
        })
        .sum();
    let errors: usize = api
        .operations
        .iter()
        .map(|operation| {
            operation
                .answers
                .iter()
                .filter(|answer| answer.is_error())
                .count()
        })
        .sum();
    let tags = api.tags.iter().filter(|tag| !tag.always).count();
    let mut features = vec![format!("{tags} tags")];
    if !api.webhooks.is_empty() {
        features.push(code("webhooks"));
    }
    if api.operations.iter().any(|operation| operation.internal) {
        features.push(code("internal"));
    }
    let methods = match api.operations.len() {
        methods if methods == operations => String::new(),
        methods => format!(" ({methods} methods)"),
    };
    format!(
        "| [{title}](crates/{package}) | [{operations}](crates/{package}/API.md){methods} | {calls} | {errors} | {} |\n",
        features.join(", ")
    )
}

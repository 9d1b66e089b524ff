//! Rules about `x-sdk-credentials`: it has only documented keys, names are valid, everything that
//! it refers to exists, secrets are marked, every environment variable has one meaning, and every
//! security scheme that operations use has a credential.

mod environment;
mod fields;
mod kind;
mod schemes;
mod shape;
mod travel;

use crate::spec::lint::credentials::kind::Kind;
use crate::spec::lint::index::Spec;
use crate::spec::pointer::below;

/// Name of the extension, which is on the document root.
pub(crate) const KEY: &str = "x-sdk-credentials";

pub(super) fn check(spec: &mut Spec<'_>) {
    let Some(value) = spec.document.root.get(KEY) else {
        return;
    };
    let pointer = below("", KEY);
    let mut found = Vec::new();
    shape::check(spec, &pointer, value, &mut found);
    // The other rules require a valid structure.
    if found.is_empty() {
        let kinds = value.as_array().map_or(&[][..], Vec::as_slice);
        let kinds: Vec<Kind<'_>> = kinds
            .iter()
            .enumerate()
            .map(|(index, value)| Kind {
                pointer: below(&pointer, &index.to_string()),
                value,
            })
            .collect();
        for kind in &kinds {
            fields::check(spec, kind, &mut found);
            travel::check(spec, kind, &mut found);
        }
        fields::check_across_kinds(spec, &kinds, &mut found);
        environment::check(spec, &kinds, &mut found);
        schemes::check(spec, &pointer, &kinds, &mut found);
    }
    spec.findings.extend(found);
}

//! Rules: every environment variable of credentials has the vendor's prefix and one meaning.

use crate::name;
use crate::spec::lint::credentials::kind::{Found, Kind};
use crate::spec::lint::index::Spec;
use crate::spec::rule::Rule;
use std::collections::BTreeMap;

pub(super) fn check(spec: &Spec<'_>, kinds: &[Kind<'_>], found: &mut Found) {
    let prefix = name::variable(&spec.document.vendor, "");
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    let fields: Vec<_> = kinds.iter().flat_map(Kind::fields).collect();
    for field in &fields {
        let mut own = Vec::new();
        for (pointer, variable) in field.variables() {
            let is_upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            if !variable.starts_with(&prefix) || !variable.chars().all(is_upper) {
                let what = format!(
                    "the variable `{variable}` is not an uppercase name with the vendor's prefix"
                );
                let to_do = format!(
                    "use uppercase letters, digits and underscores, and start with `{prefix}`"
                );
                found.push(spec.finding(&pointer, Rule::CredentialVariable, what, to_do));
            }
            if variable == format!("{prefix}BASE_URL") {
                let what = format!("the variable `{variable}` is reserved for the base URL");
                found.push(spec.finding(
                    &pointer,
                    Rule::CredentialVariable,
                    what,
                    "use another variable",
                ));
            }
            // Fields with the same name can share a variable, for example the client id in several
            // kinds.
            let other = known.insert(variable, field.name);
            if own.contains(&variable) || other.is_some_and(|other| other != field.name) {
                let what = format!(
                    "the variable `{variable}` is used for two fields, or twice for the same field"
                );
                let to_do = "give each field its own variables; fields of different kinds can share a variable only if the fields have the same name";
                found.push(spec.finding(&pointer, Rule::CredentialVariable, what, to_do));
            }
            own.push(variable);
        }
    }
}

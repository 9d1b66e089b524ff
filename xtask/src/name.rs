//! Converts names in a document to Rust identifiers, with the same case rules as progenitor.

use std::collections::HashMap;

use heck::{ToPascalCase, ToSnakeCase};

pub(crate) mod spelling;

/// Names that setters can't use, because requests have methods with these names.
const REQUEST_METHODS: [&str; 30] = [
    "basic_auth",
    "body",
    "bulk",
    "clone",
    "content_type",
    "cursor",
    "into_future",
    "items",
    "new",
    "pages",
    "prefetch",
    "run",
    "send",
    "send_raw",
    "set",
    "wait",
    "with_attempt_timeout",
    "with_attempts",
    "with_basic_auth",
    "with_body",
    "with_bytes",
    "with_concurrency",
    "with_header",
    "with_idempotency_key",
    "with_idle_timeout",
    "with_max_bytes",
    "with_media",
    "with_parts",
    "with_timeout",
    "with_upload",
];

/// Returns the name of a field, argument or setter. Keywords get a trailing underscore.
pub(crate) fn field(wire: &str) -> String {
    let name = clean(wire).to_snake_case();
    // The compiler accepts names that consist only of digits and underscores, but readers need
    // letters.
    let has_letters = name.is_empty() || name.chars().any(char::is_alphabetic);
    as_identifier(if has_letters {
        name
    } else {
        format!("n{name}")
    })
}

/// Returns the name of a type or variant.
pub(crate) fn type_name(wire: &str) -> String {
    let name = match clean(wire).to_pascal_case() {
        name if name.is_empty() => "X".to_owned(),
        name => as_identifier(name),
    };
    // As in typify, type names start with a letter.
    match name.strip_prefix('_') {
        Some(rest) if rest.starts_with(|first: char| !first.is_alphabetic()) => format!("X{rest}"),
        _ => name,
    }
}

/// Returns the identifier for a name in the document: the name itself if it is valid in Rust, or
/// else the result of `field`.
pub(crate) fn raw_ident(ident: &str) -> syn::Ident {
    syn::parse_str(ident).unwrap_or_else(|_| quote::format_ident!("{}", field(ident)))
}

/// Returns a field name with an added word, such as `update_project_multipart` for a method with
/// another body.
pub(crate) fn field_with_suffix(name: &str, suffix: &str) -> String {
    field(&format!("{}_{suffix}", name.trim_end_matches('_')))
}

/// Returns a parameter's name with its location as a prefix, for parameters that have the same name
/// in several locations.
pub(crate) fn in_place(ident: &str, place: &str) -> String {
    // Removes the underscore after a keyword. The prefixed name is not a keyword, and progenitor
    // would remove the underscore.
    field_with_suffix(place, ident.trim_end_matches('_'))
}

/// Returns the name of a parameter's setter, which never equals the name of another request method.
pub(crate) fn setter(ident: &str) -> String {
    match REQUEST_METHODS.contains(&ident) {
        true => field_with_suffix(ident, "value"),
        false => ident.to_owned(),
    }
}

/// Returns the name of a variant, which is never `Unknown`, because every enum already has that
/// variant.
pub(crate) fn variant(ident: &str) -> String {
    match ident {
        "Unknown" => "Unknown_".to_owned(),
        ident => ident.to_owned(),
    }
}

/// Returns the variant names for the values of an enum.
pub(crate) fn variants(wires: &[&str]) -> Vec<String> {
    distinct(wires, |text| variant(&type_name(text)))
}

/// Returns the Rust names of a struct's fields or of an operation's parameters, given their names
/// in the document.
pub(crate) fn fields(wires: &[&str]) -> Vec<String> {
    distinct(wires, field)
}

/// Returns distinct names for strings. The names don't depend on the order of the strings.
///
/// If several strings lead to the same name, a string that is spelled exactly like the name keeps
/// it. For each of the other strings, the name also contains words for the symbols in the string.
/// If names are still equal, they also contain a word for the capitalization. If they are equal
/// even then, a digest replaces that word.
pub(crate) fn distinct(wires: &[&str], name: impl Fn(&str) -> String) -> Vec<String> {
    let plain = |wire: &str| match wire.chars().any(char::is_alphanumeric) {
        true => name(wire),
        false if wire.is_empty() => name("empty"),
        false => name(&spelling::symbols_to_words(wire)),
    };
    let mut names: Vec<String> = wires.iter().map(|wire| plain(wire)).collect();
    let longer: [&dyn Fn(&str) -> String; 3] = [
        &|wire| name(&spelling::symbols_to_words(wire)),
        &|wire| {
            let case = spelling::case(wire).unwrap_or_default();
            name(&format!("{}_{case}", spelling::symbols_to_words(wire)))
        },
        &|wire| {
            name(&format!(
                "{}_{}",
                spelling::symbols_to_words(wire),
                spelling::digest(wire)
            ))
        },
    ];
    for longer in longer {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for name in &names {
            *counts.entry(name.clone()).or_default() += 1;
        }
        if counts.values().all(|count| *count == 1) {
            break;
        }
        for (name, wire) in names.iter_mut().zip(wires) {
            if counts.get(name.as_str()).is_some_and(|count| *count > 1) && name != wire {
                *name = longer(wire);
            }
        }
    }
    names
}

/// Returns the name of a vendor's crate. The name of a crate must start with a letter, so `1forge`
/// becomes `x1forge-sdk`.
pub(crate) fn package(vendor: &str) -> String {
    match vendor.starts_with(|first: char| first.is_ascii_digit()) {
        true => format!("x{vendor}-sdk"),
        false => format!("{vendor}-sdk"),
    }
}

/// Returns the name of a vendor's crate in code.
pub(crate) fn library(vendor: &str) -> String {
    package(vendor).replace('-', "_")
}

/// Returns the name of a vendor as part of a file name or of a path in code, such as `my_parcels`.
pub(crate) fn module(vendor: &str) -> String {
    let library = library(vendor);
    library.strip_suffix("_sdk").unwrap_or(&library).to_owned()
}

/// Returns the name of one of a vendor's environment variables, such as `MY_PARCELS_API_KEY`. The
/// runtime derives the names for the base URL and for server variables in the same way.
pub(crate) fn variable(vendor: &str, name: &str) -> String {
    format!("{}_{name}", module(vendor))
        .replace('-', "_")
        .to_ascii_uppercase()
}

/// Returns the name of the example that makes a first call. Example names must be distinct in a
/// workspace.
pub(crate) fn first_call_example(vendor: &str) -> String {
    format!("{}_first_call", module(vendor))
}

/// Returns the name of a static.
pub(crate) fn constant(wire: &str) -> String {
    field(wire).trim_end_matches('_').to_uppercase()
}

fn clean(wire: &str) -> String {
    wire.chars()
        .filter(|c| *c != '\'')
        .map(|c| if is_part_of_name(c) { c } else { '-' })
        .collect()
}

/// Returns whether an identifier may contain a character. Some alphanumeric characters, such as
/// `²`, are not allowed.
fn is_part_of_name(c: char) -> bool {
    match c.is_ascii() {
        true => c.is_ascii_alphanumeric() || c == '_',
        false => c.is_alphanumeric() && syn::parse_str::<syn::Ident>(&format!("x{c}")).is_ok(),
    }
}

fn as_identifier(name: String) -> String {
    let name = match name.chars().next() {
        None => "x".to_owned(),
        Some(c) if c.is_alphabetic() || c == '_' => name,
        Some(_) => format!("_{name}"),
    };
    // `syn` rejects every keyword except `gen`, which edition 2024 reserves.
    if name != "gen" && syn::parse_str::<syn::Ident>(&name).is_ok() {
        name
    } else {
        format!("{name}_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_become_identifiers() {
        assert_eq!(field("tenantId"), "tenant_id");
        assert_eq!(field("status[]"), "status");
        assert_eq!(field("type"), "type_");
        assert_eq!(field("24hours"), "_24hours");
        assert_eq!(field("7_8"), "n7_8");
        assert_eq!(field("gen"), "gen_");
        assert_eq!(type_name("😀"), "X");
        assert_eq!(type_name("list_customers"), "ListCustomers");
        assert_eq!(constant("list_customers"), "LIST_CUSTOMERS");
    }

    /// The runtime reads the base URL and server variables from variables with the same names.
    #[test]
    fn environment_variable_names_are_valid_in_a_shell() {
        assert_eq!(variable("my-parcels", "api_key"), "MY_PARCELS_API_KEY");
        assert_eq!(variable("1forge", "api_key"), "X1FORGE_API_KEY");
        assert_eq!(variable("acme", "store-hash"), "ACME_STORE_HASH");
    }

    #[test]
    fn colliding_names_are_made_distinct_in_any_order() {
        type Names = fn(&[&str]) -> Vec<String>;
        let cases: [(Names, &[&str], &[&str]); 7] = [
            (variants, &["m", "m²", "m³"], &["M", "MSquared", "MCubed"]),
            (
                variants,
                &["=", ">=", ""],
                &["Equal", "GreaterEqual", "Empty"],
            ),
            (
                variants,
                &["+1", "-1", "2way"],
                &["Plus1", "Minus1", "X2way"],
            ),
            (variants, &["asc", "ASC"], &["AscLower", "AscUpper"]),
            (variants, &["name", "-name"], &["Name", "MinusName"]),
            (
                fields,
                &["StartTime", "StartTime<"],
                &["start_time", "start_time_less"],
            ),
            (
                fields,
                &["start_time", "startTime"],
                &["start_time", "start_time_camel"],
            ),
        ];
        for (names, wires, wanted) in cases {
            assert_eq!(names(wires), wanted);
            let backwards: Vec<&str> = wires.iter().rev().copied().collect();
            let mut found = names(&backwards);
            found.reverse();
            assert_eq!(found, wanted);
        }
    }
}

//! Wire names as Rust identifiers, by the same case rules as progenitor.

use heck::{ToPascalCase, ToSnakeCase};

/// Methods of every request, which no setter may be named after.
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

/// A field, argument or setter name; keywords get a trailing underscore.
pub(crate) fn field(wire: &str) -> String {
    as_identifier(clean(wire).to_snake_case())
}

/// A type or variant name.
pub(crate) fn type_name(wire: &str) -> String {
    as_identifier(clean(wire).to_pascal_case())
}

/// The identifier of a name that is one already, raw ones (`r#type`) included.
pub(crate) fn raw_ident(ident: &str) -> syn::Ident {
    syn::parse_str(ident).unwrap_or_else(|_| quote::format_ident!("{}", field(ident)))
}

/// A field name with more words at its end, such as the method that takes another body: `update_project_multipart`.
pub(crate) fn field_with(name: &str, suffix: &str) -> String {
    field(&format!("{}_{suffix}", name.trim_end_matches('_')))
}

/// The name of a parameter that shares its own name with one in another place.
pub(crate) fn in_place(ident: &str, place: &str) -> String {
    // The underscore that a keyword ends with is not needed any more, and progenitor would drop it.
    field_with(place, ident.trim_end_matches('_'))
}

/// The name of the setter of a parameter; never that of a method of every request.
pub(crate) fn setter(ident: &str) -> String {
    match REQUEST_METHODS.contains(&ident) {
        true => field_with(ident, "value"),
        false => ident.to_owned(),
    }
}

/// The name of a variant that stands beside the `Unknown` which every enum has.
pub(crate) fn variant(ident: &str) -> String {
    match ident {
        "Unknown" => "Unknown_".to_owned(),
        ident => ident.to_owned(),
    }
}

/// The name of a vendor's crate.
pub(crate) fn package(vendor: &str) -> String {
    format!("{vendor}-sdk")
}

/// The name of a vendor's crate in code.
pub(crate) fn library(vendor: &str) -> String {
    package(vendor).replace('-', "_")
}

/// The name of a static.
pub(crate) fn constant(wire: &str) -> String {
    field(wire).trim_end_matches('_').to_uppercase()
}

fn clean(wire: &str) -> String {
    wire.chars()
        .filter(|c| *c != '\'')
        .map(|c| {
            if c.is_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect()
}

fn as_identifier(name: String) -> String {
    let name = match name.chars().next() {
        None => "x".to_owned(),
        Some(c) if c.is_alphabetic() || c == '_' => name,
        Some(_) => format!("_{name}"),
    };
    // `syn` knows every keyword of the edition, reserved ones included.
    if syn::parse_str::<syn::Ident>(&name).is_ok() {
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
        assert_eq!(type_name("list_customers"), "ListCustomers");
        assert_eq!(constant("list_customers"), "LIST_CUSTOMERS");
    }
}

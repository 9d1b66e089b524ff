//! Lists the places in an API that are untyped in Rust: any JSON, bytes instead of a structured
//! value, or a string instead of a union.
//!
//! An untyped place is faithful if the document doesn't specify its type, and avoidable otherwise.

use quote::ToTokens;
use serde_json::Value;

use crate::media_type::is_json;
use crate::model::{Api, Encoding, elements, members, text};
use crate::progenitor::{Kind, RustApi};

/// An untyped place.
pub(crate) struct UntypedPlace {
    /// Name of a type, with its property or variant if any, or of an operation, with its parameter,
    /// body or response.
    pub(crate) name: String,
    /// Whether the document doesn't specify the type.
    pub(crate) is_faithful: bool,
}

/// Returns every untyped place.
pub(crate) fn places(api: &Api<'_>, rust_api: &RustApi) -> Vec<UntypedPlace> {
    let mut found = Vec::new();
    let mut note = |name: String, ty: &syn::Type, schema: Option<&Value>| {
        let is_untyped =
            is_any(ty) || schema.is_some_and(|schema| is_text_for_union(api, ty, schema));
        if is_untyped {
            let is_faithful = schema.is_none_or(|schema| is_unconstrained(api, schema, 0));
            found.push(UntypedPlace { name, is_faithful });
        }
    };
    for (name, ty) in &rust_api.types {
        match &ty.record.kind {
            Kind::Struct(fields) => {
                for field in fields {
                    // Unknown properties of an open object can't have a more specific type.
                    if let Some(wire) = &field.wire {
                        note(format!("{name}.{wire}"), &field.ty, field.property.as_ref());
                    }
                }
            }
            Kind::Wrapper(inner) => {
                let schema = ty
                    .schema
                    .as_ref()
                    .and_then(|schema| api.schemas.get(schema));
                note(name.clone(), inner, schema);
            }
            Kind::Union(variants) => {
                let schema = ty
                    .schema
                    .as_ref()
                    .and_then(|schema| api.schemas.get(schema));
                let choices = ["oneOf", "anyOf"]
                    .map(|key| schema.map_or(&[][..], |schema| elements(schema, key)));
                for variant in variants {
                    let untyped = choices
                        .iter()
                        .copied()
                        .flatten()
                        .find(|choice| is_unconstrained(api, choice, 0));
                    note(
                        format!("{name}::{}", variant.ident),
                        &variant.ty,
                        untyped.or(schema),
                    );
                }
            }
            Kind::Enum(_) => {}
        }
    }
    for operation in &api.operations {
        for parameter in operation
            .parameters
            .iter()
            .filter(|parameter| parameter.json)
        {
            let any = syn::parse_quote!(::sdk_runtime::AnyJson);
            note(
                format!("{}({})", operation.id, parameter.name),
                &any,
                Some(parameter.schema),
            );
        }
        let Some(signature) = rust_api.signatures.get(operation.id) else {
            continue;
        };
        for (ident, ty) in &signature.arguments {
            let parameter = operation
                .parameters
                .iter()
                .find(|known| known.ident == *ident && !known.json);
            if let Some(parameter) = parameter {
                note(
                    format!("{}({})", operation.id, parameter.name),
                    ty,
                    Some(parameter.schema),
                );
            }
        }
        let success = operation.success();
        let answer = success.and_then(|answer| {
            answer
                .media
                .iter()
                .find(|media| is_json(media.name))?
                .schema
        });
        note(
            format!("{} answer", operation.id),
            &signature.answer,
            answer,
        );
        for (index, variant) in operation.variants(api).iter().enumerate() {
            if let Some(ty) = rust_api.body(operation.id, index) {
                let name = format!("{} {}", operation.id, variant.media.join(", "));
                match variant.encoding {
                    // Structured content other than JSON and forms is handled as bytes.
                    Encoding::Raw
                        if variant
                            .schema
                            .is_some_and(|schema| has_structure(api, schema)) =>
                    {
                        let any = syn::parse_quote!(::sdk_runtime::AnyJson);
                        note(name, &any, variant.schema);
                    }
                    Encoding::Raw => {}
                    _ => note(name, ty, variant.schema),
                }
            }
        }
    }
    found
}

fn is_any(ty: &syn::Type) -> bool {
    ty.to_token_stream().to_string().contains("AnyJson")
}

/// Returns whether a union is passed or returned as a string.
fn is_text_for_union(api: &Api<'_>, ty: &syn::Type, schema: &Value) -> bool {
    let resolved = api.resolve_schema(schema);
    let choices = elements(resolved, "oneOf").len() + elements(resolved, "anyOf").len();
    let words = ty.to_token_stream().to_string();
    choices > 1 && (words.contains("String") || words.contains("str"))
}

fn has_structure(api: &Api<'_>, schema: &Value) -> bool {
    let resolved = api.resolve_schema(schema);
    !members(resolved, "properties").is_empty() || resolved.get("allOf").is_some()
}

/// Returns whether a schema, or the schema of its list items or map values, allows any value or any
/// object.
fn is_unconstrained(api: &Api<'_>, schema: &Value, depth: usize) -> bool {
    let resolved = api.resolve_schema(schema);
    if depth > 64 {
        return true;
    }
    if let [only] = elements(resolved, "allOf") {
        return is_unconstrained(api, only, depth + 1);
    }
    let is_composed = ["allOf", "oneOf", "anyOf"]
        .iter()
        .any(|key| resolved.get(key).is_some());
    match text(resolved, "type") {
        _ if is_composed || !members(resolved, "properties").is_empty() => false,
        "array" => resolved
            .get("items")
            .is_none_or(|items| is_unconstrained(api, items, depth + 1)),
        "object" | "" => match resolved.get("additionalProperties") {
            Some(values @ Value::Object(_)) => is_unconstrained(api, values, depth + 1),
            _ => true,
        },
        _ => false,
    }
}

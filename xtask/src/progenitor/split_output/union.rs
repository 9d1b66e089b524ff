//! Variants of a union. Each choice of the schema has a variant that is named after the choice's
//! type.

use std::collections::BTreeMap;

use quote::ToTokens;
use serde_json::Value;

use super::record::Variant;
use crate::model::{Api, kind_words, last_pointer_segment, members};
use crate::name;
use crate::progenitor::input::places;
use crate::progenitor::type_argument::inside;

/// Returns the variants in schema order. Choices with the same Rust type share a variant.
pub(super) fn variants(
    api: &Api<'_>,
    types: &BTreeMap<String, syn::Type>,
    name: &str,
    schema: &Value,
) -> Vec<Variant> {
    let mut choices: Vec<(syn::Type, Vec<&Value>)> = Vec::new();
    for (index, part) in places::choices(schema).enumerate() {
        let Some(ty) = types.get(&places::choice(name, index)) else {
            continue;
        };
        // Null makes the whole union absent, so null isn't one of the choices.
        let ty = widened(inside("Option", ty).unwrap_or_else(|| ty.clone()));
        match choices.iter_mut().find(|(known, _)| *known == ty) {
            Some((_, parts)) => parts.push(part),
            None => choices.push((ty, vec![part])),
        }
    }
    let short: Vec<String> = choices.iter().map(|(ty, _)| ident(ty, false)).collect();
    let mapping = members(&schema["discriminator"], "mapping");
    let has_tag = schema.get("discriminator").is_some();
    choices
        .iter()
        .zip(&short)
        .map(|((ty, parts), known)| {
            // If several choices have the same short name, all of them use the long name, so the
            // names don't depend on the order.
            let alone = short.iter().filter(|other| *other == known).count() == 1;
            let ident = if alone {
                known.clone()
            } else {
                ident(ty, true)
            };
            let mut tags: Vec<String> = Vec::new();
            for part in parts {
                let target = kind_words(part);
                let known = mapping.iter().filter(|(_, to)| {
                    to.as_str()
                        .is_some_and(|to| last_pointer_segment(to) == target)
                });
                let before = tags.len();
                tags.extend(known.map(|(tag, _)| tag.clone()));
                if has_tag && tags.len() == before {
                    tags.push(target);
                }
            }
            Variant {
                ident: name::variant(&ident),
                ty: ty.clone(),
                tags,
                properties: parts
                    .first()
                    .map(|part| api.properties(part))
                    .unwrap_or_default(),
            }
        })
        .collect()
}

/// Widens a number type as far as possible. Otherwise, a larger value would not fit any variant.
fn widened(ty: syn::Type) -> syn::Type {
    match ty.to_token_stream().to_string().as_str() {
        "i8" | "i16" | "i32" | "u8" | "u16" | "u32" => syn::parse_quote!(i64),
        "f32" => syn::parse_quote!(f64),
        _ => ty,
    }
}

/// Returns the name of a variant, derived from its type. A long name includes the type of the items
/// of a list or map.
fn ident(ty: &syn::Type, long: bool) -> String {
    let syn::Type::Path(path) = ty else {
        return "Json".to_owned();
    };
    let last = path
        .path
        .segments
        .last()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default();
    let of = |word: &str, argument: Option<syn::Type>| match argument {
        Some(argument) if long => format!("{word}Of{}", ident(&argument, false)),
        _ => word.to_owned(),
    };
    match last.as_str() {
        // If there is also a schema named `Text`, or a number of a different width, the variant has
        // the name of the Rust type.
        "String" | "bool" if long => name::type_name(&last),
        number if long && is_number(number) => name::type_name(number),
        "String" => "Text".to_owned(),
        "bool" => "Boolean".to_owned(),
        "f32" | "f64" => "Number".to_owned(),
        number if is_number(number) => "Integer".to_owned(),
        "AnyJson" => "Json".to_owned(),
        "Vec" => of("List", inside("Vec", ty)),
        "Option" => of("Nullable", inside("Option", ty)),
        "Box" => inside("Box", ty).map_or_else(|| "Json".to_owned(), |ty| ident(&ty, long)),
        "BTreeMap" => match map_values(ty) {
            Some(values) if ident(&values, false) == "Json" => "Object".to_owned(),
            values => of("Map", values),
        },
        other => name::type_name(other),
    }
}

fn is_number(ty: &str) -> bool {
    let numbers = [
        "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64",
    ];
    numbers.contains(&ty)
}

/// Returns `V` of `BTreeMap<String, V>`.
fn map_values(ty: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
    else {
        return None;
    };
    match arguments.args.iter().nth(1)? {
        syn::GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    }
}

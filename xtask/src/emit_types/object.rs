//! Emits structs, and how one is made from what is required.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::{derives, raw};
use crate::emit_docs;
use crate::model::Api;
use crate::shape::{Field, Presence, Qualify, Type};
use crate::wire::inside;

pub(super) fn emit(
    api: &Api<'_>,
    qualify: &Qualify,
    ty: &Type,
    fields: &[Field],
    docs: &TokenStream,
) -> TokenStream {
    let ident = format_ident!("{}", ty.record.name);
    let rest = fields.iter().find(|field| field.wire.is_none());
    let derives = derives(ty, rest.is_some());
    let is_default = fields
        .iter()
        .all(|field| field.wire.is_none() || field.presence != Presence::Required);
    let default = is_default.then(|| quote! { , Default });
    // What only comes keeps unknown properties to be read, and is written as a feature.
    let optional = rest.is_some() && !ty.sent;
    let members = fields.iter().map(|field| {
        let docs = emit_docs::of_property(api, field.wire.as_deref(), field.property.as_ref());
        let serde = serde(field, true, ty.received && rest.is_none());
        let serde = match (serde.is_empty(), optional) {
            (true, _) => None,
            (false, false) => Some(quote! { #[serde(#serde)] }),
            (false, true) => Some(quote! {
                #[cfg_attr(any(feature = "schemars", feature = "serde-both-ways"), serde(#serde))]
            }),
        };
        let member = member(qualify, field);
        quote! { #docs #serde pub #member }
    });
    let new = (ty.sent && !is_default).then(|| emit_new(qualify, &ident, fields));
    let reader = rest.map(|rest| emit_reader(qualify, ty, fields, rest));
    quote! {
        #docs
        #[derive(Clone, Debug #default)]
        #derives
        pub struct #ident { #(#members),* }
        #reader
        #new
    }
}

/// What reads an object that keeps unknown properties: serde's own way with them loses numbers beyond 64 bits.
fn emit_reader(qualify: &Qualify, ty: &Type, fields: &[Field], rest: &Field) -> TokenStream {
    let name = &ty.record.name;
    let (ident, rest) = (format_ident!("{name}"), raw(&rest.ident));
    let gate = (!ty.received).then(|| quote! { #[cfg(feature = "serde-both-ways")] });
    let members = fields.iter().map(|field| {
        let (serde, member) = (serde(field, false, ty.received), member(qualify, field));
        let serde = (!serde.is_empty()).then(|| quote! { #[serde(#serde)] });
        quote! { #serde #member }
    });
    quote! {
        #gate
        const _: () = {
            #[derive(::serde::Deserialize)]
            #[serde(remote = #name, expecting = "an object")]
            struct __Fields { #(#members),* }

            ::sdk_runtime::open_object!(impl #ident(#rest) by __Fields);
        };
    }
}

fn member(qualify: &Qualify, field: &Field) -> TokenStream {
    let (ident, ty) = (raw(&field.ident), qualify.apply(&field.ty));
    match field.presence {
        Presence::Required => quote! { #ident: #ty },
        Presence::Optional => quote! { #ident: Option<#ty> },
        Presence::Patch => quote! { #ident: ::sdk_runtime::Patch<#ty> },
    }
}

/// How serde writes a field, and reads it, where not by its name and type alone.
fn serde(field: &Field, written: bool, received: bool) -> TokenStream {
    let Some(wire) = &field.wire else {
        return match written {
            true => quote! { flatten },
            false => quote! { skip },
        };
    };
    let rename = (*wire != field.ident).then(|| quote! { rename = #wire, });
    let lenient = received.then(|| lenient(field)).flatten();
    let lenient = lenient.map(|reader| quote! { deserialize_with = #reader, });
    let skip = match field.presence {
        Presence::Required => return quote! { #rename #lenient },
        Presence::Optional => "Option::is_none",
        Presence::Patch => "::sdk_runtime::Patch::is_keep",
    };
    let skip = written.then(|| quote! { skip_serializing_if = #skip });
    quote! { #rename default, #lenient #skip }
}

/// What reads a field that vendors write in more than one way: empty maps and lists, numbers as text.
fn lenient(field: &Field) -> Option<String> {
    let syn::Type::Path(path) = &field.ty else {
        return None;
    };
    let required = field.presence == Presence::Required;
    let reader = match (
        path.path.segments.last()?.ident.to_string().as_str(),
        required,
    ) {
        ("Vec", false) => "list",
        ("Vec", true) => "required_list",
        ("BTreeMap", false) => "map",
        ("BTreeMap", true) => "required_map",
        ("i32" | "i64" | "u32" | "u64" | "f32" | "f64", false) => "number",
        _ => return None,
    };
    (field.presence != Presence::Patch).then(|| format!("::sdk_runtime::lenient::{reader}"))
}

/// `new` takes what is required; what has a default or a single value is filled in.
pub(super) fn emit_new(qualify: &Qualify, ident: &syn::Ident, fields: &[Field]) -> TokenStream {
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    for field in fields {
        let member = raw(&field.ident);
        let ty = qualify.apply(&field.ty);
        let text = ty == syn::parse_quote!(String);
        let secret = ty == syn::parse_quote!(::sdk_runtime::Secret);
        if !field.is_argument() {
            let value = field.fixed.as_ref().and_then(|value| literal(value, &ty));
            let value = value.unwrap_or_else(|| quote! { Default::default() });
            values.push(quote! { #member: #value });
        } else if text || secret {
            arguments.push(quote! { #member: impl Into<#ty> });
            values.push(quote! { #member: #member.into() });
        } else {
            arguments.push(quote! { #member: #ty });
            values.push(quote! { #member });
        }
    }
    if arguments.is_empty() {
        return quote! {
            impl Default for #ident {
                /// Makes one with what is fixed; everything else is left out.
                fn default() -> Self {
                    Self { #(#values),* }
                }
            }

            impl #ident {
                /// Makes one with what is fixed; everything else is left out.
                pub fn new() -> Self {
                    Self::default()
                }
            }
        };
    }
    let allow = (arguments.len() > 7).then(|| quote! { #[allow(clippy::too_many_arguments)] });
    quote! {
        impl #ident {
            /// Makes one with what is required; everything else is left out.
            #allow
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }
        }
    }
}

/// A preset value as Rust; string enums and the like are made from their text.
fn literal(value: &Value, ty: &syn::Type) -> Option<TokenStream> {
    if let Some(inner) = inside("Option", ty) {
        let value = literal(value, &inner)?;
        return Some(quote! { Some(#value) });
    }
    let is = |name: &str| syn::parse_str::<syn::Type>(name).is_ok_and(|known| known == *ty);
    let value = match value {
        Value::String(value) if is("String") => return Some(quote! { #value.to_owned() }),
        Value::String(value) => return Some(quote! { #value.into() }),
        Value::Bool(value) => quote! { #value },
        Value::Number(number) => {
            let mut text = number.to_string();
            if (is("f32") || is("f64")) && !text.contains(['.', 'e']) {
                text.push_str(".0");
            }
            let number: syn::Expr = syn::parse_str(&text).ok()?;
            quote! { #number }
        }
        _ => return None,
    };
    Some(match is("::sdk_runtime::AnyJson") {
        true => quote! { (#value).into() },
        false => value,
    })
}

//! Emits structs, and how one is made from what is required.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::{derives, raw};
use crate::emit_docs;
use crate::model::Api;
use crate::shape::{Field, Presence, Qualify, Type};

pub(super) fn emit(
    api: &Api<'_>,
    qualify: &Qualify,
    ty: &Type,
    fields: &[Field],
    docs: &TokenStream,
) -> TokenStream {
    let ident = format_ident!("{}", ty.record.name);
    let derives = derives(ty);
    let is_default = fields
        .iter()
        .all(|field| field.wire.is_none() || field.presence != Presence::Required);
    let default = is_default.then(|| quote! { , Default });
    let members = fields
        .iter()
        .map(|field| emit_field(api, qualify, field, ty.received));
    let new = (ty.sent && !is_default).then(|| emit_new(qualify, &ident, fields));
    quote! {
        #docs
        #[derive(Clone, Debug #default)]
        #derives
        pub struct #ident { #(#members),* }
        #new
    }
}

fn emit_field(api: &Api<'_>, qualify: &Qualify, field: &Field, received: bool) -> TokenStream {
    let ident = raw(&field.ident);
    let docs = emit_docs::of_property(api, field.wire.as_deref(), field.property.as_ref());
    let ty = qualify.apply(&field.ty);
    let Some(wire) = &field.wire else {
        return quote! { #docs #[serde(flatten)] pub #ident: #ty };
    };
    let rename = (*wire != field.ident).then(|| quote! { rename = #wire, });
    let lenient = received.then(|| lenient(field)).flatten();
    let lenient = lenient.map(|reader| quote! { deserialize_with = #reader, });
    match field.presence {
        Presence::Required => {
            let serde = (rename.is_some() || lenient.is_some())
                .then(|| quote! { #[serde(#rename #lenient)] });
            quote! { #docs #serde pub #ident: #ty }
        }
        Presence::Optional => quote! {
            #docs
            #[serde(#rename default, #lenient skip_serializing_if = "Option::is_none")]
            pub #ident: Option<#ty>
        },
        Presence::Patch => quote! {
            #docs
            #[serde(#rename default, skip_serializing_if = "::sdk_runtime::Patch::is_keep")]
            pub #ident: ::sdk_runtime::Patch<#ty>
        },
    }
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
            let value = field.fixed.as_ref().and_then(|value| literal(value, text));
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

/// A preset value as Rust; string enums are made from their text.
fn literal(value: &Value, text: bool) -> Option<TokenStream> {
    match value {
        Value::String(value) if text => Some(quote! { #value.to_owned() }),
        Value::String(value) => Some(quote! { #value.into() }),
        Value::Bool(value) => Some(quote! { #value }),
        Value::Number(number) => {
            let number: syn::Expr = syn::parse_str(&number.to_string()).ok()?;
            Some(quote! { #number })
        }
        _ => None,
    }
}

//! Emits the types of a module: plain structs, open enums and unions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit_docs;
use crate::model::Api;
use crate::name;
use crate::shape::{Kind, Qualify, Shape, Type};

mod object;
mod parts;
mod union;

/// All types of a module.
pub(crate) fn emit(api: &Api<'_>, shape: &Shape, module: &str) -> TokenStream {
    let qualify = shape.qualify(module);
    let types = shape
        .types_of(module)
        .map(|(name, ty)| emit_type(api, &qualify, name, ty));
    quote! { #(#types)* }
}

fn emit_type(api: &Api<'_>, qualify: &Qualify, name: &str, ty: &Type) -> TokenStream {
    let schema = ty
        .schema
        .as_deref()
        .and_then(|schema| api.schemas.get(schema));
    let docs = emit_docs::of_type(name, schema);
    let ident = format_ident!("{name}");
    match &ty.record.kind {
        Kind::Struct(fields) if ty.parts => parts::emit(api, qualify, ty, fields, &docs),
        Kind::Struct(fields) => object::emit(api, qualify, ty, fields, &docs),
        Kind::Wrapper(inner) => {
            let inner = qualify.apply(inner);
            let serde = derives(ty, false);
            quote! {
                #docs
                #[derive(Clone, Debug)]
                #serde
                #[serde(transparent)]
                pub struct #ident(pub #inner);
            }
        }
        Kind::Enum(variants) => {
            let names: Vec<syn::Ident> =
                variants.iter().map(|(v, _)| format_ident!("{v}")).collect();
            let texts: Vec<&String> = variants.iter().map(|(_, wire)| wire).collect();
            let meanings = texts.iter().map(|wire| format!(" `{wire}`."));
            quote! {
                #docs
                #[derive(Clone, Debug, PartialEq, Eq, Hash)]
                #[non_exhaustive]
                pub enum #ident {
                    #(#[doc = #meanings] #names,)*
                    /// A value that this version of the SDK does not know, as it came.
                    Unknown(String),
                }

                ::sdk_runtime::open_enum!(impl #ident { #(#names = #texts),* });

                #[cfg(feature = "schemars")]
                impl ::schemars::JsonSchema for #ident {
                    fn schema_name() -> ::std::borrow::Cow<'static, str> {
                        #name.into()
                    }

                    fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                        ::schemars::json_schema!({ "type": "string", "examples": [#(#texts),*] })
                    }
                }
            }
        }
        Kind::Union(variants) => union::emit(qualify, ty, variants, schema, &docs),
    }
}

/// Serialised in the direction that the type travels; in the other one, and as JSON Schema, as a feature.
///
/// An object is read by code of its own.
fn derives(ty: &Type, is_object: bool) -> TokenStream {
    let serde = match (ty.sent, ty.received) {
        (false, true) if is_object => quote! {
            #[cfg_attr(feature = "serde-both-ways", derive(::serde::Serialize))]
        },
        _ if is_object => quote! { #[derive(::serde::Serialize)] },
        (true, false) => quote! {
            #[derive(::serde::Serialize)]
            #[cfg_attr(feature = "serde-both-ways", derive(::serde::Deserialize))]
        },
        (false, true) => quote! {
            #[derive(::serde::Deserialize)]
            #[cfg_attr(feature = "serde-both-ways", derive(::serde::Serialize))]
        },
        _ => quote! { #[derive(::serde::Serialize, ::serde::Deserialize)] },
    };
    quote! {
        #serde
        #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    }
}

fn raw(ident: &str) -> syn::Ident {
    syn::parse_str(ident).unwrap_or_else(|_| format_ident!("{}", name::field(ident)))
}

//! Emits the types of a module: plain structs, open enums and unions.
//!
//! Functions are `#[inline]`, for the same reason as the methods in the module `requests`.
//!
//! Each kind of type has its own file. The module `progenitor` determines the fields of a type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::docs;
use crate::emit::docs_text::{attributes, code};
use crate::model::Api;
use crate::progenitor::{Kind, Qualify, RustApi, Type};

mod derives;
mod from_answer;
mod multipart;
mod object;
mod union;

use derives::derives;
pub(crate) use from_answer::{Conversions, all as conversions};

/// Emits all types of a module.
pub(crate) fn emit(
    api: &Api<'_>,
    rust_api: &RustApi,
    conversions: &Conversions<'_>,
    module: &str,
) -> TokenStream {
    let qualify = rust_api.qualify(module);
    let types = rust_api.types_of(module).map(|(name, ty)| {
        let conversions = conversions.get(name).map_or(&[][..], Vec::as_slice);
        let declared = emit_type(
            api,
            rust_api,
            &qualify,
            (name, ty),
            &from_answer::docs(conversions),
        );
        let made = from_answer::emit(api, &qualify, conversions);
        quote! { #declared #made }
    });
    quote! { #(#types)* }
}

fn emit_type(
    api: &Api<'_>,
    rust_api: &RustApi,
    qualify: &Qualify,
    (name, ty): (&str, &Type),
    conversions: &str,
) -> TokenStream {
    let schema = ty
        .schema
        .as_deref()
        .and_then(|schema| api.schemas.get(schema));
    let mut docs = docs::of_type(api, rust_api, name, schema);
    if !conversions.is_empty() {
        docs.extend(quote! { #[doc = ""] });
        docs.extend(attributes(conversions));
    }
    let ident = format_ident!("{name}");
    match &ty.record.kind {
        Kind::Struct(fields) if ty.parts => {
            multipart::emit(api, rust_api, qualify, ty, fields, &docs)
        }
        Kind::Struct(fields) => object::emit(api, rust_api, qualify, ty, fields, &docs),
        Kind::Wrapper(inner) => {
            let inner = qualify.apply(inner);
            let serde = derives(ty, false);
            quote! {
                #docs
                #[derive(Clone, Debug, PartialEq)]
                #serde
                #[serde(transparent)]
                pub struct #ident(pub #inner);
            }
        }
        Kind::Enum(variants) => {
            let names: Vec<syn::Ident> =
                variants.iter().map(|(v, _)| format_ident!("{v}")).collect();
            let texts: Vec<&String> = variants.iter().map(|(_, wire)| wire).collect();
            let meanings = texts.iter().map(|wire| format!(" {}.", code(wire)));
            quote! {
                #docs
                #[derive(Clone, Debug, PartialEq, Eq, Hash)]
                #[non_exhaustive]
                pub enum #ident {
                    #(#[doc = #meanings] #names,)*
                    /// A value unknown to this version of the SDK.
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
        Kind::Union(variants) => union::emit(rust_api, qualify, ty, variants, schema, &docs),
    }
}

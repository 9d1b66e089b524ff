//! Emits the derives for serde and JSON Schema that structs and wrappers share.

use proc_macro2::TokenStream;
use quote::quote;

use crate::progenitor::Type;

/// Derives serde's traits for the directions in which the API uses the type. The other direction
/// and JSON Schema each depend on a feature.
///
/// Objects don't derive deserialization, because they have their own code for it.
pub(super) fn derives(ty: &Type, is_object: bool) -> TokenStream {
    let serde = match (ty.sent || ty.kept, ty.received) {
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

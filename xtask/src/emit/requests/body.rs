//! Emits the type of a body and the step that sets it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::typed_call::Call;
use crate::model::{Encoding, Variant};
use crate::name;

/// Type and step of a body.
pub(super) fn typed_step(call: &Call<'_>, variant: &Variant<'_>) -> (TokenStream, TokenStream) {
    let named = || {
        let schema = variant
            .schema
            .map(crate::model::kind_words)
            .unwrap_or_default();
        let ident = format_ident!("{}", name::type_name(&schema));
        let ty = call.qualify.apply(&syn::parse_quote!(#ident));
        quote! { #ty }
    };
    match variant.encoding {
        Encoding::Parts => (named(), quote! { .with_parts(body) }),
        Encoding::Raw => (
            quote! { impl Into<::sdk_runtime::UploadBody> },
            quote! { .with_upload(body) },
        ),
        Encoding::Typed | Encoding::Lines => {
            let is_first = call
                .bodies
                .first()
                .is_some_and(|first| first.schema == variant.schema);
            let ty = match &call.body {
                Some(ty) if is_first => quote! { #ty },
                _ => {
                    let named = named();
                    quote! { &#named }
                }
            };
            (ty, quote! { .with_body(body) })
        }
    }
}

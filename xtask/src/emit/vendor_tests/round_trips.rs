//! Emits the list of JSON types with their schemas, for the test that reads and writes samples of
//! each type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::Api;
use crate::name;
use crate::progenitor::RustApi;

/// Emits the list of types. If a type represents a schema of the checked-in document completely,
/// `schema_of` returns that schema.
pub(crate) fn emit<'n>(
    api: &'n Api<'_>,
    rust_api: &'n RustApi,
    schema_of: impl Fn(&'n str) -> Option<&'n str>,
) -> TokenStream {
    let krate = format_ident!("{}", name::library(api.vendor));
    let types = rust_api.types.iter().filter_map(|(name, ty)| {
        // A multipart body isn't JSON.
        let schema = ty.schema.as_deref().filter(|_| !ty.parts)?;
        let schema = schema_of(schema)?;
        let ident = format_ident!("{name}");
        let (sent, received) = (ty.sent, ty.received);
        let tag = api.tags.iter().find(|tag| tag.module() == ty.module);
        let gate = tag.filter(|tag| !tag.always).map(|tag| {
            let feature = tag.name;
            quote! { #[cfg(feature = #feature)] }
        });
        let asked = ty.asked.then(|| quote! { .in_requests() });
        Some(quote! {
            #gate
            types.push(RoundTrip::new::<#krate::types::#ident>(#schema, #sent, #received) #asked);
        })
    });
    quote! {
        use sdk_conformance::RoundTrip;

        /// Returns every JSON type with its schema.
        #[allow(deprecated, clippy::vec_init_then_push)]
        pub(crate) fn types() -> Vec<RoundTrip> {
            let mut types = Vec::new();
            #(#types)*
            types
        }
    }
}

//! Emits bulk operations: a method that accepts an iterator or a stream, and the type of an item's
//! status.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::requests::argument;
use crate::emit::typed_call::Call;
use crate::progenitor::inside;

pub(super) fn emit(
    call: &Call<'_>,
    ident: &syn::Ident,
    docs: &TokenStream,
    gate: Option<&TokenStream>,
) -> TokenStream {
    let marker = &call.marker;
    let (arguments, steps) = argument::required(call);
    let item = item(call);
    let deprecated = call.operation.deprecated.then(|| quote! { #[deprecated] });
    quote! {
        #docs
        #gate
        #deprecated
        pub fn #ident<'c, K>(
            &'c self #(, #arguments)*, items: impl ::sdk_runtime::IntoBulk<'c, #item, K>
        ) -> super::BulkRequest<'c, #marker> {
            Request::<#marker>::new(self) #(#steps)* .bulk(items)
        }
    }
}

/// Emits the trait implementation with the status type of an item, if the operation is a bulk
/// operation.
pub(super) fn status(call: &Call<'_>, gate: Option<&TokenStream>) -> TokenStream {
    if !call.is_bulk() {
        return TokenStream::new();
    }
    let marker = &call.marker;
    let status = inside("Vec", &call.output).unwrap_or_else(|| call.output.clone());
    quote! {
        #gate
        impl ::sdk_runtime::BulkOperation for #marker {
            type Status = #status;
        }
    }
}

/// Returns the type of an item: the type of a line, or of an element of the array in the body.
fn item(call: &Call<'_>) -> syn::Type {
    let first = call.body_types.first().and_then(Option::as_ref);
    let body = first.map_or_else(|| syn::parse_quote!(::serde_json::Value), syn::Type::clone);
    inside("Vec", &body).unwrap_or(body)
}

//! Emits the type of a body and the statement that sets it.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::typed_call::Call;
use crate::model::Encoding;

/// Returns the type of the body variant with this index, and the statement that sets the body.
pub(super) fn typed_step(call: &Call<'_>, index: usize) -> (TokenStream, TokenStream) {
    let encoding = call.bodies.get(index).map(|variant| variant.encoding);
    let ty = call.body_types.get(index).and_then(Option::as_ref);
    let argument = call.body_arguments.get(index).and_then(Option::as_ref);
    match (encoding, ty, argument) {
        (_, _, Some(argument)) => (argument.ty(), argument.step()),
        (Some(Encoding::Parts), Some(ty), _) => (quote! { #ty }, quote! { .with_parts(body) }),
        _ => (
            quote! { impl Into<::sdk_runtime::UploadBody> },
            quote! { .with_upload(body) },
        ),
    }
}

//! Emits the choice among several media types for the same value.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::docs_text::code;
use crate::emit::typed_call::Call;
use crate::media_type::word;
use crate::model::Variant;
use crate::name;

/// Emits the enum of the media types and its setter. Returns `None` if there is no body or only one
/// media type.
pub(super) fn choice(call: &Call<'_>) -> Option<(TokenStream, TokenStream)> {
    let media = &call.bodies.first()?.media;
    if media.len() < 2 {
        return None;
    }
    let operation = call.operation;
    let ident = format_ident!("{}ContentType", operation.marker());
    let id = operation.id;
    let doc = format!(
        " Media types for the request body of [`{id}`](crate::Client::{id}). The first is the default."
    );
    let names: Vec<syn::Ident> = media
        .iter()
        .map(|media| format_ident!("{}", name::type_name(&word(media))))
        .collect();
    let docs = media.iter().map(|media| format!(" {}.", code(media)));
    let declared = quote! {
        #[doc = #doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum #ident { #(#[doc = #docs] #names),* }
    };
    let setter = quote! {
        /// Selects the media type of the body.
        #[inline]
        pub fn content_type(self, content_type: #ident) -> Self {
            self.with_media(match content_type { #(#ident::#names => #media),* })
        }
    };
    Some((declared, setter))
}

/// Returns the statement that selects the media type of a body, unless it is the first media type
/// in the spec.
pub(super) fn of_alternative(call: &Call<'_>, variant: &Variant<'_>) -> Option<TokenStream> {
    let declared = &call.operation.body.as_ref()?.media;
    let media = variant.media.first()?;
    (declared.first()?.name != *media).then(|| quote! { .with_media(#media) })
}

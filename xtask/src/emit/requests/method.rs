//! Emits the client method of an operation, and another method for each body of a different type.

use anyhow::Result;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::requests::{argument, body, bulk, media};
use crate::emit::typed_call::Call;
use crate::emit::{docs, sample};
use crate::model::Api;
use crate::name;
use crate::progenitor::RustApi;

pub(super) fn emit(
    api: &Api<'_>,
    rust_api: &RustApi,
    call: &Call<'_>,
    gate: Option<&TokenStream>,
) -> Result<TokenStream> {
    let method = format_ident!("{}", name::field(call.operation.id));
    let example = sample::example(api, rust_api, call.operation)?;
    let docs = docs::of_operation(rust_api, call.qualify, call.operation, &example);
    if call.is_bulk() {
        return Ok(bulk::emit(call, &method, &docs, gate));
    }
    let mut methods = vec![emit_method(call, &method, &docs, 0, gate)];
    if call.takes_body() {
        for (index, variant) in call.bodies.iter().enumerate().skip(1) {
            let method = format_ident!(
                "{}",
                name::field_with_suffix(call.operation.id, &variant.suffix())
            );
            let doc = format!(
                " Like [`{id}`](Self::{id}), but sends the body as `{}`.",
                variant.media.join("` or `"),
                id = call.operation.id
            );
            methods.push(emit_method(
                call,
                &method,
                &quote! { #[doc = #doc] },
                index,
                gate,
            ));
        }
    }
    Ok(quote! { #(#methods)* })
}

fn emit_method(
    call: &Call<'_>,
    method: &syn::Ident,
    docs: &TokenStream,
    index: usize,
    gate: Option<&TokenStream>,
) -> TokenStream {
    let marker = &call.marker;
    let (mut arguments, mut steps) = argument::required(call);
    let variant = call.bodies.get(index);
    if let Some(variant) = variant.filter(|_| call.takes_body()) {
        let (ty, step) = body::typed_step(call, index);
        arguments.push(quote! { body: #ty });
        steps.push(step);
        steps.extend(media::of_alternative(call, variant));
    }
    if call.has_empty_body {
        // An empty map serializes as `{}`, whereas the unit value would serialize as `null`.
        steps.push(quote! { .with_body(&::std::collections::BTreeMap::<&str, &str>::new()) });
    }
    let deprecated = call.operation.deprecated.then(|| quote! { #[deprecated] });
    quote! {
        #docs
        #gate
        #deprecated
        #[inline]
        pub fn #method(&self #(, #arguments)*) -> Request<'_, #marker> {
            Request::new(self) #(#steps)*
        }
    }
}

//! Emits a call to every operation in every media type, for the test that makes all these calls.

use anyhow::Result;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::sample::{Values, request};
use crate::emit::typed_call::Call;
use crate::model::{Api, Operation};
use crate::progenitor::RustApi;

/// Emits the list of calls.
pub(crate) fn emit(api: &Api<'_>, rust_api: &RustApi) -> Result<TokenStream> {
    let krate = format_ident!("{}", crate::name::library(api.vendor));
    let qualify = rust_api.qualify("");
    let values = Values::new(api, rust_api, quote! { #krate::types:: });
    let mut cases = Vec::new();
    for operation in &api.operations {
        let call = Call::new(api, rust_api, &qualify, operation)?;
        let gate = gate(api, operation);
        for (request, media) in requests(&values, &call) {
            let id = operation.id;
            let send = send(&call, &request);
            cases.push(quote! {
                #gate
                cases.push(Case::new(#id, #media, |client: &Client| Box::pin(async move { #send })));
            });
        }
    }
    Ok(quote! {
        use #krate::Client;
        use sdk_conformance::Case;

        /// Returns every compiled operation in every media type that it accepts.
        #[allow(deprecated)]
        pub(crate) fn cases() -> Vec<Case<Client>> {
            let mut cases = Vec::new();
            #(#cases)*
            cases
        }
    })
}

fn gate(api: &Api<'_>, operation: &Operation<'_>) -> TokenStream {
    let tag = api
        .tags
        .iter()
        .find(|tag| tag.name == operation.tag && !tag.always);
    let feature = tag.map(|tag| tag.name);
    match (feature, operation.internal) {
        (Some(feature), true) => quote! { #[cfg(all(feature = #feature, feature = "internal"))] },
        (Some(feature), false) => quote! { #[cfg(feature = #feature)] },
        (None, true) => quote! { #[cfg(feature = "internal")] },
        (None, false) => TokenStream::new(),
    }
}

/// Returns the request in each of its media types, with the name of the media type. The name is
/// empty for a request without a body.
fn requests(values: &Values<'_>, call: &Call<'_>) -> Vec<(TokenStream, String)> {
    if call.bodies.is_empty() {
        return vec![(request(values, call, None, 0), String::new())];
    }
    let mut requests = Vec::new();
    let choice = format_ident!("{}ContentType", call.operation.marker());
    for (index, variant) in call.bodies.iter().enumerate() {
        for media in &variant.media {
            let mut sent = request(values, call, Some(variant), index);
            if index == 0 && variant.media.len() > 1 {
                let word = format_ident!(
                    "{}",
                    crate::name::type_name(&crate::media_type::word(media))
                );
                let module = format_ident!("{}", crate::name::field(call.operation.tag));
                let path = values.module(&module);
                sent = quote! { #sent.content_type(#path #choice::#word) };
            }
            requests.push((sent, (*media).to_owned()));
        }
    }
    requests
}

/// Emits code that sends the request and returns the status of the response. For a bulk request,
/// the code returns the first error, or status 200 if there are no errors.
fn send(call: &Call<'_>, request: &TokenStream) -> TokenStream {
    if call.is_bulk() {
        return quote! {
            let mut statuses = #request.send();
            while let Some(status) = statuses.try_next().await? {
                if let Some(error) = status.error() {
                    return Err(error.clone());
                }
            }
            Ok(::sdk_runtime::StatusCode::OK)
        };
    }
    if call.answer.to_string().ends_with("Download") {
        return quote! {
            let answer = #request.send().await?;
            let status = answer.status();
            answer.into_inner().bytes().await?;
            Ok(status)
        };
    }
    quote! { Ok(#request.send().await?.status()) }
}

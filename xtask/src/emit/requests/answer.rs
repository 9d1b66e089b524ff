//! Emits the enum of an operation's responses if the success statuses have different types.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::docs_text;
use crate::emit::typed_call::Call;
use crate::model::{Answer, Content};
use crate::progenitor::RustApi;

/// Emits the enum and its decoder, or nothing if the success statuses don't have different types.
pub(super) fn emit(rust_api: &RustApi, call: &Call<'_>, gate: Option<&TokenStream>) -> TokenStream {
    let operation = call.operation;
    let Some(answers) = operation.responses_by_status() else {
        return TokenStream::new();
    };
    let ident = format_ident!("{}", operation.response_enum_name());
    let doc = format!(
        " Response of [`{id}`](crate::Client::{method}), by status.",
        id = operation.id,
        method = crate::name::field(operation.id),
    );
    let types: Vec<Option<TokenStream>> = answers
        .iter()
        .map(|answer| type_of(rust_api, call, answer))
        .collect();
    let variants = answers.iter().zip(&types).map(|(answer, ty)| {
        let name = format_ident!("{}", answer.variant());
        let content = ty.as_ref().map(|ty| quote! { (#ty) });
        let doc = match docs_text::line(answer.description) {
            text if text.is_empty() => format!(" Status {}.", answer.status),
            text => format!(" Status {}: {text}", answer.status),
        };
        quote! { #[doc = #doc] #name #content }
    });
    let fallback = fallback(&answers);
    let arms = answers
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != fallback)
        .map(|(index, answer)| {
            let status = statuses(answer);
            let read = read(answer, types[index].as_ref());
            quote! { #status => #read, }
        });
    // Without a range or `default`, only the status of this response can occur here.
    let otherwise = read(answers[fallback], types[fallback].as_ref());
    quote! {
        #[doc = #doc]
        #gate
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant)]
        pub enum #ident { #(#variants),* }

        #gate
        impl ::sdk_runtime::Decode for #ident {
            type Output = Self;
            const READING: ::sdk_runtime::Reading = ::sdk_runtime::Reading::Whole;

            fn decode(raw: &mut ::sdk_runtime::RawResponse) -> Result<Self, ::sdk_runtime::Error> {
                match raw.status().as_u16() {
                    #(#arms)*
                    _ => #otherwise,
                }
            }
        }
    }
}

/// Returns the index of the response whose type is used for all statuses without a match arm: a
/// range or `default`, or else the response with status 200, or else the first response with a
/// body.
fn fallback(answers: &[&Answer<'_>]) -> usize {
    let position = |is: &dyn Fn(&Answer<'_>) -> bool| answers.iter().position(|answer| is(answer));
    position(&|answer| answer.status.eq_ignore_ascii_case("2XX") || answer.status == "default")
        .or_else(|| position(&|answer| answer.status == "200"))
        .or_else(|| position(&|answer| !answer.media.is_empty()))
        .unwrap_or(0)
}

/// Returns the match pattern for a status, for a range, or for `default`.
fn statuses(answer: &Answer<'_>) -> TokenStream {
    match answer.status.parse::<u16>() {
        Ok(status) => {
            let status = proc_macro2::Literal::u16_unsuffixed(status);
            quote! { #status }
        }
        Err(_) => quote! { 200..=299 },
    }
}

fn type_of(rust_api: &RustApi, call: &Call<'_>, answer: &Answer<'_>) -> Option<TokenStream> {
    match answer.content() {
        Content::Nothing => None,
        Content::Bytes => Some(quote! { ::sdk_runtime::Bytes }),
        Content::Json(_) => {
            let ty = rust_api.answer(call.operation.id, answer.status)?;
            let ty = call.qualify.apply(ty);
            Some(quote! { #ty })
        }
    }
}

fn read(answer: &Answer<'_>, ty: Option<&TokenStream>) -> TokenStream {
    let name = format_ident!("{}", answer.variant());
    match (answer.content(), ty) {
        (Content::Json(_), Some(ty)) => quote! {
            <::sdk_runtime::Json<#ty> as ::sdk_runtime::Decode>::decode(raw).map(Self::#name)
        },
        (Content::Bytes, _) => quote! {
            <::sdk_runtime::WholeBody as ::sdk_runtime::Decode>::decode(raw).map(Self::#name)
        },
        _ => quote! { Ok(Self::#name) },
    }
}

//! Emits the client method of an operation, and one more for every body that is another type.

use anyhow::Result;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::call::Call;
use super::{bulk, media};
use crate::model::{Api, Encoding, Operation, Parameter, Variant};
use crate::shape::Shape;
use crate::wire::inside;
use crate::{emit_docs, emit_sample, name};

pub(super) fn emit(api: &Api<'_>, shape: &Shape, call: &Call<'_>) -> Result<TokenStream> {
    let method = format_ident!("{}", name::field(call.operation.id));
    let example = emit_sample::example(api, shape, call.operation)?;
    let docs = emit_docs::of_operation(shape, call.qualify, call.operation, &example);
    let first = call.bodies.first();
    if call.is_bulk() {
        return Ok(bulk::emit(call, &method, &docs));
    }
    let mut methods = vec![one(call, &method, &docs, first)];
    if call.takes_body() {
        for variant in call.bodies.iter().skip(1) {
            let method = format_ident!("{}_{}", name::field(call.operation.id), variant.suffix());
            let doc = format!(
                " As [`{id}`](Self::{id}), with the body as `{}`.",
                variant.media.join("` or `"),
                id = call.operation.id
            );
            methods.push(one(call, &method, &quote! { #[doc = #doc] }, Some(variant)));
        }
    }
    Ok(quote! { #(#methods)* })
}

fn one(
    call: &Call<'_>,
    method: &syn::Ident,
    docs: &TokenStream,
    variant: Option<&Variant<'_>>,
) -> TokenStream {
    let marker = &call.marker;
    let (mut arguments, mut steps) = arguments(call);
    if let Some(variant) = variant.filter(|_| call.takes_body()) {
        let (ty, step) = body(call, variant);
        arguments.push(quote! { body: #ty });
        steps.push(step);
        steps.extend(media::of_alternative(call, variant));
    }
    let deprecated = call.operation.deprecated.then(|| quote! { #[deprecated] });
    quote! {
        #docs
        #deprecated
        pub fn #method(&self #(, #arguments)*) -> Request<'_, #marker> {
            Request::new(self) #(#steps)*
        }
    }
}

/// The parameters that a caller has to give, and the steps that set them and what fills itself in.
pub(super) fn arguments(call: &Call<'_>) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let mut arguments = Vec::new();
    let mut steps = Vec::new();
    for (parameter, ty) in &call.parameters {
        let wire = wire_name(call.operation, parameter);
        let ident = format_ident!("{}", parameter.ident);
        if parameter.is_argument() {
            let (ty, step) = argument(parameter, ty, &wire, &ident);
            arguments.push(quote! { #ident: #ty });
            steps.push(step);
        } else if parameter.required
            && let Some(preset) = parameter.preset()
        {
            let preset = preset
                .as_str()
                .map_or_else(|| preset.to_string(), str::to_owned);
            steps.push(quote! { .set(#wire, #preset) });
        }
    }
    (arguments, steps)
}

/// Type and step of a body.
pub(super) fn body(call: &Call<'_>, variant: &Variant<'_>) -> (TokenStream, TokenStream) {
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

/// Type and step of an argument: text is borrowed, lists are slices, JSON is whatever serialises.
pub(super) fn argument(
    parameter: &Parameter<'_>,
    ty: &syn::Type,
    wire: &str,
    ident: &syn::Ident,
) -> (TokenStream, TokenStream) {
    if parameter.json {
        return (
            quote! { &impl ::serde::Serialize },
            quote! { .set(#wire, ::sdk_runtime::AsJson(#ident)) },
        );
    }
    let ty = match ty {
        syn::Type::Reference(reference) => match inside("Vec", &reference.elem) {
            Some(items) if items == syn::parse_quote!(String) => quote! { &[&str] },
            Some(items) => quote! { &[#items] },
            None => quote! { #ty },
        },
        ty => quote! { #ty },
    };
    (ty, quote! { .set(#wire, #ident) })
}

/// The name by which the table knows a parameter: with its place where the name alone is not enough.
pub(super) fn wire_name(operation: &Operation<'_>, parameter: &Parameter<'_>) -> String {
    let same = operation
        .parameters
        .iter()
        .filter(|p| p.name == parameter.name);
    if same.count() > 1 {
        format!("{}.{}", parameter.place.word(), parameter.name)
    } else {
        parameter.name.to_owned()
    }
}

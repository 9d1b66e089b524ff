//! Emits parameters as arguments: their types, and the statements that set them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::typed_call::Call;
use crate::emit::typed_call::argument_type::{has_own_name, is_converted, takes_object};
use crate::model::{Operation, Parameter};
use crate::progenitor::inside;

/// Returns the arguments for required parameters, and the statements that set these parameters and
/// the preset values of other required parameters.
pub(super) fn required(call: &Call<'_>) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let mut arguments = Vec::new();
    let mut steps = Vec::new();
    for (parameter, ty) in &call.parameters {
        let wire = wire_name(call.operation, parameter);
        let ident = format_ident!("{}", parameter.ident);
        if parameter.is_argument() {
            let (ty, step) = typed_step(parameter, ty, &wire, &ident);
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

/// Returns the type of an argument, and the statement that sets the parameter. Strings are
/// borrowed, lists accept any iterator, JSON accepts any serializable value, and the API's own
/// types accept anything that converts to them.
pub(super) fn typed_step(
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
    if parameter.is_object || parameter.has_objects {
        return structured_step(parameter, ty, wire, ident);
    }
    let plain = quote! { .set(#wire, #ident) };
    match ty {
        syn::Type::Reference(reference) => match inside("Vec", &reference.elem) {
            Some(items) if items == syn::parse_quote!(String) => (
                quote! { impl IntoIterator<Item = impl AsRef<str>> },
                quote! { .set(#wire, ::sdk_runtime::texts(#ident)) },
            ),
            Some(items) if is_converted(&items) => (
                quote! { impl IntoIterator<Item = impl Into<#items>> },
                quote! { .set(#wire, #ident.into_iter().map(Into::<#items>::into).collect::<Vec<_>>()) },
            ),
            Some(items) => (
                quote! { impl IntoIterator<Item = #items> },
                quote! { .set(#wire, #ident.into_iter().collect::<Vec<_>>()) },
            ),
            // A union converts from the types of its variants.
            None if is_converted(&reference.elem) => converted(&reference.elem, wire, ident),
            None => (quote! { #ty }, plain),
        },
        ty if is_converted(ty) => converted(ty, wire, ident),
        ty => (quote! { #ty }, plain),
    }
}

/// Like [`typed_step`], but for an object or a list of objects, which the runtime serializes from
/// JSON.
fn structured_step(
    parameter: &Parameter<'_>,
    ty: &syn::Type,
    wire: &str,
    ident: &syn::Ident,
) -> (TokenStream, TokenStream) {
    let items = match ty {
        syn::Type::Reference(reference) => inside("Vec", &reference.elem),
        _ => None,
    };
    match (ty, items) {
        (_, Some(items)) if has_own_name(&items) => (
            quote! { impl IntoIterator<Item = #items> },
            quote! { .set(#wire, ::sdk_runtime::AsJson(&#ident.into_iter().collect::<Vec<_>>())) },
        ),
        (syn::Type::Reference(reference), None) if takes_object(parameter, &reference.elem) => (
            quote! { #ty },
            quote! { .set(#wire, ::sdk_runtime::AsJson(#ident)) },
        ),
        _ => (
            quote! { &impl ::serde::Serialize },
            quote! { .set(#wire, ::sdk_runtime::AsJson(#ident)) },
        ),
    }
}

fn converted(ty: &syn::Type, wire: &str, ident: &syn::Ident) -> (TokenStream, TokenStream) {
    (
        quote! { impl Into<#ty> },
        quote! { .set(#wire, Into::<#ty>::into(#ident)) },
    )
}

/// Returns the name of a parameter in the operation table, prefixed with its location if the name
/// alone is ambiguous.
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

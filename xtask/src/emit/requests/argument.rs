//! Emits parameters as arguments: their types, and the statements that set them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::typed_call::Call;
use crate::model::{Operation, Parameter};
use crate::progenitor::inside;

/// Required parameters, and the statements that set them and fixed values.
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

/// Type and statement of an argument: strings are borrowed, lists accept iterators, JSON accepts
/// anything serializable.
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
            // A union, which converts from the types of its variants.
            None if is_converted(&reference.elem) => converted(&reference.elem, wire, ident),
            None => (quote! { #ty }, plain),
        },
        ty if is_converted(ty) => converted(ty, wire, ident),
        ty => (quote! { #ty }, plain),
    }
}

fn converted(ty: &syn::Type, wire: &str, ident: &syn::Ident) -> (TokenStream, TokenStream) {
    (
        quote! { impl Into<#ty> },
        quote! { .set(#wire, Into::<#ty>::into(#ident)) },
    )
}

/// Whether a type converts from others: one of the API's own, or a string with a format.
fn is_converted(ty: &syn::Type) -> bool {
    let syn::Type::Path(path) = ty else {
        return false;
    };
    let is_of_rust = |name: &syn::Ident| {
        let name = name.to_string();
        name.starts_with(char::is_lowercase)
            || ["String", "Vec", "Option", "Box"].contains(&name.as_str())
    };
    let segments = &path.path.segments;
    let formats = ["Secret", "Date", "DateTime", "BigNumber"];
    if path.path.leading_colon.is_some() {
        return segments
            .last()
            .is_some_and(|last| formats.contains(&last.ident.to_string().as_str()));
    }
    let is_elsewhere = segments.first().is_some_and(|first| first.ident == "super");
    is_elsewhere || segments.len() == 1 && !is_of_rust(&segments[0].ident)
}

/// Name of a parameter in the table, prefixed with its location if the name alone is ambiguous.
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

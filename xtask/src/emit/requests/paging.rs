//! Emits what makes a list a list of pages: where its items are.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::typed_call::Call;
use crate::model::{Api, text};
use crate::name;
use crate::progenitor::inside;
use crate::progenitor::{Kind, Presence, RustApi};

pub(super) fn emit(
    api: &Api<'_>,
    rust_api: &RustApi,
    call: &Call<'_>,
    gate: Option<&TokenStream>,
) -> TokenStream {
    let Some(paging) = call.operation.paging else {
        return TokenStream::new();
    };
    let Some((item, path)) = items(api, rust_api, call, text(paging, "items")) else {
        return TokenStream::new();
    };
    let marker = &call.marker;
    let output = &call.output;
    quote! {
        #gate
        impl ::sdk_runtime::PagedOperation for #marker {
            type Item = #item;

            fn items(answer: &mut #output) -> Option<&mut Vec<#item>> { #path }
        }
    }
}

/// The type of an item, and the way from the answer to the list.
fn items(
    _: &Api<'_>,
    rust_api: &RustApi,
    call: &Call<'_>,
    pointer: &str,
) -> Option<(syn::Type, TokenStream)> {
    let signature = rust_api.signatures.get(call.operation.id)?;
    let mut ty = signature.answer.clone();
    let mut path = quote! { answer };
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    if steps.is_empty() {
        let item = call.qualify.apply(&inside("Vec", &ty)?);
        return Some((item, quote! { Some(answer) }));
    }
    let mut last = false;
    for (index, step) in steps.iter().enumerate() {
        let record = &rust_api.types.get(&type_name(&ty)?)?.record;
        let Kind::Struct(fields) = &record.kind else {
            return None;
        };
        let field = fields
            .iter()
            .find(|field| field.wire.as_deref() == Some(step))?;
        let ident: syn::Ident = syn::parse_str(&field.ident).ok()?;
        last = index + 1 == steps.len();
        path = match (field.presence, inside("Option", &field.ty), last) {
            (Presence::Required, None, false) => quote! { #path.#ident },
            (Presence::Required, None, true) => quote! { Some(&mut #path.#ident) },
            (_, _, false) => quote! { #path.#ident.as_mut()? },
            (_, _, true) => quote! { #path.#ident.as_mut() },
        };
        ty = inside("Option", &field.ty).unwrap_or_else(|| field.ty.clone());
    }
    let item = call.qualify.apply(&inside("Vec", &ty)?);
    last.then_some((item, path))
}

fn type_name(ty: &syn::Type) -> Option<String> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    Some(name::type_name(
        &path.path.segments.last()?.ident.to_string(),
    ))
}

//! Emits multipart bodies: plain structs that are converted to parts, field by field.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::docs;
use crate::emit::types::object::{emit_new, emit_setters};
use crate::model::Api;
use crate::name::raw_ident as raw;
use crate::progenitor::inside;
use crate::progenitor::{Field, Presence, Qualify, RustApi, Type};

pub(super) fn emit(
    api: &Api<'_>,
    rust_api: &RustApi,
    qualify: &Qualify,
    ty: &Type,
    fields: &[Field],
    docs: &TokenStream,
) -> TokenStream {
    let ident = format_ident!("{}", ty.record.name);
    let is_default = fields
        .iter()
        .all(|field| field.wire.is_none() || field.is_optional());
    let default = is_default.then(|| quote! { , Default });
    let new = (!is_default).then(|| emit_new(rust_api, qualify, &ident, fields));
    let setters = emit_setters(rust_api, qualify, &ident, fields);
    let members = fields.iter().map(|field| {
        let ident = raw(&field.ident);
        let docs = docs::of_property(api, field.wire.as_deref(), field.property.as_ref());
        let ty = qualify.apply(&field.ty);
        match field.presence {
            Presence::Required => quote! { #docs pub #ident: #ty },
            _ => quote! { #docs pub #ident: Option<#ty> },
        }
    });
    let parts = fields.iter().map(|field| emit_part(api, field));
    quote! {
        #docs
        #[derive(Clone, Debug #default)]
        #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
        pub struct #ident { #(#members),* }
        #new
        #setters

        impl ::sdk_runtime::IntoParts for #ident {
            #[inline]
            fn into_parts(self) -> ::sdk_runtime::Parts {
                ::sdk_runtime::Parts::new() #(#parts)*
            }
        }
    }
}

/// Emits the part for a field: files as files, plain values as text, maps of plain values as
/// `name[key]`, and everything else as JSON.
fn emit_part(api: &Api<'_>, field: &Field) -> TokenStream {
    let ident = raw(&field.ident);
    let Some(wire) = &field.wire else {
        return TokenStream::new();
    };
    // A part cannot be null, so a required nullable part is omitted if it is null.
    let nullable = match field.presence {
        Presence::Required => inside("Option", &field.ty),
        _ => None,
    };
    let optional = field.presence != Presence::Required || nullable.is_some();
    let ty = nullable.as_ref().unwrap_or(&field.ty);
    let file: syn::Type = syn::parse_quote!(::sdk_runtime::File);
    let list = inside("Vec", ty);
    let property = field.property.as_ref();
    let is_map = property.is_some_and(|property| api.is_map_of_plain_values(property));
    let is_plain = property.is_none_or(|property| match &list {
        Some(_) => api.is_list_of_plain_values(property),
        None => api.is_plain(property),
    });
    let items = if optional {
        quote! { .into_iter().flatten() }
    } else {
        TokenStream::new()
    };
    match &list {
        None if *ty == file && optional => quote! { .files(#wire, self.#ident) },
        None if *ty == file => quote! { .file(#wire, self.#ident) },
        Some(item) if *item == file => quote! { .files(#wire, self.#ident #items) },
        Some(_) if is_plain => quote! { .text(#wire, self.#ident) },
        Some(_) if optional => quote! { .json_list(#wire, self.#ident.iter().flatten()) },
        Some(_) => quote! { .json_list(#wire, &self.#ident) },
        None if is_map => quote! { .keyed(#wire, self.#ident #items) },
        None if is_plain => quote! { .text(#wire, self.#ident) },
        None => quote! { .json(#wire, &self.#ident) },
    }
}

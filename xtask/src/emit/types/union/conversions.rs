//! Emits `From` implementations for unions, one per type that converts losslessly to a variant.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use crate::progenitor::{Kind, Qualify, RustApi, Type, Variant, inside};

/// Emits conversions into a union. A type that two variants accept converts only to a variant of
/// exactly that type.
pub(super) fn emit(
    rust_api: &RustApi,
    qualify: &Qualify,
    ty: &Type,
    variants: &[Variant],
) -> TokenStream {
    let union = format_ident!("{}", ty.record.name);
    let own: syn::Type = syn::parse_quote!(#union);
    let mut sources: Vec<Source> = Vec::new();
    for variant in variants {
        let name = format_ident!("{}", variant.ident);
        let boxed = inside("Box", &variant.ty);
        let held = qualify.apply(boxed.as_ref().unwrap_or(&variant.ty));
        if held == own {
            continue;
        }
        let value = match boxed {
            Some(_) => quote! { Box::new(value) },
            None => quote! { value },
        };
        sources.push(Source::new(&held, quote! { Self::#name(#value) }));
        sources.extend(widened(rust_api, &held, &name));
    }
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    for source in &sources {
        if !seen.insert(source.key()) {
            twice.insert(source.key());
        }
    }
    let mut emitted = BTreeSet::new();
    let impls = sources
        .iter()
        // A type that two variants accept converts only to a variant of exactly that type.
        .filter(|source| source.is_exact || !twice.contains(&source.key()))
        .filter(|source| emitted.insert(source.key()))
        .map(|source| {
            let Source {
                generics,
                ty,
                value,
                ..
            } = source;
            quote! {
                impl #generics From<#ty> for #union {
                    #[inline]
                    fn from(value: #ty) -> Self {
                        #value
                    }
                }
            }
        });
    quote! { #(#impls)* }
}

struct Source {
    generics: TokenStream,
    ty: TokenStream,
    value: TokenStream,
    is_exact: bool,
}

impl Source {
    fn new(ty: &syn::Type, value: TokenStream) -> Self {
        Self {
            generics: TokenStream::new(),
            ty: ty.to_token_stream(),
            value,
            is_exact: true,
        }
    }

    fn other(generics: TokenStream, ty: TokenStream, value: TokenStream) -> Self {
        Self {
            generics,
            ty,
            value,
            is_exact: false,
        }
    }

    fn key(&self) -> String {
        self.ty.to_string()
    }
}

/// Returns other types that convert to a variant's value, such as borrowed strings, smaller
/// numbers, slices and arrays.
fn widened(rust_api: &RustApi, held: &syn::Type, name: &syn::Ident) -> Vec<Source> {
    let plain = |ty: TokenStream, value: TokenStream| {
        Source::other(TokenStream::new(), ty, quote! { Self::#name(#value) })
    };
    if let Some(items) = inside("Vec", held) {
        let array = Source::other(
            quote! { <const N: usize> },
            quote! { [#items; N] },
            quote! { Self::#name(value.into()) },
        );
        if items != syn::parse_quote!(String) {
            return vec![array];
        }
        let owned = quote! { value.iter().map(|item| (*item).to_owned()).collect() };
        return vec![
            array,
            plain(quote! { Vec<&str> }, owned.clone()),
            plain(quote! { &[&str] }, owned.clone()),
            plain(quote! { &[String] }, quote! { value.to_vec() }),
            plain(quote! { &Vec<String> }, quote! { value.clone() }),
            Source::other(
                quote! { <const N: usize> },
                quote! { [&str; N] },
                quote! { Self::#name(#owned) },
            ),
        ];
    }
    let syn::Type::Path(path) = held else {
        return Vec::new();
    };
    let last = path.path.segments.last().map(|last| last.ident.to_string());
    let into = quote! { value.into() };
    match last.as_deref().unwrap_or_default() {
        "String" => vec![
            plain(quote! { &str }, quote! { value.to_owned() }),
            plain(quote! { &String }, quote! { value.clone() }),
        ],
        "i64" => vec![
            plain(quote! { i32 }, into.clone()),
            plain(quote! { u32 }, into),
        ],
        "u64" => vec![plain(quote! { u32 }, into)],
        "f64" => vec![plain(quote! { f32 }, into)],
        "AnyJson" => vec![plain(quote! { ::serde_json::Value }, into)],
        "Secret" | "Date" | "DateTime" | "BigNumber" => vec![
            plain(quote! { &str }, into.clone()),
            plain(quote! { String }, into),
        ],
        other
            if rust_api
                .types
                .get(other)
                .is_some_and(|ty| matches!(ty.record.kind, Kind::Enum(_))) =>
        {
            vec![
                plain(quote! { &str }, into.clone()),
                plain(quote! { String }, into),
            ]
        }
        _ => Vec::new(),
    }
}

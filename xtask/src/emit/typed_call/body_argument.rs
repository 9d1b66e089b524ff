//! Argument for a typed body: its type, the statement that sets the body, and the expression that
//! passes a sample.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use crate::progenitor::{Kind, Qualify, RustApi, inside};

/// How a method accepts a typed body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum BodyArgument {
    /// A number or a boolean, by value.
    Value(syn::Type),
    /// A borrowed string.
    Text,
    /// A secret, a date or an enum, by conversion.
    Into(syn::Type),
    /// A slice of items.
    List(syn::Type),
    /// Any other type, borrowed.
    Reference(syn::Type),
    /// A nullable value.
    Nullable(Box<BodyArgument>),
}

impl BodyArgument {
    /// Returns the argument for a type. Type names are relative to the call's module.
    pub(crate) fn new(rust_api: &RustApi, qualify: &Qualify, ty: &syn::Type) -> Self {
        if let Some(inner) = inside("Option", ty) {
            return Self::Nullable(Box::new(match Self::new(rust_api, qualify, &inner) {
                Self::Into(ty) => Self::Reference(ty),
                other => other,
            }));
        }
        if let Some(items) = inside("Vec", ty) {
            return Self::List(qualify.apply(&items));
        }
        let name = match ty {
            syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        match name.as_deref().unwrap_or_default() {
            "bool" | "f32" | "f64" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32"
            | "u64" => Self::Value(ty.clone()),
            "String" => Self::Text,
            "Secret" | "Date" | "DateTime" => Self::Into(ty.clone()),
            name if is_enum(rust_api, name) => Self::Into(qualify.apply(ty)),
            _ => Self::Reference(qualify.apply(ty)),
        }
    }

    /// Returns the type of the argument.
    pub(crate) fn ty(&self) -> TokenStream {
        match self {
            Self::Value(ty) => quote! { #ty },
            Self::Text => quote! { &str },
            Self::Into(ty) => quote! { impl Into<#ty> },
            Self::List(items) => quote! { &[#items] },
            Self::Reference(ty) => quote! { &#ty },
            Self::Nullable(inner) => {
                let inner = inner.ty();
                quote! { Option<#inner> }
            }
        }
    }

    /// Returns the statement that sets the body to the argument `body`.
    pub(crate) fn step(&self) -> TokenStream {
        match self {
            Self::Value(_) | Self::Nullable(_) => quote! { .with_body(&body) },
            Self::Into(ty) => quote! { .with_body::<#ty>(&body.into()) },
            Self::Text | Self::List(_) | Self::Reference(_) => quote! { .with_body(body) },
        }
    }

    /// Returns the expression that passes a sample of the body as the argument.
    pub(crate) fn sample(&self, value: &TokenStream) -> TokenStream {
        match self {
            // The sample of a string is a literal.
            Self::Value(_) | Self::Into(_) | Self::Text => value.clone(),
            Self::List(_) => {
                let items = items(value);
                quote! { &#items }
            }
            Self::Reference(_) => quote! { &#value },
            Self::Nullable(inner) => {
                let inner = inner.sample(value);
                quote! { Some(#inner) }
            }
        }
    }
}

/// Returns `[…]` for `vec![…]`, since a slice does not need a vector.
fn items(value: &TokenStream) -> TokenStream {
    let group = value.clone().into_iter().find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some(group),
        _ => None,
    });
    group.map_or_else(|| quote! { [] }, |group| quote! { #group })
}

fn is_enum(rust_api: &RustApi, name: &str) -> bool {
    let ty = rust_api.types.get(name);
    ty.is_some_and(|ty| matches!(ty.record.kind, Kind::Enum(_)))
}

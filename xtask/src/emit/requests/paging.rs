//! Emits the trait implementations that locate the items in the pages of a list.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::typed_call::Call;
use crate::model::{Api, texts};
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
    let marker = &call.marker;
    let output = &call.output;
    let lists = texts(paging, "items").into_iter();
    let lists: Vec<List> = lists
        .filter_map(|pointer| items(api, rust_api, call, pointer))
        .collect();
    let (item, path) = match lists.as_slice() {
        [] => return TokenStream::new(),
        [List { item, path, .. }] => (item, path.clone()),
        [first, rest @ ..] if rest.iter().all(|list| list.item == first.item) => {
            (&first.item, first_with_items(&lists))
        }
        several => return of_several_types(call, gate, several),
    };
    quote! {
        #gate
        impl ::sdk_runtime::PagedOperation for #marker {
            type Item = #item;

            #[inline]
            fn items(answer: &mut #output) -> Option<&mut Vec<#item>> { #path }
        }
    }
}

/// A list in a response.
struct List {
    item: syn::Type,
    /// Path from the response to the list, as an expression.
    path: TokenStream,
    /// Steps from the response to the object that contains the list. These steps, and the step
    /// `last` from that object to the list, are method calls on an `Option`, which result in `None`
    /// if an optional field is absent.
    parent: TokenStream,
    last: TokenStream,
    /// Expression for the length of the list, in which `at` is the value that `parent` leads to.
    length: TokenStream,
}

/// Selects one of several alternative lists: the first list with items or, if all lists are empty,
/// the last list that is present.
fn first_with_items(lists: &[List]) -> TokenStream {
    let paths = lists.iter().map(|list| &list.path);
    quote! {
        let lists = [#(#paths),*];
        lists.into_iter().flatten().reduce(|first, next| if first.is_empty() { next } else { first })
    }
}

/// Emits the implementation for pages with one list per type. The items of a page are the items of
/// all its lists.
fn of_several_types(call: &Call<'_>, gate: Option<&TokenStream>, lists: &[List]) -> TokenStream {
    let (marker, output) = (&call.marker, &call.output);
    let item = format_ident!("{marker}Item");
    let types: Vec<&syn::Type> = lists.iter().map(|list| &list.item).collect();
    let idents = types.iter().filter_map(|ty| type_name(ty));
    let idents: Vec<syn::Ident> = idents.map(|name| format_ident!("{name}")).collect();
    let parents: Vec<&TokenStream> = lists.iter().map(|list| &list.parent).collect();
    let last = lists.iter().map(|list| &list.last);
    let lengths = lists.iter().map(|list| &list.length);
    let (first_type, first) = (&types[0], &idents[0]);
    let doc = format!(
        " An item of the pages of [`{0}`](crate::Client::{0}).",
        call.operation.id
    );
    let docs = idents
        .iter()
        .map(|ident| format!(" An item of type [`{ident}`]."));
    quote! {
        #[doc = #doc]
        #gate
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum #item { #(#[doc = #docs] #idents(Box<#types>)),* }

        // The runtime identifies unreadable items only in the first list.
        #gate
        impl<'de> ::serde::Deserialize<'de> for #item {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <#first_type as ::serde::Deserialize>::deserialize(deserializer).map(|item| Self::#first(Box::new(item)))
            }
        }

        #gate
        impl ::sdk_runtime::PagedOperation for #marker {
            type Item = #item;

            #[inline]
            fn items(_: &mut #output) -> Option<&mut Vec<#item>> { None }

            #[inline]
            fn count_items(answer: &mut #output) -> Option<usize> {
                let counts = [#(Some(&mut *answer) #parents .map(|at| #lengths)),*];
                counts.into_iter().flatten().reduce(|sum, count| sum + count)
            }

            #[inline]
            fn take_items(answer: &mut #output) -> Vec<#item> {
                let mut all = Vec::new();
                #(if let Some(list) = Some(&mut *answer) #parents #last {
                    all.extend(list.drain(..).map(|item| #item::#idents(Box::new(item))));
                })*
                all
            }
        }
    }
}

/// Returns the list at a pointer into the response.
fn items(_: &Api<'_>, rust_api: &RustApi, call: &Call<'_>, pointer: &str) -> Option<List> {
    let signature = rust_api.signatures.get(call.operation.id)?;
    let mut ty = signature.answer.clone();
    let mut path = quote! { answer };
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    if steps.is_empty() {
        let item = call.qualify.apply(&inside("Vec", &ty)?);
        return Some(List {
            item,
            path: quote! { Some(answer) },
            parent: TokenStream::new(),
            last: TokenStream::new(),
            length: quote! { at.len() },
        });
    }
    let mut parent = TokenStream::new();
    let (mut own, mut length) = (TokenStream::new(), TokenStream::new());
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
        parent = quote! { #parent #own };
        (own, length) = match (field.presence, inside("Option", &field.ty)) {
            (Presence::Required, None) => (
                quote! { .map(|at| &mut at.#ident) },
                quote! { at.#ident.len() },
            ),
            _ => (
                quote! { .and_then(|at| at.#ident.as_mut()) },
                quote! { at.#ident.as_ref().map_or(0, |list| list.len()) },
            ),
        };
        path = match (field.presence, inside("Option", &field.ty), last) {
            (Presence::Required, None, false) => quote! { #path.#ident },
            (Presence::Required, None, true) => quote! { Some(&mut #path.#ident) },
            (_, _, false) => quote! { #path.#ident.as_mut()? },
            (_, _, true) => quote! { #path.#ident.as_mut() },
        };
        ty = inside("Option", &field.ty).unwrap_or_else(|| field.ty.clone());
    }
    let item = call.qualify.apply(&inside("Vec", &ty)?);
    last.then_some(List {
        item,
        path,
        parent,
        last: own,
        length,
    })
}

fn type_name(ty: &syn::Type) -> Option<String> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    Some(name::type_name(
        &path.path.segments.last()?.ident.to_string(),
    ))
}

//! Emits accessors for the headers that the answers of a vendor declare.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit_docs::line;
use crate::model::{Api, Header, text};
use crate::name;

/// The trait with a method a header; nothing where the vendor declares none.
pub(crate) fn emit(api: &Api<'_>) -> Option<TokenStream> {
    let mut headers: BTreeMap<String, &Header<'_>> = BTreeMap::new();
    for header in api
        .operations
        .iter()
        .flat_map(|o| &o.answers)
        .flat_map(|a| &a.headers)
    {
        headers.entry(name::field(header.name)).or_insert(header);
    }
    if headers.is_empty() {
        return None;
    }
    let methods = headers.iter().map(|(ident, header)| {
        let ident = format_ident!("{ident}");
        let wire = header.name;
        let ty = match text(header.schema, "type") {
            "integer" => quote! { i64 },
            "number" => quote! { f64 },
            "boolean" => quote! { bool },
            _ => quote! { String },
        };
        let doc = format!(" `{wire}`: {}", line(header.description));
        quote! {
            #[doc = #doc]
            fn #ident(&self) -> Option<#ty> {
                self.header(#wire)
            }
        }
    });
    Some(quote! {
        /// The headers that the vendor documents, on answers and on errors; `None` where one is absent or unreadable.
        pub trait AnswerHeaders: ::sdk_runtime::HasHeaders + Sized {
            #(#methods)*
        }

        impl<T: ::sdk_runtime::HasHeaders> AnswerHeaders for T {}
    })
}

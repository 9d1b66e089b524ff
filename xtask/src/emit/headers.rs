//! Emits accessors for a vendor's declared response headers.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::docs_text::{code, line};
use crate::model::{Api, Header, text};
use crate::name;

/// Returns the trait with one method per header, or `None` if the vendor declares no headers.
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
        let kind = (text(header.schema, "type"), text(header.schema, "format"));
        let ty = match kind {
            ("integer", _) => quote! { i64 },
            ("number", _) => quote! { f64 },
            ("boolean", _) => quote! { bool },
            (_, "date-time") => quote! { ::sdk_runtime::DateTime },
            (_, "date") => quote! { ::sdk_runtime::Date },
            _ => quote! { String },
        };
        let doc = format!(" {}: {}", code(wire), line(header.description));
        quote! {
            #[doc = #doc]
            fn #ident(&self) -> Option<#ty> {
                ::sdk_runtime::HasHeaders::header(self, #wire)
            }
        }
    });
    Some(quote! {
        /// Documented headers of responses and errors.
        ///
        /// Each method returns `None` if the header is absent or unreadable.
        pub trait AnswerHeaders: ::sdk_runtime::HasHeaders + Sized {
            #(#methods)*
        }

        impl<T: ::sdk_runtime::HasHeaders> AnswerHeaders for T {}
    })
}

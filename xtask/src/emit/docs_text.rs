//! Text of a spec as Markdown for rustdoc: attributes, escapes, single lines.

use proc_macro2::TokenStream;
use quote::quote;

/// One `#[doc]` attribute per line.
pub(crate) fn attributes(markdown: &str) -> TokenStream {
    let lines = markdown.trim_end().lines().map(|line| {
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        quote! { #[doc = #line] }
    });
    quote! { #(#lines)* }
}

/// Free text of a spec, safe in rustdoc: what looks like a link or a tag is text.
pub(crate) fn prose(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for c in text.trim().chars() {
        if c == '`' {
            code = !code;
        }
        if !code && matches!(c, '[' | ']' | '<' | '>') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Text as one line.
pub(crate) fn line(text: &str) -> String {
    prose(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

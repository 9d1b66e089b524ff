//! Reduces progenitor's output to the relevant items, because parsing the entire output takes much
//! longer.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Keeps modules with only their structs and enums, and `impl` blocks with the bodies of their
/// methods emptied.
pub(super) fn relevant(output: TokenStream) -> TokenStream {
    items(output)
        .into_iter()
        .filter_map(|item| match keyword(&item).as_deref() {
            Some("mod") => Some(with_body(item, types)),
            Some("impl") => Some(with_body(item, signatures)),
            _ => None,
        })
        .collect()
}

fn types(body: TokenStream) -> TokenStream {
    let is_type = |item: &Vec<TokenTree>| {
        let keyword = keyword(item);
        matches!(keyword.as_deref(), Some("struct" | "enum"))
    };
    items(body).into_iter().filter(is_type).flatten().collect()
}

fn signatures(body: TokenStream) -> TokenStream {
    items(body)
        .into_iter()
        .map(|item| with_body(item, |_| TokenStream::new()))
        .collect()
}

/// Splits tokens into items, each of which ends with a semicolon or with braces, and removes doc
/// comments.
fn items(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut items = Vec::new();
    let mut item = Vec::new();
    for tree in tokens {
        if is_attribute(&tree, "doc") {
            item.pop();
            continue;
        }
        let is_end = match &tree {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        item.push(tree);
        if is_end {
            items.push(std::mem::take(&mut item));
        }
    }
    items
}

fn is_attribute(tree: &TokenTree, name: &str) -> bool {
    let TokenTree::Group(group) = tree else {
        return false;
    };
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(first)) if first == name)
}

/// Returns the first identifier after attributes and `pub`.
fn keyword(item: &[TokenTree]) -> Option<String> {
    item.iter().find_map(|tree| match tree {
        TokenTree::Ident(ident) if ident != "pub" => Some(ident.to_string()),
        _ => None,
    })
}

/// Replaces the content of the braces at the end of an item.
fn with_body(
    mut item: Vec<TokenTree>,
    replace: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    if let Some(TokenTree::Group(body)) = item.pop() {
        let body = Group::new(body.delimiter(), replace(body.stream()));
        item.push(body.into());
    }
    item.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::relevant;
    use quote::quote;

    #[test]
    fn types_and_signatures_are_kept_without_comments_and_bodies() {
        let output = quote! {
            use a::{b, c};
            /// Types.
            pub mod types {
                /// A size.
                #[derive(Clone)]
                pub struct Size { #[serde(rename = "W")] pub w: i64 }
                impl Size { pub fn new() -> Self { todo() } }
                pub struct Name(pub String);
                pub enum Kind { A }
            }
            impl Client {
                /// Lists.
                pub async fn list<'a>(&'a self) -> Result<u8, Error> { let url = 1; }
            }
            pub struct Client { url: String }
        };
        let expected = quote! {
            pub mod types {
                #[derive(Clone)]
                pub struct Size { #[serde(rename = "W")] pub w: i64 }
                pub struct Name(pub String);
                pub enum Kind { A }
            }
            impl Client {
                pub async fn list<'a>(&'a self) -> Result<u8, Error> {}
            }
        };
        assert_eq!(relevant(output).to_string(), expected.to_string());
    }
}

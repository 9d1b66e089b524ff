//! Emits `ErrorCode`: the codes in `x-sdk-error-codes` as one open enum per vendor.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::emit::docs_text::{self, attributes, line};
use crate::model::{Api, text};
use crate::name;

/// The rows of all operations for one code, merged.
#[derive(Default)]
struct Code {
    is_number: bool,
    types: BTreeSet<String>,
    statuses: BTreeSet<u64>,
    meanings: Vec<String>,
    operations: usize,
}

/// Returns the enum, or `None` if no operation documents a code.
pub(crate) fn emit(api: &Api<'_>) -> Option<TokenStream> {
    let codes = codes(api);
    if codes.is_empty() {
        return None;
    }
    let idents = idents(&codes);
    let names: Vec<syn::Ident> = idents
        .iter()
        .map(|ident| format_ident!("{ident}"))
        .collect();
    let texts: Vec<&String> = codes.keys().map(|(_, text)| text).collect();
    let docs = codes.iter().map(|((_, text), code)| docs(text, code));
    Some(quote! {
        /// Error codes of the vendor.
        ///
        /// [`ErrorCode::of`] returns the code of an error. The documentation of each operation
        /// lists its error codes.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            #(#docs #names,)*
            /// A code unknown to this version of the SDK.
            Unknown(String),
        }

        ::sdk_runtime::open_enum!(impl ErrorCode { #(#names = #texts),* });

        impl ErrorCode {
            /// Returns the code of an error, or `None` if the error is not from the vendor or
            /// has no code.
            pub fn of(error: &::sdk_runtime::Error) -> Option<Self> {
                error.code().map(Self::from)
            }
        }
    })
}

/// Returns the codes: numbers in order, then strings.
fn codes(api: &Api<'_>) -> BTreeMap<(u64, String), Code> {
    let mut codes: BTreeMap<(u64, String), Code> = BTreeMap::new();
    for operation in &api.operations {
        let mut seen = BTreeSet::new();
        for row in operation.error_codes {
            let text_of = |code: &Value| match code {
                Value::String(text) => text.clone(),
                number => number.to_string(),
            };
            // A number and a string with the same digits are the same code.
            let code_text = text_of(&row["code"]);
            let number = code_text.parse::<u64>().ok();
            let is_number = number.is_some();
            let key = (number.unwrap_or(u64::MAX), code_text);
            let code = codes.entry(key.clone()).or_default();
            code.is_number = is_number;
            code.types.insert(text(row, "type").to_owned());
            code.statuses.extend(row["status"].as_u64());
            let meaning = line(text(row, "description"));
            if !meaning.is_empty() && !code.meanings.contains(&meaning) {
                code.meanings.push(meaning);
            }
            if seen.insert(key) {
                code.operations += 1;
            }
        }
    }
    codes
}

/// Returns one name per code.
///
/// A number that has the same type in every operation becomes a name such as `InvalidParam1103`,
/// any other number becomes a name such as `Code1103`, and a string is converted to a variant name.
/// A name doesn't depend on other codes unless two names would collide.
fn idents(codes: &BTreeMap<(u64, String), Code>) -> Vec<String> {
    let wires: Vec<&str> = codes.keys().map(|(_, text)| text.as_str()).collect();
    name::distinct(&wires, |wire| {
        let code = codes
            .iter()
            .find(|((_, text), _)| text == wire)
            .map(|(_, code)| code);
        let number = code.filter(|code| code.is_number);
        let kind = number.and_then(|code| code.types.first().filter(|_| code.types.len() == 1));
        name::variant(&match (number, kind) {
            (None, _) => name::type_name(wire),
            (_, Some(kind)) if !kind.is_empty() => name::type_name(&format!("{kind}_{wire}")),
            _ => format!("Code{wire}"),
        })
    })
}

fn docs(text: &str, code: &Code) -> TokenStream {
    let statuses: Vec<String> = code
        .statuses
        .iter()
        .map(|status| format!("`{status}`"))
        .collect();
    let word = if statuses.len() == 1 {
        "status"
    } else {
        "statuses"
    };
    let mut markdown = format!(
        "Code {}, {word} {}",
        docs_text::code(text),
        statuses.join(", ")
    );
    let kinds: Vec<String> = code
        .types
        .iter()
        .filter(|kind| !kind.is_empty())
        .map(|kind| docs_text::code(kind))
        .collect();
    if !kinds.is_empty() {
        markdown.push_str(&format!(", type {}", kinds.join(" or ")));
    }
    match code.meanings.as_slice() {
        [] => markdown.push('.'),
        [only] => markdown.push_str(&format!(": {only}")),
        several => {
            markdown.push_str(", depending on the operation:\n");
            for meaning in several {
                markdown.push_str(&format!("\n- {meaning}"));
            }
        }
    }
    attributes(&markdown)
}

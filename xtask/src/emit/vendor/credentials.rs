//! Emits `Credentials`: a constructor per kind, a method per optional field, and the static data
//! that the runtime interprets.

mod description;
mod environment;
mod kinds;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::emit::crate_root::has_hook;
use crate::emit::docs_text::{attributes, line, prose};
use crate::emit::vendor::credentials::kinds::{is_optional, kinds};
use crate::model::{Api, elements, flag, text};
use crate::name;

pub(crate) use environment::{HEAD, row, table};

/// Emits `credential_kinds.rs`. Returns `None` for a crate with hand-written credentials.
pub(crate) fn emit(api: &Api<'_>) -> Option<TokenStream> {
    let kinds = kinds(api)?;
    let described = description::emit(api, kinds);
    let constructors = kinds
        .iter()
        .enumerate()
        .map(|(index, kind)| constructor(index, kind));
    let setters = setters(kinds);
    let variables = environment::variables(api, kinds);
    let hook = has_hook(api).then(|| quote! { , hook = crate::exchange_hook::complete });
    let docs = attributes(&type_docs(api, kinds));
    Some(quote! {
        #[allow(unused_imports)] // Not every vendor needs all of these types.
        use ::sdk_runtime::{
            CredentialExchange, CredentialField, CredentialKind, GivenCredentials, Piece, PropertyValue,
            RefreshRefusal, Scheme, SchemeValue, Secret, TokenRules, Travel,
        };

        #described

        #docs
        #[derive(Clone)]
        pub struct Credentials(GivenCredentials);

        impl Credentials {
            #(#constructors)*
            #(#setters)*
        }

        ::sdk_runtime::vendor_credentials!(
            Credentials,
            vendor = super::about::VENDOR,
            kinds = &KINDS,
            variables = &[#(#variables),*]
            #hook
        );
    })
}

fn type_docs(api: &Api<'_>, kinds: &[Value]) -> String {
    let mut docs = format!(
        "Credentials for {}. Secrets are never printed.\n",
        line(api.title)
    );
    docs.push_str("\nConstructors, in the order in which the environment is searched:\n\n");
    for kind in kinds {
        let summary = text(kind, "description");
        let summary = summary.split("\n\n").next().unwrap_or_default();
        docs.push_str(&format!(
            "- [`{0}`](Self::{0}): {1}\n",
            text(kind, "name"),
            line(summary)
        ));
    }
    docs
}

fn constructor(index: usize, kind: &Value) -> TokenStream {
    let index = proc_macro2::Literal::usize_unsuffixed(index);
    let ident = name::raw_ident(text(kind, "name"));
    let required = elements(kind, "fields")
        .iter()
        .filter(|field| !is_optional(field));
    let mut docs = prose(text(kind, "description"));
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    for field in required {
        if arguments.is_empty() {
            docs.push_str("\n\nArguments:\n");
        }
        let argument = name::raw_ident(text(field, "name"));
        docs.push_str(&format!(
            "\n- `{}`: {}",
            text(field, "name"),
            line(text(field, "description"))
        ));
        if flag(field, "secret") {
            arguments.push(quote! { #argument: impl Into<Secret> });
            values.push(quote! { #argument.into() });
        } else {
            arguments.push(quote! { #argument: impl Into<String> });
            values.push(quote! { Secret::new(#argument) });
        }
    }
    let docs = attributes(&docs);
    quote! {
        #docs
        pub fn #ident(#(#arguments),*) -> Self {
            Self(GivenCredentials::new(&KINDS[#index], [#(#values),*]))
        }
    }
}

/// Emits one method per optional field, and a second method for a field with `list`. A method
/// doesn't affect kinds without its field.
fn setters(kinds: &[Value]) -> Vec<TokenStream> {
    let fields = kinds.iter().flat_map(|kind| elements(kind, "fields"));
    let mut known: Vec<&str> = Vec::new();
    let mut setters = Vec::new();
    for field in fields.filter(|field| is_optional(field)) {
        let field_name = text(field, "name");
        if known.contains(&field_name) {
            continue;
        }
        known.push(field_name);
        let method = format_ident!("with_{field_name}");
        let argument = name::raw_ident(field_name);
        let kind = match flag(field, "secret") {
            true => quote! { Secret },
            false => quote! { String },
        };
        let has = |kind: &&Value| {
            let mut fields = elements(kind, "fields").iter();
            fields.any(|field| text(field, "name") == field_name)
        };
        let others: Vec<String> = kinds
            .iter()
            .filter(|kind| !has(kind))
            .map(|kind| format!("`{}`", text(kind, "name")))
            .collect();
        let mut docs = prose(text(field, "description"));
        if let Some(default) = field.get("default").and_then(Value::as_str) {
            docs.push_str(&format!(
                "\n\nDefault: {}.",
                crate::emit::docs_text::code(default)
            ));
        }
        if !others.is_empty() {
            docs.push_str(&format!(
                "\n\nThis method does not affect credentials created with {}.",
                others.join(", ")
            ));
        }
        let docs = attributes(&docs);
        setters.push(quote! {
            #docs
            pub fn #method(mut self, #argument: impl Into<#kind>) -> Self {
                self.0.set(#field_name, #argument.into());
                self
            }
        });
        if let Some(list) = field.get("list").and_then(Value::as_str) {
            setters.push(list_setter(field_name, list, &method));
        }
    }
    setters
}

/// Emits a method that takes several strings and joins them with spaces.
fn list_setter(field: &str, list: &str, method: &syn::Ident) -> TokenStream {
    let ident = format_ident!("with_{list}");
    let argument = name::raw_ident(list);
    let doc = format!(
        " Sets `{field}` to several strings, joined with spaces. See [`{method}`](Self::{method})."
    );
    quote! {
        #[doc = #doc]
        pub fn #ident<S: AsRef<str>>(self, #argument: impl IntoIterator<Item = S>) -> Self {
            let texts: Vec<String> = #argument
                .into_iter()
                .map(|text| text.as_ref().to_owned())
                .collect();
            self.#method(texts.join(" "))
        }
    }
}

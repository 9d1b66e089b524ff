//! Emits the items that occur once per crate: the vendor's static, its servers, and the root module
//! of the generated code.

pub(crate) mod credentials;

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::emit::docs_text::{api_name, attributes, code, line, prose};
use crate::emit::sample;
use crate::model::{Api, Server, elements, text};
use crate::name;
use crate::progenitor::{RustApi, SHARED};

/// Emits `about.rs`: name, servers, rate limits and error format.
pub(crate) fn emit_about(api: &Api<'_>) -> TokenStream {
    let name = api.vendor;
    let display_name = api.title;
    let servers = api.servers.iter().map(|server| {
        let Server { name, url, placeholder, description, .. } = server;
        quote! { ServerInfo { name: #name, url: #url, placeholder: #placeholder, description: #description } }
    });
    let (limits, wait) = emit_limits(api.limits);
    let error = emit_error_pointers(api.error.1);
    let server = emit_server(api);
    quote! {
        use ::sdk_runtime::{ErrorShape, ServerInfo, ServerUrl, Vendor};

        /// Static data of the vendor: servers, operations, rate limits and error format.
        pub static VENDOR: Vendor = Vendor {
            name: #name,
            display_name: #display_name,
            crate_name: env!("CARGO_PKG_NAME"),
            crate_version: env!("CARGO_PKG_VERSION"),
            servers: &[#(#servers),*],
            operations: super::table::OPERATIONS,
            limits: #limits,
            wait: #wait,
            error: #error,
        };

        #server
    }
}

/// Emits the rate limits, and the header in which the vendor sends a retry delay.
fn emit_limits(limits: Option<&Value>) -> (TokenStream, TokenStream) {
    let none = || quote! { None };
    let number = |key: &str| {
        let number = limits?.get(key)?.as_u64()?;
        u32::try_from(number).ok()
    };
    let numbers = match (number("requests"), number("per_seconds")) {
        (Some(requests), Some(per_seconds)) => {
            let concurrent = number("concurrent").map_or_else(none, |v| quote! { Some(#v) });
            quote! { Some(::sdk_runtime::Limits { requests: #requests, per_seconds: #per_seconds, concurrent: #concurrent }) }
        }
        _ => none(),
    };
    let wait = limits.and_then(|limits| limits.get("wait"));
    let wait = wait.map_or_else(none, |wait| {
        let header = text(wait, "header");
        let unit = format_ident!("{}", name::type_name(text(wait, "unit")));
        quote! { Some(::sdk_runtime::WaitHeader { header: #header, unit: ::sdk_runtime::WaitUnit::#unit }) }
    });
    (numbers, wait)
}

fn emit_error_pointers(mark: &Value) -> TokenStream {
    let pointers = |key: &str| {
        let pointers = elements(mark, key).iter().filter_map(Value::as_str);
        quote! { &[#(#pointers),*] }
    };
    let (code, kind, message) = (pointers("code"), pointers("type"), pointers("message"));
    let (fields, in_success) = (pointers("fields"), pointers("in_success"));
    quote! {
        ErrorShape { code: #code, kind: #kind, message: #message, fields: #fields, in_success: #in_success }
    }
}

fn emit_server(api: &Api<'_>) -> TokenStream {
    let mut variants = Vec::new();
    let mut arms = Vec::new();
    let mut defaults = None;
    for (index, server) in api.servers.iter().enumerate() {
        let variant = format_ident!("{}", name::type_name(server.name));
        let docs = attributes(&format!(
            "{}\n\n{}",
            prose(server.description),
            code(server.url)
        ));
        let default = (index == 0 && server.variables.is_empty()).then(|| quote! { #[default] });
        if server.variables.is_empty() {
            variants.push(quote! { #docs #default #variant });
            arms.push(quote! { Server::#variant => ServerUrl::new(&VENDOR.servers[#index]) });
        } else {
            let fields: Vec<syn::Ident> = server
                .variables
                .iter()
                .map(|(variable, _)| format_ident!("{}", name::field(variable)))
                .collect();
            let declared = server
                .variables
                .iter()
                .zip(&fields)
                .map(|((_, description), field)| {
                    let docs = attributes(&prose(description));
                    quote! { #docs #field: String }
                });
            if index == 0 {
                defaults = Some(quote! {
                    impl Default for Server {
                        /// Returns the first server, with empty variables.
                        fn default() -> Self {
                            Self::#variant { #(#fields: String::new()),* }
                        }
                    }
                });
            }
            let filled = server
                .variables
                .iter()
                .zip(&fields)
                .map(|((variable, _), field)| {
                    quote! { .with_variable(#variable, &#field) }
                });
            arms.push(quote! {
                Server::#variant { #(#fields),* } => ServerUrl::new(&VENDOR.servers[#index]) #(#filled)*
            });
            variants.push(quote! { #docs #variant { #(#declared),* } });
        }
    }
    let derive = defaults.is_none().then(|| quote! { , Default });
    quote! {
        /// Servers of the vendor. The builder also accepts any other base URL.
        #[derive(Clone, Debug, PartialEq, Eq #derive)]
        #[non_exhaustive]
        pub enum Server { #(#variants),* }

        #defaults

        impl From<Server> for ServerUrl {
            fn from(server: Server) -> Self {
                match server { #(#arms),* }
            }
        }
    }
}

/// Emits `mod.rs`: the modules, the client, and re-exports of all types.
pub(crate) fn emit_mod(api: &Api<'_>, rust_api: &RustApi) -> Result<TokenStream> {
    let mut modules = Vec::new();
    let mut exports = Vec::new();
    // The page of `Client` lists its methods in this order. Token operations come last, because few
    // users call them directly.
    let (token_tags, other_tags): (Vec<_>, Vec<_>) = api.tags.iter().partition(|tag| tag.always);
    for tag in other_tags.into_iter().chain(token_tags) {
        let module = format_ident!("{}", tag.module());
        let gate = (!tag.always).then(|| {
            let feature = tag.name;
            quote! { #[cfg(feature = #feature)] }
        });
        let docs = attributes(&prose(tag.description));
        modules.push(quote! { #docs #gate pub mod #module; });
        let names: Vec<syn::Ident> = type_names(rust_api, &tag.module());
        if !names.is_empty() {
            exports.push(quote! { #gate pub use super::#module::{#(#names),*}; });
        }
    }
    let shared = format_ident!("{SHARED}");
    let names = type_names(rust_api, SHARED);
    let types_docs = attributes(&format!(
        "All {} types of the API, re-exported from their modules.\n\n\
         Data types can be compared with `==`. Floats compare as usual in Rust: NaN isn't equal to itself. \
         [`AnyJson`](crate::AnyJson) compares numbers exactly: `1.0` and `1` differ. Bodies with files \
         can't be compared.",
        rust_api.types.len()
    ));
    let headers = crate::emit::headers::emit(api).map(|_| {
        quote! {
            mod headers;
            pub use headers::AnswerHeaders;
        }
    });
    let error_code = crate::emit::error_code::emit(api).map(|_| {
        quote! {
            mod error_code;
            pub use error_code::ErrorCode;
        }
    });
    let webhooks = (!api.webhooks.is_empty()).then(|| {
        quote! {
            /// Verification and events of the vendor's webhooks.
            #[cfg(feature = "webhooks")]
            pub mod webhooks;
        }
    });
    let described = api.credentials.map(|_| {
        quote! {
            mod credential_kinds;
            pub use credential_kinds::Credentials;
        }
    });
    let credentials = match api.credentials {
        Some(_) => quote! { credential_kinds::Credentials },
        None => quote! { crate::Credentials },
    };
    let bulk = api
        .operations
        .iter()
        .any(|operation| operation.bulk.is_some())
        .then(|| quote! { ::sdk_runtime::vendor_bulk!(); });
    let docs = attributes(&client_docs(api, rust_api)?);
    api.servers.first().context("a document needs a server")?;
    Ok(quote! {
        ::sdk_runtime::vendor_client!(
            #docs
            credentials = #credentials,
            server = about::Server,
            vendor = about::VENDOR,
            openapi = OPENAPI
        );
        #bulk

        #[doc(inline)]
        pub use ::sdk_runtime::surface::*;

        /// OpenAPI 3.0.3 document from which this crate was generated, as JSON with `x-sdk-…`
        /// extensions.
        pub const OPENAPI: &str = include_str!("../../openapi.json");

        #(#modules)*

        /// Types that several tags use, and the error base.
        pub mod #shared;
        pub(crate) mod table;
        pub(crate) mod about;

        #webhooks
        #headers
        #error_code
        #described
        pub use table::OPERATIONS;
        pub use about::{Server, VENDOR};

        #types_docs
        pub mod types {
            #(#exports)*
            pub use super::#shared::{#(#names),*};
        }

    })
}

/// Returns the documentation of the client: how to create it, and a first call.
fn client_docs(api: &Api<'_>, rust_api: &RustApi) -> Result<String> {
    let example = sample::first_call(api, rust_api)?;
    Ok(format!(
        "Client for the {api}.\n\n\
        [`builder`](Self::builder) creates a client from credentials, a base URL and settings.\n\
        [`from_env`](Self::from_env) reads the credentials and the base URL from the environment. Clones share\n\
        connections, the access token and the rate limit, so create one client and clone it.\n\n\
        Each method takes the required parameters of its operation. To set optional parameters, call the setters of\n\
        [`Request`]. `.await` or [`send`](Request::send) sends the request.\n\n\
        ```no_run\n{example}```\n\n\
        The methods are grouped by tag. Operations that issue tokens come last, because the client calls them itself.",
        api = api_name(api.title),
    ))
}

fn type_names(rust_api: &RustApi, module: &str) -> Vec<syn::Ident> {
    rust_api
        .types_of(module)
        .map(|(name, _)| format_ident!("{name}"))
        .collect()
}

/// Returns the cargo features as lines of the manifest: `all`, the features of the tags, `internal`
/// and `webhooks`.
pub(crate) fn features(api: &Api<'_>) -> String {
    let gated: Vec<&str> = api
        .tags
        .iter()
        .filter(|t| !t.always)
        .map(|t| t.name)
        .collect();
    let mut lines = String::from("all = [");
    lines.push_str(
        &gated
            .iter()
            .map(|tag| format!("\"{tag}\""))
            .collect::<Vec<_>>()
            .join(", "),
    );
    lines.push_str("]\n");
    for tag in gated {
        lines.push_str(&format!("{tag} = []\n"));
    }
    if api.operations.iter().any(|operation| operation.internal) {
        lines.push_str("internal = []\n");
    }
    if !api.webhooks.is_empty() {
        lines.push_str("webhooks = [\"sdk-runtime/webhooks\"]\n");
    }
    lines
}

/// Returns the table of the features for the README.
pub(crate) fn feature_table(api: &Api<'_>) -> String {
    let mut lines = String::from("| feature | operations | description |\n|---|---|---|\n");
    for tag in &api.tags {
        let count = api.operations.iter().filter(|o| o.tag == tag.name).count();
        let name = if tag.always {
            format!("{} (always)", tag.name)
        } else {
            format!("`{}`", tag.name)
        };
        // The README is also the crate's documentation.
        let text = line(tag.description).replace('|', "\\|");
        lines.push_str(&format!("| {name} | {count} | {text} |\n"));
    }
    let internal = api
        .operations
        .iter()
        .filter(|operation| operation.internal)
        .count();
    if internal > 0 {
        lines.push_str(&format!(
            "| `internal` (off) | {internal} of these | Operations for the vendor's own staff |\n"
        ));
    }
    if !api.webhooks.is_empty() {
        lines.push_str("| `webhooks` (off) | | Verification and parsing of webhooks |\n");
    }
    lines
}

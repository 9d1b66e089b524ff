//! Emits the webhooks of a vendor: for each family, the verification and an enum of the events. If
//! all requests of a family have the same payload, emits a struct instead of the enum.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::emit::docs_text::{attributes, prose};
use crate::model::{Api, elements, text};
use crate::name;

/// Emits `webhooks.rs`. Returns `None` for a vendor without webhooks.
pub(crate) fn emit(api: &Api<'_>) -> Option<TokenStream> {
    if api.webhooks.is_empty() {
        return None;
    }
    let families = api.webhooks.iter().map(family);
    Some(quote! {
        pub use ::sdk_runtime::{HeaderMap, WebhookError, WebhookFamily, WebhookKeys};
        #(#families)*
    })
}

fn family(family: &Value) -> TokenStream {
    let (family_name, event) = (text(family, "name"), text(family, "event"));
    let constant = format_ident!("{}", name::constant(family_name));
    let ident = format_ident!("{}Event", name::type_name(family_name));
    let docs = attributes(&prose(text(family, "description")));
    let rule = &family["verification"];
    let verification = verification(rule);
    let static_doc = format!(" Verification of the webhook family `{family_name}`.");
    let described = quote! {
        #[doc = #static_doc]
        pub static #constant: WebhookFamily = WebhookFamily {
            name: #family_name,
            event: #event,
            verification: #verification,
        };
    };
    if let Some(payload) = family.get("payload").and_then(Value::as_str) {
        let ident = format_ident!("{}", name::type_name(family_name));
        let payload = format_ident!("{}", name::type_name(payload));
        let payload = quote! { super::types::#payload };
        let parse_method = parse_method(rule, &constant, &payload);
        return quote! {
            #described

            #docs
            #[derive(Clone, Copy, Debug)]
            pub struct #ident;

            impl #ident {
                #parse_method

                fn read(body: &[u8]) -> Result<#payload, WebhookError> {
                    let (_, body) = ::sdk_runtime::read_webhook(&#constant, body)?;
                    body.read().map_err(WebhookError::Malformed)
                }
            }
        };
    }
    let mut variants = Vec::new();
    let mut arms = Vec::new();
    let mut names = Vec::new();
    for row in elements(family, "events") {
        let event = text(row, "event");
        let variant = match text(row, "variant") {
            "" => event,
            variant => variant,
        };
        let variant = format_ident!("{}", name::type_name(variant));
        let payload = format_ident!("{}", name::type_name(text(row, "payload")));
        let doc = format!(" `{event}`.");
        variants.push(quote! { #[doc = #doc] #variant(Box<super::types::#payload>) });
        let guard = match text(row, "has") {
            "" => None,
            pointer => Some(quote! { if body.pointer(#pointer).is_some() }),
        };
        arms.push(quote! {
            #event #guard => body.read().map(|payload| Self::#variant(Box::new(payload)))
        });
        names.push(quote! { Self::#variant(_) => #event });
    }
    let parse_method = parse_method(rule, &constant, &quote! { Self });
    quote! {
        #described

        #docs
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum #ident {
            #(#variants,)*
            /// An event unknown to this version of the SDK.
            Unknown {
                /// Name of the event, or an empty string if the body contains no name.
                event: String,
                /// Body as received.
                body: ::sdk_runtime::AnyJson,
            },
        }

        impl #ident {
            #parse_method

            /// Returns the name of the event, in the vendor's spelling.
            #[inline]
            pub fn event(&self) -> &str {
                match self {
                    #(#names,)*
                    Self::Unknown { event, .. } => event,
                }
            }

            fn read(body: &[u8]) -> Result<Self, WebhookError> {
                let (event, body) = ::sdk_runtime::read_webhook(&#constant, body)?;
                let read = match event.as_str() {
                    #(#arms,)*
                    _ => Ok(Self::Unknown { event, body }),
                };
                read.map_err(WebhookError::Malformed)
            }
        }
    }
}

/// Emits the function that reads an event. The function verifies signed events first.
fn parse_method(rule: &Value, constant: &syn::Ident, event: &TokenStream) -> TokenStream {
    if text(rule, "kind") == "none" {
        return quote! {
            /// Parses a request.
            ///
            /// The vendor doesn't sign these requests. Treat them as hints, and read the resource
            /// through the API.
            ///
            /// # Errors
            ///
            /// Fails if the body isn't JSON, or doesn't match the type of the event.
            #[inline]
            pub fn parse(body: &[u8]) -> Result<#event, WebhookError> {
                Self::read(body)
            }
        };
    }
    quote! {
        /// Verifies a request and parses its event. Pass the body exactly as received.
        ///
        /// # Errors
        ///
        /// Fails if a header is missing or unusable, a key is malformed, no key matches the
        /// signature, the signed time differs too much from `now`, or the body can't be read.
        #[inline]
        pub fn verify_and_parse(
            headers: &HeaderMap,
            body: &[u8],
            keys: &WebhookKeys,
            now: ::std::time::SystemTime,
        ) -> Result<#event, WebhookError> {
            ::sdk_runtime::verify_webhook(&#constant, headers, body, keys, now)?;
            Self::read(body)
        }
    }
}

fn verification(rule: &Value) -> TokenStream {
    let seconds = rule.get("tolerance").and_then(Value::as_u64).unwrap_or(300);
    let tolerance = quote! { ::std::time::Duration::from_secs(#seconds) };
    let timestamp = text(rule, "timestamp");
    match text(rule, "kind") {
        "ed25519" => {
            let signature = text(rule, "signature");
            quote! {
                ::sdk_runtime::Verification::Ed25519 {
                    signature: #signature, timestamp: #timestamp, tolerance: #tolerance,
                }
            }
        }
        "hmac_sha256" => {
            let headers = elements(rule, "headers").iter().filter_map(Value::as_str);
            let encoding = format_ident!("{}", name::type_name(text(rule, "encoding")));
            let algorithm = match rule.get("algorithm") {
                Some(algorithm) => {
                    let (header, value) = (text(algorithm, "header"), text(algorithm, "value"));
                    quote! { Some((#header, #value)) }
                }
                None => quote! { None },
            };
            let timestamp = match timestamp {
                "" => quote! { None },
                header => quote! { Some(#header) },
            };
            quote! {
                ::sdk_runtime::Verification::HmacSha256 {
                    headers: &[#(#headers),*],
                    encoding: ::sdk_runtime::SignatureEncoding::#encoding,
                    algorithm: #algorithm,
                    timestamp: #timestamp,
                    tolerance: #tolerance,
                }
            }
        }
        _ => quote! { ::sdk_runtime::Verification::None },
    }
}

//! Emits the setters of an operation, for parameters, an optional body, HTTP Basic, and the media
//! type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::requests::{argument, body, media};
use crate::emit::typed_call::Call;
use crate::emit::{docs, docs_text};
use crate::model::{Operation, Parameter, Scheme};
use crate::name;
use crate::progenitor::inside;

pub(super) fn emit(call: &Call<'_>, gate: Option<&TokenStream>) -> TokenStream {
    let mut setters: Vec<TokenStream> = call
        .parameters
        .iter()
        .filter(|(parameter, _)| parameter.has_setter())
        .map(|(parameter, ty)| one(call.operation, parameter, ty))
        .collect();
    if call.is_bulk() {
        return block(&quote! { super::BulkRequest }, call, gate, &setters);
    }
    setters.extend(bodies(call));
    if call.operation.security == [Scheme::Basic] {
        setters.push(quote! {
            /// Sets the user name and password for HTTP Basic, which replace the client's
            /// credentials.
            #[inline]
            pub fn basic_auth(self, user: impl Into<String>, password: impl Into<::sdk_runtime::Secret>) -> Self {
                self.with_basic_auth(user, password)
            }
        });
    }
    let choice = media::choice(call);
    let declared = choice
        .as_ref()
        .map(|(declared, _)| quote! { #gate #declared });
    setters.extend(choice.map(|(_, setter)| setter));
    let setters = block(&quote! { Request }, call, gate, &setters);
    quote! { #declared #setters }
}

fn block(
    request: &TokenStream,
    call: &Call<'_>,
    gate: Option<&TokenStream>,
    setters: &[TokenStream],
) -> TokenStream {
    if setters.is_empty() {
        return TokenStream::new();
    }
    let marker = &call.marker;
    quote! {
        #gate
        impl #request<'_, #marker> { #(#setters)* }
    }
}

/// Emits one setter per variant of the body, unless the body is an argument or always `{}`.
fn bodies(call: &Call<'_>) -> Vec<TokenStream> {
    if call.takes_body() || call.has_empty_body {
        return Vec::new();
    }
    let description = call
        .operation
        .body
        .as_ref()
        .map_or("", |body| body.description);
    let doc = match (call.operation.token, description) {
        (true, _) => " Sets the body. By default, the client sends its own credentials.".to_owned(),
        (false, "") => " Sets the body.".to_owned(),
        (false, text) => format!(" Sets the body: {}", docs_text::line(text)),
    };
    let setters = call.bodies.iter().enumerate().map(|(index, variant)| {
        let ident = match index {
            0 => format_ident!("body"),
            _ => format_ident!("{}", name::field_with_suffix("body", &variant.suffix())),
        };
        let (ty, step) = body::typed_step(call, index);
        let media = media::of_alternative(call, variant);
        quote! {
            #[doc = #doc]
            #[inline]
            pub fn #ident(self, body: #ty) -> Self { self #step #media }
        }
    });
    setters.collect()
}

fn one(operation: &Operation<'_>, parameter: &Parameter<'_>, ty: &syn::Type) -> TokenStream {
    let wire = argument::wire_name(operation, parameter);
    let ident = format_ident!("{}", parameter.ident);
    let inner = inside("Option", ty).unwrap_or_else(|| ty.clone());
    let (ty, step) = setter_argument(parameter, &inner, &wire, &ident);
    let mut doc = format!(
        " Sets {} ({}, {}",
        docs_text::code(parameter.name),
        parameter.place.word(),
        docs::parameter_kind(parameter)
    );
    if let Some(preset) = parameter.preset() {
        doc.push_str(&format!(
            ", default {}",
            docs_text::code(&preset.to_string())
        ));
    }
    doc.push_str("): ");
    doc.push_str(&docs_text::line(parameter.description));
    let deprecated = parameter.deprecated.then(|| quote! { #[deprecated] });
    quote! {
        #[doc = #doc]
        #deprecated
        #[inline]
        pub fn #ident(self, #ident: #ty) -> Self { self #step }
    }
}

/// Like [`argument::typed_step`], but for the argument of a setter, which also accepts owned
/// strings.
fn setter_argument(
    parameter: &Parameter<'_>,
    ty: &syn::Type,
    wire: &str,
    ident: &syn::Ident,
) -> (TokenStream, TokenStream) {
    if !parameter.json && *ty == syn::parse_quote!(&str) {
        return (
            quote! { impl Into<String> },
            quote! { .set(#wire, #ident.into()) },
        );
    }
    argument::typed_step(parameter, ty, wire, ident)
}

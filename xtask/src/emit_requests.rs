//! Emits the calls of a tag: a marker type, a client method and the setters of each operation.

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit_docs;
use crate::model::{Api, Body, Operation, Parameter, Scheme};
use crate::name;
use crate::shape::{Qualify, Shape};
use crate::wire::{Signature, first_argument};

/// All calls of a tag's operations.
pub(crate) fn emit(api: &Api<'_>, shape: &Shape, tag: &str, module: &str) -> Result<TokenStream> {
    let qualify = shape.qualify(module);
    let mut markers = Vec::new();
    let mut methods = Vec::new();
    let mut setters = Vec::new();
    for operation in api.operations.iter().filter(|o| o.tag == tag) {
        let signature = shape
            .signatures
            .get(operation.id)
            .with_context(|| format!("progenitor made no method `{}`", operation.id))?;
        let call = Call::new(&qualify, operation, signature)?;
        markers.push(emit_marker(operation, &call));
        methods.push(emit_method(shape, operation, &call));
        setters.push(emit_setters(operation, &call));
    }
    Ok(quote! {
        #(#markers)*
        impl Client { #(#methods)* }
        #(#setters)*
    })
}

/// An operation with the types that the signature gives it.
struct Call<'o> {
    qualify: &'o Qualify,
    marker: syn::Ident,
    /// What progenitor took as arguments: the parameters in its order, with their types.
    parameters: Vec<(&'o Parameter<'o>, syn::Type)>,
    body: Option<(&'o Body<'o>, syn::Type)>,
    answer: TokenStream,
}

impl<'o> Call<'o> {
    fn new(
        qualify: &'o Qualify,
        operation: &'o Operation<'o>,
        signature: &'o Signature,
    ) -> Result<Self> {
        let mut parameters = Vec::new();
        let mut body = None;
        for (ident, ty) in &signature.arguments {
            let ty = qualify.apply(&without_lifetimes(ty));
            match operation.parameters.iter().find(|p| p.ident == *ident) {
                Some(parameter) => parameters.push((parameter, ty)),
                None => {
                    let declared = operation.body.as_ref();
                    body = Some((
                        declared.with_context(|| {
                            format!("`{}` has no parameter `{ident}`", operation.id)
                        })?,
                        ty,
                    ));
                }
            }
        }
        Ok(Self {
            qualify,
            marker: format_ident!("{}", operation.marker()),
            parameters,
            body,
            answer: answer(&qualify.apply(&signature.answer)),
        })
    }

    /// The body is an argument; otherwise it is a setter.
    fn takes_body(&self, operation: &Operation<'_>) -> bool {
        // A token operation without a body sends the client's own credentials.
        !operation.token && self.body.as_ref().is_some_and(|(body, _)| body.required)
    }
}

/// How the answer is decoded.
fn answer(ty: &syn::Type) -> TokenStream {
    match ty {
        syn::Type::Tuple(unit) if unit.elems.is_empty() => quote! { ::sdk_runtime::Empty },
        ty if *ty == syn::parse_quote!(ByteStream) => quote! { ::sdk_runtime::Download },
        ty => quote! { ::sdk_runtime::Json<#ty> },
    }
}

fn without_lifetimes(ty: &syn::Type) -> syn::Type {
    let mut ty = ty.clone();
    if let syn::Type::Reference(reference) = &mut ty {
        reference.lifetime = None;
    }
    if let Some(inner) = optional(&ty) {
        let inner = without_lifetimes(&inner);
        return syn::parse_quote!(Option<#inner>);
    }
    ty
}

fn optional(ty: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    (path.path.segments.last()?.ident == "Option")
        .then(|| first_argument(ty).cloned())
        .flatten()
}

fn emit_marker(operation: &Operation<'_>, call: &Call<'_>) -> TokenStream {
    let Call { marker, answer, .. } = call;
    let doc = format!(
        " The operation [`{}`](crate::Client::{}).",
        operation.id, operation.id
    );
    let constant = format_ident!("{}", name::constant(operation.id));
    let module = format_ident!("{}", name::field(operation.tag));
    quote! {
        #[doc = #doc]
        #[derive(Clone, Copy, Debug)]
        pub struct #marker;

        impl ::sdk_runtime::TypedOperation for #marker {
            type Answer = #answer;
            const OPERATION: &'static ::sdk_runtime::Operation = &super::table::#module::#constant;
        }
    }
}

fn emit_method(shape: &Shape, operation: &Operation<'_>, call: &Call<'_>) -> TokenStream {
    let docs = emit_docs::of_operation(shape, call.qualify, operation);
    let method = format_ident!("{}", name::field(operation.id));
    let marker = &call.marker;
    let mut arguments = Vec::new();
    let mut steps = Vec::new();
    for (parameter, ty) in &call.parameters {
        let wire = wire_name(operation, parameter);
        let ident = identifier(&parameter.ident);
        if parameter.is_argument() {
            let (ty, step) = argument(parameter, ty, &wire, &ident);
            arguments.push(quote! { #ident: #ty });
            steps.push(step);
        } else if parameter.required
            && let Some(preset) = parameter.preset()
        {
            let preset = preset
                .as_str()
                .map_or_else(|| preset.to_string(), str::to_owned);
            steps.push(quote! { .set(#wire, #preset) });
        }
    }
    if call.takes_body(operation)
        && let Some((_, ty)) = &call.body
    {
        arguments.push(quote! { body: #ty });
        steps.push(quote! { .with_body(body) });
    }
    let deprecated = operation.deprecated.then(|| quote! { #[deprecated] });
    quote! {
        #docs
        #deprecated
        pub fn #method(&self #(, #arguments)*) -> Request<'_, #marker> {
            Request::new(self) #(#steps)*
        }
    }
}

fn emit_setters(operation: &Operation<'_>, call: &Call<'_>) -> TokenStream {
    let marker = &call.marker;
    let mut setters: Vec<TokenStream> = call
        .parameters
        .iter()
        .filter(|(parameter, _)| !parameter.is_argument())
        .map(|(parameter, ty)| emit_setter(operation, parameter, ty))
        .collect();
    if !call.takes_body(operation)
        && let Some((body, ty)) = &call.body
    {
        let doc = match (operation.token, body.description) {
            (true, _) => {
                " Sets the body; without one the client's own credentials are sent.".to_owned()
            }
            (false, "") => " Sets the body.".to_owned(),
            (false, text) => format!(
                " Sets the body: {}",
                emit_docs::prose(text).replace('\n', " ")
            ),
        };
        setters.push(quote! {
            #[doc = #doc]
            pub fn body(self, body: #ty) -> Self { self.with_body(body) }
        });
    }
    if operation.security == [Scheme::Basic] {
        setters.push(quote! {
            /// Sets user name and password of HTTP Basic; without them the client's own credentials are sent.
            pub fn basic_auth(self, user: impl Into<String>, password: impl Into<::sdk_runtime::Secret>) -> Self {
                self.with_basic_auth(user, password)
            }
        });
    }
    let choice = call
        .body
        .as_ref()
        .filter(|(body, _)| body.media.len() > 1)
        .map(|(body, _)| {
            let (choice, setter) = emit_media_choice(operation, body);
            setters.push(setter);
            choice
        });
    if setters.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #choice
        impl Request<'_, #marker> { #(#setters)* }
    }
}

fn emit_setter(
    operation: &Operation<'_>,
    parameter: &Parameter<'_>,
    ty: &syn::Type,
) -> TokenStream {
    let wire = wire_name(operation, parameter);
    let ident = identifier(&parameter.ident);
    let inner = optional(ty).unwrap_or_else(|| ty.clone());
    let (ty, step) = setter_argument(parameter, &inner, &wire, &ident);
    let mut doc = format!(
        " Sets `{}` ({}, {}",
        parameter.name,
        parameter.place.word(),
        emit_docs::parameter_kind(parameter)
    );
    if let Some(preset) = parameter.preset() {
        doc.push_str(&format!(", default `{preset}`"));
    }
    doc.push_str("): ");
    doc.push_str(&emit_docs::prose(parameter.description).replace('\n', " "));
    let deprecated = parameter.deprecated.then(|| quote! { #[deprecated] });
    quote! {
        #[doc = #doc]
        #deprecated
        pub fn #ident(self, #ident: #ty) -> Self { self #step }
    }
}

/// Type and step of an argument: text is borrowed, lists are slices, JSON is whatever serialises.
fn argument(
    parameter: &Parameter<'_>,
    ty: &syn::Type,
    wire: &str,
    ident: &syn::Ident,
) -> (TokenStream, TokenStream) {
    if parameter.json {
        return (
            quote! { &impl ::serde::Serialize },
            quote! { .set(#wire, ::sdk_runtime::AsJson(#ident)) },
        );
    }
    let ty = match ty {
        syn::Type::Reference(reference) => match list_items(&reference.elem) {
            Some(items) if items == syn::parse_quote!(String) => quote! { &[&str] },
            Some(items) => quote! { &[#items] },
            None => quote! { #ty },
        },
        ty => quote! { #ty },
    };
    (ty, quote! { .set(#wire, #ident) })
}

/// As [`argument`], but a setter also takes owned text.
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
    argument(parameter, ty, wire, ident)
}

fn list_items(ty: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    (path.path.segments.last()?.ident == "Vec")
        .then(|| first_argument(ty).cloned())
        .flatten()
}

fn emit_media_choice(operation: &Operation<'_>, body: &Body<'_>) -> (TokenStream, TokenStream) {
    let ident = format_ident!("{}ContentType", operation.marker());
    let doc = format!(
        " The media types that [`{}`](crate::Client::{}) takes; the first is the default.",
        operation.id, operation.id
    );
    let variants: Vec<(syn::Ident, String, &str)> = body
        .media
        .iter()
        .map(|media| {
            let word = match media.name {
                "application/json" => "Json".to_owned(),
                "application/x-www-form-urlencoded" => "Form".to_owned(),
                "multipart/form-data" => "Multipart".to_owned(),
                "text/plain" => "Text".to_owned(),
                "application/octet-stream" => "Bytes".to_owned(),
                other => name::type_name(other),
            };
            (
                format_ident!("{word}"),
                format!(" `{}`.", media.name),
                media.name,
            )
        })
        .collect();
    let declared = variants
        .iter()
        .map(|(variant, doc, _)| quote! { #[doc = #doc] #variant });
    let arms = variants
        .iter()
        .map(|(variant, _, media)| quote! { #ident::#variant => #media });
    let choice = quote! {
        #[doc = #doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum #ident { #(#declared),* }
    };
    let setter = quote! {
        /// Chooses the media type of the body.
        pub fn content_type(self, content_type: #ident) -> Self {
            self.with_media(match content_type { #(#arms),* })
        }
    };
    (choice, setter)
}

/// The name by which the table knows a parameter: with its place where the name alone is not enough.
fn wire_name(operation: &Operation<'_>, parameter: &Parameter<'_>) -> String {
    let same = operation
        .parameters
        .iter()
        .filter(|p| p.name == parameter.name);
    if same.count() > 1 {
        format!("{}.{}", parameter.place.word(), parameter.name)
    } else {
        parameter.name.to_owned()
    }
}

fn identifier(ident: &str) -> syn::Ident {
    format_ident!("{ident}")
}

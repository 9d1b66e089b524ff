//! An operation with the types of its signature.

use anyhow::{Context, Result, bail};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::{Api, Encoding, Operation, Parameter, Variant, text};
use crate::progenitor::inside;
use crate::progenitor::{Qualify, RustApi};

pub(crate) mod argument_type;
mod body_argument;

pub(crate) use body_argument::BodyArgument;

pub(crate) struct Call<'o> {
    pub(crate) operation: &'o Operation<'o>,
    pub(crate) qualify: &'o Qualify,
    pub(crate) marker: syn::Ident,
    /// Arguments of progenitor's method, in order: the parameters with their types.
    pub(crate) parameters: Vec<(&'o Parameter<'o>, syn::Type)>,
    /// Variants of the body, starting with the default.
    pub(crate) bodies: Vec<Variant<'o>>,
    /// Type of each variant, as named in the operation's module, or `None` for a variant without a
    /// schema.
    pub(crate) body_types: Vec<Option<syn::Type>>,
    /// How the method accepts each variant that has a typed value.
    pub(crate) body_arguments: Vec<Option<BodyArgument>>,
    /// Whether the required body can only be `{}`, so that callers do not have to provide it.
    pub(crate) has_empty_body: bool,
    pub(crate) output: syn::Type,
    pub(crate) answer: TokenStream,
}

impl<'o> Call<'o> {
    pub(crate) fn new(
        api: &Api<'o>,
        rust_api: &'o RustApi,
        qualify: &'o Qualify,
        operation: &'o Operation<'o>,
    ) -> Result<Self> {
        let signature = rust_api
            .signatures
            .get(operation.id)
            .with_context(|| format!("progenitor did not generate a method `{}`", operation.id))?;
        let mut parameters = Vec::new();
        for (ident, ty) in &signature.arguments {
            let ty = qualify.apply(&without_lifetimes(ty));
            match operation.parameters.iter().find(|p| p.ident == *ident) {
                Some(parameter) => parameters.push((parameter, ty)),
                None => bail!(
                    "the argument `{ident}` of progenitor's method `{}` is not a parameter of the operation",
                    operation.id
                ),
            }
        }
        let output = qualify.apply(&signature.answer);
        let bodies = operation.variants(api);
        let is_required = operation.body.as_ref().is_some_and(|body| body.required);
        let has_empty_body = is_required
            && bodies.first().is_some_and(|variant| {
                variant.encoding == Encoding::Typed
                    && variant
                        .schema
                        .is_some_and(|schema| is_empty_object(api, schema))
            });
        let plain_types: Vec<Option<&syn::Type>> = (0..bodies.len())
            .map(|index| rust_api.body(operation.id, index))
            .collect();
        let body_types = plain_types
            .iter()
            .map(|ty| ty.map(|ty| qualify.apply(ty)))
            .collect();
        let body_arguments = bodies
            .iter()
            .zip(&plain_types)
            .map(|(variant, ty)| match variant.encoding {
                Encoding::Typed | Encoding::Lines => {
                    ty.map(|ty| BodyArgument::new(rust_api, qualify, ty))
                }
                Encoding::Parts | Encoding::Raw => None,
            })
            .collect();
        let answer = match bodies.first().map(|variant| variant.encoding) {
            // The lines of the response are read one by one.
            Some(Encoding::Lines) => quote! { ::sdk_runtime::Text },
            _ if operation.responses_by_status().is_some() => {
                let answer = format_ident!("{}", operation.response_enum_name());
                quote! { #answer }
            }
            _ => answer(&output),
        };
        Ok(Self {
            operation,
            qualify,
            marker: format_ident!("{}", operation.marker()),
            parameters,
            bodies,
            body_types,
            body_arguments,
            has_empty_body,
            output,
            answer,
        })
    }

    /// Returns whether the body is passed as an argument rather than with a setter.
    pub(crate) fn takes_body(&self) -> bool {
        let required = self
            .operation
            .body
            .as_ref()
            .is_some_and(|body| body.required);
        // A token operation without a body sends the client's own credentials.
        required && !self.operation.token && !self.has_empty_body
    }

    /// Returns the call on one line: the name of the method and the names of its arguments.
    pub(crate) fn text(&self) -> String {
        let required = self
            .parameters
            .iter()
            .filter(|(parameter, _)| parameter.is_argument());
        let mut arguments: Vec<&str> = required
            .map(|(parameter, _)| parameter.ident.as_str())
            .collect();
        if self.is_bulk() {
            arguments.push("items");
        } else if self.takes_body() {
            arguments.push("body");
        }
        format!(
            "{}({})",
            crate::name::field(self.operation.id),
            arguments.join(", ")
        )
    }

    pub(crate) fn is_bulk(&self) -> bool {
        self.operation.bulk.is_some()
    }
}

/// Returns the decoder of the response.
fn answer(ty: &syn::Type) -> TokenStream {
    match ty {
        syn::Type::Tuple(unit) if unit.elems.is_empty() => quote! { ::sdk_runtime::Empty },
        ty if *ty == syn::parse_quote!(ByteStream) => quote! { ::sdk_runtime::Download },
        ty => quote! { ::sdk_runtime::Json<#ty> },
    }
}

/// Returns whether a schema allows only `{}`.
fn is_empty_object(api: &Api<'_>, schema: &serde_json::Value) -> bool {
    let schema = api.resolve_schema(schema);
    text(schema, "type") == "object" && schema["maxProperties"] == 0
}

fn without_lifetimes(ty: &syn::Type) -> syn::Type {
    let mut ty = ty.clone();
    if let syn::Type::Reference(reference) = &mut ty {
        reference.lifetime = None;
    }
    if let Some(inner) = inside("Option", &ty) {
        let inner = without_lifetimes(&inner);
        return syn::parse_quote!(Option<#inner>);
    }
    ty
}

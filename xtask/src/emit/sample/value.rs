//! Sample values of generated types: only what is required, as a caller would write it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::emit::sample::text;
use crate::emit::typed_call::Call;
use crate::model::{Api, Operation, kind_words, preset};
use crate::name;
use crate::progenitor::{Kind, Presence, RustApi};

/// Makes sample values, with types named below a path.
pub(crate) struct Values<'v> {
    api: &'v Api<'v>,
    rust_api: &'v RustApi,
    types: TokenStream,
}

impl<'v> Values<'v> {
    pub(crate) fn new(api: &'v Api<'v>, rust_api: &'v RustApi, types: TokenStream) -> Self {
        Self {
            api,
            rust_api,
            types,
        }
    }

    /// Whether it is the exchange for which a client has credentials: the first of the document.
    pub(crate) fn is_own_exchange(&self, operation: &Operation<'_>) -> bool {
        let first = self.api.operations.iter().find(|other| other.token);
        first.is_some_and(|first| first.id == operation.id)
    }

    /// The path to a tag's module.
    pub(crate) fn module(&self, module: &syn::Ident) -> TokenStream {
        let krate = format_ident!("{}", name::library(self.api.vendor));
        quote! { #krate::#module:: }
    }

    /// A value of the type that a schema names.
    pub(crate) fn of_schema(&self, schema: Option<&Value>) -> TokenStream {
        let ident = format_ident!(
            "{}",
            name::type_name(&schema.map(kind_words).unwrap_or_default())
        );
        self.of(&syn::parse_quote!(#ident), schema, 0)
    }

    /// An item of a bulk operation.
    pub(crate) fn body_item(&self, call: &Call<'_>) -> TokenStream {
        let schema = call.bodies.first().and_then(|variant| variant.schema);
        let resolved = schema.map(|schema| self.api.resolve_schema(schema));
        match resolved.and_then(|schema| schema.get("items")) {
            Some(items) => self.of_schema(Some(items)),
            None => self.of_schema(schema),
        }
    }

    /// A value of a type; the schema says what text and numbers may be.
    pub(crate) fn of(&self, ty: &syn::Type, schema: Option<&Value>, depth: usize) -> TokenStream {
        let target = schema.map(|schema| self.api.resolve_schema(schema));
        let target = match target
            .and_then(|t| t.get("allOf"))
            .and_then(Value::as_array)
            .map(Vec::as_slice)
        {
            Some([only]) => Some(self.api.resolve_schema(only)),
            _ => target,
        };
        let syn::Type::Path(path) = ty else {
            return quote! { Default::default() };
        };
        let Some(last) = path.path.segments.last() else {
            return quote! { Default::default() };
        };
        let inner = crate::progenitor::first_argument(ty);
        match last.ident.to_string().as_str() {
            "String" => {
                let text = text::of(target.unwrap_or(&Value::Null), "");
                quote! { #text.to_owned() }
            }
            "Secret" | "DateTime" | "Date" => {
                let text = self.scalar(&last.ident, target);
                quote! { #text.into() }
            }
            "File" => quote! { ::sdk_runtime::File::bytes("sample.txt", "sample") },
            "bool" => quote! { true },
            "f64" | "f32" => self.number(target, true),
            "i8" | "i16" | "i32" | "i64" | "u32" | "u64" => self.number(target, false),
            "Vec" => {
                let items = target.and_then(|target| target.get("items"));
                let least = target
                    .and_then(|t| t.get("minItems"))
                    .and_then(Value::as_u64);
                let item = inner.map(|inner| self.of(inner, items, depth + 1));
                let count = least.unwrap_or(1).clamp(1, 8) as usize;
                let items = std::iter::repeat_n(item, count);
                quote! { vec![#(#items),*] }
            }
            "Option" => {
                let inner = inner.map(|inner| self.of(inner, schema, depth + 1));
                quote! { Some(#inner) }
            }
            "Box" => {
                let inner = inner.map(|inner| self.of(inner, schema, depth + 1));
                quote! { Box::new(#inner) }
            }
            "BTreeMap" | "Map" => quote! { Default::default() },
            "Value" | "AnyJson" => quote! { ::serde_json::json!({}).into() },
            named => self.named(named, target, depth),
        }
    }

    fn scalar(&self, ident: &syn::Ident, target: Option<&Value>) -> String {
        let target = target.unwrap_or(&Value::Null);
        match ident.to_string().as_str() {
            "Secret" => text::of(target, "secret"),
            _ => text::of(target, "date"),
        }
    }

    fn number(&self, target: Option<&Value>, float: bool) -> TokenStream {
        let given = target.and_then(|target| {
            target
                .get("example")
                .or_else(|| preset(target))
                .or_else(|| target.get("minimum"))
        });
        let number = given.and_then(Value::as_f64).unwrap_or(1.0);
        let literal = match float {
            true => format!("{number:?}"),
            false => format!("{}", number.ceil() as i64),
        };
        syn::parse_str::<syn::Expr>(&literal)
            .map_or_else(|_| quote! { 1 }, |number| quote! { #number })
    }

    fn named(&self, name: &str, schema: Option<&Value>, depth: usize) -> TokenStream {
        let ident = format_ident!("{name}");
        let types = &self.types;
        let Some(ty) = self.rust_api.types.get(name) else {
            return quote! { Default::default() };
        };
        match &ty.record.kind {
            // A recursive request ends in what is optional; the bound is for one that does not.
            _ if depth > 12 => quote! { Default::default() },
            Kind::Struct(fields) => {
                let is_default = fields
                    .iter()
                    .all(|field| field.wire.is_none() || field.presence != Presence::Required);
                if is_default {
                    return quote! { #types #ident::default() };
                }
                let arguments = fields
                    .iter()
                    .filter(|field| field.is_argument())
                    .map(|field| {
                        let text: syn::Type = syn::parse_quote!(String);
                        let secret: syn::Type = syn::parse_quote!(::sdk_runtime::Secret);
                        if field.ty == text || field.ty == secret {
                            let property =
                                field.property.as_ref().map(|p| self.api.resolve_schema(p));
                            let wire = field.wire.as_deref().unwrap_or_default();
                            let text = text::of(property.unwrap_or(&Value::Null), wire);
                            return quote! { #text };
                        }
                        self.of(&field.ty, field.property.as_ref(), depth + 1)
                    });
                quote! { #types #ident::new(#(#arguments),*) }
            }
            Kind::Wrapper(inner) => {
                let inner = self.of(inner, schema, depth + 1);
                quote! { #types #ident(#inner) }
            }
            Kind::Enum(variants) => {
                let variant = variants
                    .first()
                    .map(|(variant, _)| format_ident!("{variant}"));
                quote! { #types #ident::#variant }
            }
            Kind::Union(variants) => match variants.first() {
                Some(variant) => {
                    let name = format_ident!("{}", variant.ident);
                    let inner = self.of(&variant.ty, None, depth + 1);
                    quote! { #types #ident::#name(#inner) }
                }
                None => quote! { #types #ident::Unknown(Default::default()) },
            },
        }
    }
}

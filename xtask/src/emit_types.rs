//! Emits the types of a module: plain structs, open enums and unions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use crate::emit_docs;
use crate::lower::{API_ERROR, error_schemas};
use crate::model::{Api, elements, members, pointer_words, preset};
use crate::name;
use crate::shape::{Field, Kind, Qualify, Shape, Type, Variant};

/// All types of a module.
pub(crate) fn emit(api: &Api<'_>, shape: &Shape, module: &str) -> TokenStream {
    let qualify = shape.qualify(module);
    let types = shape
        .types_of(module)
        .map(|(name, ty)| emit_type(api, &qualify, name, ty));
    quote! { #(#types)* }
}

fn emit_type(api: &Api<'_>, qualify: &Qualify, name: &str, ty: &Type) -> TokenStream {
    let schema = ty
        .schema
        .as_deref()
        .and_then(|schema| api.schemas.get(schema));
    let docs = emit_docs::of_type(name, schema);
    let ident = format_ident!("{name}");
    match &ty.record.kind {
        Kind::Struct(fields) => emit_struct(api, qualify, ty, fields, schema, &docs),
        Kind::Wrapper(inner) => {
            let inner = qualify.apply(inner);
            let serde = serde_derives(ty);
            quote! {
                #docs
                #[derive(Clone, Debug)]
                #serde
                #[serde(transparent)]
                pub struct #ident(pub #inner);
            }
        }
        Kind::Enum(variants) => {
            let names: Vec<syn::Ident> =
                variants.iter().map(|(v, _)| format_ident!("{v}")).collect();
            let texts: Vec<&String> = variants.iter().map(|(_, wire)| wire).collect();
            let meanings = texts.iter().map(|wire| format!(" `{wire}`."));
            quote! {
                #docs
                #[derive(Clone, Debug, PartialEq, Eq, Hash)]
                #[non_exhaustive]
                pub enum #ident {
                    #(#[doc = #meanings] #names,)*
                    /// A value that this version of the SDK does not know, as it came.
                    Unknown(String),
                }

                ::sdk_runtime::open_enum!(impl #ident { #(#names = #texts),* });
            }
        }
        Kind::Union(variants) => emit_union(qualify, ty, variants, schema, &docs),
    }
}

fn emit_struct(
    api: &Api<'_>,
    qualify: &Qualify,
    ty: &Type,
    fields: &[Field],
    schema: Option<&Value>,
    docs: &TokenStream,
) -> TokenStream {
    let ident = format_ident!("{}", ty.record.name);
    let mut properties = Map::new();
    if ty.record.name == API_ERROR {
        for schema in error_schemas(api).into_iter().rev() {
            gather(api, schema, &mut properties, 0);
        }
    } else if let Some(schema) = schema {
        gather(api, schema, &mut properties, 0);
    }
    // The spec's order, not the alphabet's: what belongs together stands together.
    let position = |field: &&Field| {
        let wire = field.wire.as_ref();
        wire.and_then(|wire| properties.keys().position(|name| name == wire))
            .unwrap_or(usize::MAX)
    };
    let mut fields: Vec<&Field> = fields.iter().collect();
    fields.sort_by_key(position);
    let serde = serde_derives(ty);
    let default = fields
        .iter()
        .all(|field| !field.required || field.wire.is_none())
        .then(|| quote! { , Default });
    let members = fields.iter().map(|field| {
        let property = field.wire.as_ref().and_then(|wire| properties.get(wire));
        emit_field(api, qualify, field, property)
    });
    let new = (ty.sent && default.is_none())
        .then(|| emit_new(api, qualify, &ident, &fields, &properties));
    quote! {
        #docs
        #[derive(Clone, Debug #default)]
        #serde
        pub struct #ident { #(#members),* }
        #new
    }
}

fn emit_field(
    api: &Api<'_>,
    qualify: &Qualify,
    field: &Field,
    property: Option<&Value>,
) -> TokenStream {
    let ident = raw(&field.ident);
    let docs = emit_docs::of_property(api, field.wire.as_deref(), property);
    let ty = qualify.apply(&field.ty);
    let Some(wire) = &field.wire else {
        return quote! { #docs #[serde(flatten)] pub #ident: #ty };
    };
    let rename = (*wire != field.ident).then(|| quote! { rename = #wire, });
    if field.required {
        let serde = rename.map(|rename| quote! { #[serde(#rename)] });
        quote! { #docs #serde pub #ident: #ty }
    } else {
        quote! {
            #docs
            #[serde(#rename default, skip_serializing_if = "Option::is_none")]
            pub #ident: Option<#ty>
        }
    }
}

/// `new` takes what is required; what has a default or a single value is filled in.
fn emit_new(
    api: &Api<'_>,
    qualify: &Qualify,
    ident: &syn::Ident,
    fields: &[&Field],
    properties: &Map<String, Value>,
) -> TokenStream {
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    for field in fields {
        let member = raw(&field.ident);
        let property = field.wire.as_ref().and_then(|wire| properties.get(wire));
        let fixed = property.and_then(|p| preset(p).or_else(|| preset(api.resolve_schema(p))));
        let ty = qualify.apply(&field.ty);
        let text = ty == syn::parse_quote!(String);
        let secret = ty == syn::parse_quote!(::sdk_runtime::Secret);
        if field.wire.is_none() {
            values.push(quote! { #member: Default::default() });
        } else if !field.required {
            values.push(quote! { #member: None });
        } else if let Some(value) = fixed.and_then(|value| literal(value, text)) {
            values.push(quote! { #member: #value });
        } else if text || secret {
            arguments.push(quote! { #member: impl Into<#ty> });
            values.push(quote! { #member: #member.into() });
        } else {
            arguments.push(quote! { #member: #ty });
            values.push(quote! { #member });
        }
    }
    if arguments.is_empty() {
        return quote! {
            impl Default for #ident {
                /// Makes one with what is fixed; everything else is left out.
                fn default() -> Self {
                    Self { #(#values),* }
                }
            }

            impl #ident {
                /// Makes one with what is fixed; everything else is left out.
                pub fn new() -> Self {
                    Self::default()
                }
            }
        };
    }
    let allow = (arguments.len() > 7).then(|| quote! { #[allow(clippy::too_many_arguments)] });
    quote! {
        impl #ident {
            /// Makes one with what is required; everything else is left out.
            #allow
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }
        }
    }
}

/// A preset value as Rust; string enums are made from their text.
fn literal(value: &Value, text: bool) -> Option<TokenStream> {
    match value {
        Value::String(value) if text => Some(quote! { #value.to_owned() }),
        Value::String(value) => Some(quote! { #value.into() }),
        Value::Bool(value) => Some(quote! { #value }),
        Value::Number(number) => {
            let number: syn::Expr = syn::parse_str(&number.to_string()).ok()?;
            Some(quote! { #number })
        }
        _ => None,
    }
}

fn emit_union(
    qualify: &Qualify,
    ty: &Type,
    variants: &[Variant],
    schema: Option<&Value>,
    docs: &TokenStream,
) -> TokenStream {
    let ident = format_ident!("{}", ty.record.name);
    let names: Vec<syn::Ident> = variants
        .iter()
        .map(|v| format_ident!("{}", v.ident))
        .collect();
    let types: Vec<syn::Type> = variants.iter().map(|v| qualify.apply(&v.ty)).collect();
    let meanings = variants
        .iter()
        .map(|variant| match variant.tags.as_slice() {
            [] => format!(" {}.", variant.ident),
            tags => format!(" `{}`.", tags.join("`, `")),
        });
    let tag = schema
        .and_then(|schema| schema["discriminator"].get("propertyName"))
        .and_then(Value::as_str);
    let choose = match tag {
        Some(tag) => {
            let arms = variants.iter().zip(&names).map(|(variant, name)| {
                let tags = &variant.tags;
                quote! { Some(#(#tags)|*) => ::sdk_runtime::union::variant(value).map(Self::#name) }
            });
            quote! {
                match ::sdk_runtime::union::tag(&value, #tag).as_deref() {
                    #(#arms,)*
                    _ => Ok(Self::Unknown(value)),
                }
            }
        }
        None => quote! {
            #(if let Ok(known) = ::serde::Deserialize::deserialize(&value) {
                return Ok(Self::#names(known));
            })*
            Ok(Self::Unknown(value))
        },
    };
    let both = quote! { #[cfg(feature = "serde-both-ways")] };
    let serialize = (!ty.sent).then(|| both.clone());
    let deserialize = (!ty.received).then_some(both);
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub enum #ident {
            #(#[doc = #meanings] #names(#types),)*
            /// What this version of the SDK does not know, as it came.
            Unknown(::serde_json::Value),
        }

        #serialize
        impl ::serde::Serialize for #ident {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    #(Self::#names(known) => known.serialize(serializer),)*
                    Self::Unknown(value) => value.serialize(serializer),
                }
            }
        }

        #deserialize
        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
                #choose
            }
        }
    }
}

/// Serialised in the direction that the type travels; in the other one as a feature.
fn serde_derives(ty: &Type) -> TokenStream {
    match (ty.sent, ty.received) {
        (true, false) => quote! {
            #[derive(::serde::Serialize)]
            #[cfg_attr(feature = "serde-both-ways", derive(::serde::Deserialize))]
        },
        (false, true) => quote! {
            #[derive(::serde::Deserialize)]
            #[cfg_attr(feature = "serde-both-ways", derive(::serde::Serialize))]
        },
        _ => quote! { #[derive(::serde::Serialize, ::serde::Deserialize)] },
    }
}

/// The properties of a schema and of what it extends.
fn gather(api: &Api<'_>, schema: &Value, properties: &mut Map<String, Value>, depth: usize) {
    if depth > 16 {
        return;
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        if let Some(target) = api.schemas.get(&pointer_words(reference)) {
            gather(api, target, properties, depth + 1);
        }
        return;
    }
    for part in elements(schema, "allOf") {
        gather(api, part, properties, depth + 1);
    }
    for (name, property) in members(schema, "properties") {
        properties.insert(name.clone(), property.clone());
    }
}

fn raw(ident: &str) -> syn::Ident {
    syn::parse_str(ident).unwrap_or_else(|_| format_ident!("{}", name::field(ident)))
}

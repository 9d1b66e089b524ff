//! Emits unions. With a discriminator, a received value becomes the variant that the discriminator
//! selects, and a value that doesn't match the type of this variant is an error. Without a
//! discriminator, a received value becomes the first variant that fits. A value for which there is
//! no variant is kept as JSON.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::emit::docs_text::code;
use crate::model::elements;
use crate::progenitor::{Kind, Qualify, RustApi, Type, Variant, inside, is_text_or_integer};

mod conversions;

pub(super) fn emit(
    rust_api: &RustApi,
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
    let reads: Vec<TokenStream> = types
        .iter()
        .map(|ty| match *ty == syn::parse_quote!(f64) {
            true => quote! { ::sdk_runtime::union::number::<::serde_json::Error>(&value) },
            false => quote! { ::sdk_runtime::union::read(&value) },
        })
        .collect();
    let meanings = variants
        .iter()
        .map(|variant| match variant.tags.as_slice() {
            [] => format!(" {}.", variant.ident),
            tags => {
                let tags: Vec<String> = tags.iter().map(|tag| code(tag)).collect();
                format!(" {}.", tags.join(", "))
            }
        });
    let tag = schema
        .and_then(|schema| schema["discriminator"].get("propertyName"))
        .and_then(Value::as_str);
    let choose = match tag {
        Some(tag) => {
            let arms = variants.iter().zip(&names).map(|(variant, name)| {
                let tags = &variant.tags;
                quote! { Some(#(#tags)|*) => ::sdk_runtime::union::variant(&value).map(Self::#name) }
            });
            quote! {
                match ::sdk_runtime::union::tag(&value, #tag).as_deref() {
                    #(#arms,)*
                    _ => Ok(Self::Unknown(value)),
                }
            }
        }
        None if variants
            .iter()
            .filter(|variant| !variant.properties.is_empty())
            .count()
            > 1 =>
        {
            best_first(variants, &names, &reads)
        }
        None => quote! {
            #(if let Ok(known) = #reads {
                return Ok(Self::#names(known));
            })*
            Ok(Self::Unknown(value))
        },
    };
    let both = quote! { #[cfg(feature = "serde-both-ways")] };
    let serialize = (!ty.sent && !ty.kept).then(|| both.clone());
    let deserialize = (!ty.received).then_some(both);
    let name = &ty.record.name;
    let are_plain = variants
        .iter()
        .map(|variant| is_plain(rust_api, &variant.ty));
    let argument = ty
        .argument
        .then(|| emit_argument(&ident, &names, are_plain));
    let exact = (ty.sent && is_text_or_integer(variants))
        .then(|| quote! { impl ::sdk_runtime::ExactNumber for #ident {} });
    let conversions = ty
        .sent
        .then(|| conversions::emit(rust_api, qualify, ty, variants));
    quote! {
        #docs
        // Most unions consist of an object and a small variant, and a box would complicate pattern
        // matching.
        #[allow(clippy::large_enum_variant)]
        #[derive(Clone, Debug, PartialEq)]
        pub enum #ident {
            #(#[doc = #meanings] #names(#types),)*
            /// A value unknown to this version of the SDK.
            Unknown(::sdk_runtime::AnyJson),
        }

        #conversions
        #exact
        #argument

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
                let value = <::sdk_runtime::AnyJson as ::serde::Deserialize>::deserialize(deserializer)?;
                #choose
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for #ident {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                #name.into()
            }

            fn json_schema(generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "anyOf": [#(generator.subschema_for::<#types>()),*, true] })
            }
        }
    }
}

/// Returns whether values of a type are strings, numbers or booleans, or lists of these.
fn is_plain(rust_api: &RustApi, ty: &syn::Type) -> bool {
    let syn::Type::Path(path) = ty else {
        return false;
    };
    if let Some(items) = inside("Vec", ty) {
        return inside("Vec", &items).is_none() && is_plain(rust_api, &items);
    }
    let last = path.path.segments.last().map(|last| last.ident.to_string());
    match last.as_deref().unwrap_or_default() {
        "String" | "bool" | "i64" | "u64" | "f64" | "Secret" | "Date" | "DateTime"
        | "BigNumber" => true,
        name => {
            let named = rust_api.types.get(name);
            named.is_some_and(|named| matches!(named.record.kind, Kind::Enum(_)))
        }
    }
}

/// Emits `IntoArgument`, which lets callers pass a union as a parameter. Values that aren't plain,
/// such as objects, are passed as JSON.
fn emit_argument(
    ident: &syn::Ident,
    names: &[syn::Ident],
    are_plain: impl Iterator<Item = bool>,
) -> TokenStream {
    let values = are_plain.map(|is_plain| match is_plain {
        true => quote! { value },
        false => quote! { ::sdk_runtime::AsJson(&value) },
    });
    quote! {
        impl ::sdk_runtime::IntoArgument for #ident {
            #[inline]
            fn into_argument(self) -> ::sdk_runtime::Argument {
                match self {
                    #(Self::#names(value) => #values.into_argument(),)*
                    Self::Unknown(value) => value.into_argument(),
                }
            }
        }
    }
}

/// Emits the selection among several objects: variants that define more of the received properties
/// are tried first.
fn best_first(variants: &[Variant], names: &[syn::Ident], reads: &[TokenStream]) -> TokenStream {
    let shapes = variants.iter().map(|variant| {
        let known = variant.properties.keys();
        let fixed = variant.properties.iter().filter_map(|(name, property)| {
            let [Value::String(only)] = elements(property, "enum") else {
                return None;
            };
            Some(quote! { (#name, #only) })
        });
        quote! { (&[#(#known),*], &[#(#fixed),*]) }
    });
    let indices = 0..names.len();
    quote! {
        for index in ::sdk_runtime::union::best_first(&value, &[#(#shapes),*]) {
            let read = match index {
                #(#indices => #reads.map(Self::#names),)*
                _ => break,
            };
            if let Ok(known) = read {
                return Ok(known);
            }
        }
        Ok(Self::Unknown(value))
    }
}

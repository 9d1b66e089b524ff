//! Emits structs with their deserialization code, constructors and setters.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use super::derives::derives;
use crate::emit::docs;
use crate::emit::docs_text::code;
use crate::model::Api;
use crate::name::raw_ident as raw;
use crate::progenitor::inside;
use crate::progenitor::{Field, Presence, Qualify, RustApi, Type};

pub(super) fn emit(
    api: &Api<'_>,
    rust_api: &RustApi,
    qualify: &Qualify,
    ty: &Type,
    fields: &[Field],
    docs: &TokenStream,
) -> TokenStream {
    let ident = format_ident!("{}", ty.record.name);
    let derives = derives(ty, true);
    let is_default = fields
        .iter()
        .all(|field| field.wire.is_none() || field.is_optional());
    let default = is_default.then(|| quote! { , Default });
    // Structs have their own deserialization code. Therefore, a struct that is only received needs
    // serde's attributes only with the feature `schemars` or `serde-both-ways`.
    let optional = ty.received && !ty.sent && !ty.kept;
    let members = fields.iter().map(|field| {
        let docs = docs::of_property(api, field.wire.as_deref(), field.property.as_ref());
        let serde = serde(field, ty.sent && field.is_marked(api, "readOnly"));
        let serde = match (serde.is_empty(), optional) {
            (true, _) => None,
            (false, false) => Some(quote! { #[serde(#serde)] }),
            (false, true) => Some(quote! {
                #[cfg_attr(any(feature = "schemars", feature = "serde-both-ways"), serde(#serde))]
            }),
        };
        let member = member(qualify, field);
        quote! { #docs #serde pub #member }
    });
    let new = (ty.sent && !is_default).then(|| emit_new(rust_api, qualify, &ident, fields));
    let setters = ty
        .sent
        .then(|| emit_setters(rust_api, qualify, &ident, fields));
    let reader = emit_reader(ty, fields);
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq #default)]
        #derives
        pub struct #ident { #(#members),* }
        #reader
        #new
        #setters
    }
}

/// Emits the deserialization code of a struct. The code derived by serde takes three times as long
/// to compile, and it turns numbers beyond 64 bits in unknown properties into floats.
fn emit_reader(ty: &Type, fields: &[Field]) -> TokenStream {
    let name = &ty.record.name;
    let ident = format_ident!("{name}");
    let gate = (ty.sent && !ty.received).then(|| quote! { #[cfg(feature = "serde-both-ways")] });
    let (mut names, mut locals, mut arms, mut members) = (vec![], vec![], vec![], vec![]);
    let mut next = quote! { next };
    let mut otherwise = quote! { properties.skip()? };
    // Names are identified by their index. Alternative names come after all other names.
    let own_names = fields.iter().filter(|field| field.wire.is_some()).count();
    let mut aliases = Vec::new();
    for field in fields {
        let (local, member) = (format_ident!("p{}", locals.len()), raw(&field.ident));
        let Some(wire) = &field.wire else {
            locals.push(quote! { let mut #local = ::std::collections::BTreeMap::new(); });
            members.push(field_initializer(&member, &local));
            next = quote! { next_to_keep };
            otherwise = quote! { properties.keep(&mut #local)? };
            continue;
        };
        let place = Literal::usize_unsuffixed(names.len());
        names.push(wire);
        let lenient = lenient(field).filter(|_| ty.received);
        let required = field.presence == Presence::Required;
        let start = match field.presence {
            Presence::Patch => quote! { ::sdk_runtime::Patch::default() },
            _ => quote! { None },
        };
        locals.push(quote! { let mut #local = #start; });
        let value = match lenient {
            Some(reader) if required => quote! { Some(properties.#reader()?.unwrap_or_default()) },
            Some(reader) => quote! { properties.#reader()? },
            None if required => quote! { Some(properties.value()?) },
            None => quote! { properties.value()? },
        };
        let alias = field.alias().map(|alias| {
            aliases.push(alias);
            let place = Literal::usize_unsuffixed(own_names + aliases.len() - 1);
            quote! { | #place }
        });
        arms.push(quote! { #place #alias => #local = #value, });
        members.push(match required {
            true => quote! { #member: properties.or_missing(#local, #wire)? },
            false => field_initializer(&member, &local),
        });
    }
    quote! {
        #gate
        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                ::sdk_runtime::object::object(deserializer)
            }
        }

        #gate
        #[doc(hidden)]
        impl ::sdk_runtime::object::Object for #ident {
            const NAME: &'static str = #name;
            const NAMES: &'static [&'static str] = &[#(#names,)* #(#aliases),*];

            fn read<'de, A: ::serde::de::MapAccess<'de>>(
                mut properties: ::sdk_runtime::object::Properties<A>,
            ) -> Result<Self, A::Error> {
                #(#locals)*
                while let Some(place) = properties.#next(Self::NAMES)? {
                    match place {
                        #(#arms)*
                        _ => #otherwise,
                    }
                }
                Ok(Self { #(#members),* })
            }
        }
    }
}

/// Emits a field initializer, in shorthand if the field and the variable have the same name.
fn field_initializer(member: &syn::Ident, local: &syn::Ident) -> TokenStream {
    match member == local {
        true => quote! { #member },
        false => quote! { #member: #local },
    }
}

fn member(qualify: &Qualify, field: &Field) -> TokenStream {
    let (ident, ty) = (raw(&field.ident), qualify.apply(&field.ty));
    match field.presence {
        Presence::Required => quote! { #ident: #ty },
        Presence::Optional => quote! { #ident: Option<#ty> },
        Presence::Patch => quote! { #ident: ::sdk_runtime::Patch<#ty> },
    }
}

/// Emits the serde attributes of a field. Emits nothing if the field's name and type are
/// sufficient.
fn serde(field: &Field, is_read_only: bool) -> TokenStream {
    let Some(wire) = &field.wire else {
        return quote! { flatten };
    };
    let rename = (*wire != field.ident).then(|| quote! { rename = #wire, });
    let skip = match field.presence {
        Presence::Required => return quote! { #rename },
        Presence::Optional if is_read_only => "::sdk_runtime::is_not_sent",
        Presence::Optional => "Option::is_none",
        Presence::Patch => "::sdk_runtime::Patch::is_keep",
    };
    quote! { #rename default, skip_serializing_if = #skip }
}

/// Returns the lenient reader for a field whose type vendors serialize in several ways: an empty
/// map as `[]`, an empty list as `{}`, or a number as a string.
fn lenient(field: &Field) -> Option<syn::Ident> {
    let syn::Type::Path(path) = &field.ty else {
        return None;
    };
    let required = field.presence == Presence::Required;
    let reader = match path.path.segments.last()?.ident.to_string().as_str() {
        "Vec" => "list",
        "BTreeMap" => "map",
        "i32" | "i64" | "u32" | "u64" | "f32" | "f64" if !required => "number",
        _ => return None,
    };
    (field.presence != Presence::Patch).then(|| format_ident!("{reader}"))
}

/// Emits setters for required nullable fields, which are not arguments of `new`.
pub(super) fn emit_setters(
    rust_api: &RustApi,
    qualify: &Qualify,
    ident: &syn::Ident,
    fields: &[Field],
) -> TokenStream {
    let setters = fields
        .iter()
        .filter(|field| field.is_required_nullable())
        .map(|field| {
            let member = raw(&field.ident);
            let setter = format_ident!("with_{}", field.ident.trim_start_matches("r#"));
            let doc = format!(
                " Sets {}. By default, the value is null.",
                code(field.wire.as_deref().unwrap_or_default())
            );
            let inner = inside("Option", &field.ty).unwrap_or_else(|| field.ty.clone());
            let (argument, value) = converting_parameter(rust_api, qualify, &inner, &member);
            quote! {
                #[doc = #doc]
                #[must_use]
                #[inline]
                pub fn #setter(mut self, #member: #argument) -> Self {
                    self.#member = Some(#value);
                    self
                }
            }
        });
    let setters: Vec<TokenStream> = setters.collect();
    match setters.is_empty() {
        true => TokenStream::new(),
        false => quote! { impl #ident { #(#setters)* } },
    }
}

/// Returns the type of a parameter that accepts every value that converts losslessly to the field's
/// type, and the expression that converts the value.
fn converting_parameter(
    rust_api: &RustApi,
    qualify: &Qualify,
    ty: &syn::Type,
    name: &syn::Ident,
) -> (TokenStream, TokenStream) {
    let own = qualify.apply(ty);
    if let Some(items) = inside("Vec", ty) {
        let item = qualify.apply(&items);
        return if items == syn::parse_quote!(String) {
            (
                quote! { impl IntoIterator<Item = impl AsRef<str>> },
                quote! { ::sdk_runtime::texts(#name) },
            )
        } else if rust_api.is_convertible_from_others(&items) {
            (
                quote! { impl IntoIterator<Item = impl Into<#item>> },
                quote! { #name.into_iter().map(Into::into).collect() },
            )
        } else {
            (
                quote! { impl IntoIterator<Item = #item> },
                quote! { #name.into_iter().collect() },
            )
        };
    }
    if rust_api.is_exact_number(ty) {
        return (
            quote! { impl Into<#own> + ::sdk_runtime::ExactNumber },
            quote! { #name.into() },
        );
    }
    match rust_api.is_convertible_from_others(ty) {
        true => (quote! { impl Into<#own> }, quote! { #name.into() }),
        false => (quote! { #own }, quote! { #name }),
    }
}

/// Emits `new`, which takes the required fields, sets defaults and fixed values, and initializes
/// nullable fields with null. If `new` has no arguments, also emits `Default`.
pub(super) fn emit_new(
    rust_api: &RustApi,
    qualify: &Qualify,
    ident: &syn::Ident,
    fields: &[Field],
) -> TokenStream {
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    for field in fields {
        let member = raw(&field.ident);
        let ty = qualify.apply(&field.ty);
        let value = if !field.is_argument() {
            let value = field.fixed.as_ref().and_then(|value| literal(value, &ty));
            match (value, field.is_asked) {
                (Some(value), true) => quote! { Some(#value) },
                (Some(value), false) => value,
                (None, _) if field.is_required_nullable() => quote! { None },
                (None, _) => quote! { Default::default() },
            }
        } else {
            let (argument, value) = converting_parameter(rust_api, qualify, &field.ty, &member);
            arguments.push(quote! { #member: #argument });
            match field.presence {
                Presence::Required => value,
                _ => quote! { Some(#value) },
            }
        };
        // Uses shorthand if possible.
        values.push(match member == value.to_string() {
            true => quote! { #member },
            false => quote! { #member: #value },
        });
    }
    if arguments.is_empty() {
        return quote! {
            impl Default for #ident {
                /// Creates a value with preset fields only. All other fields are empty.
                #[inline]
                fn default() -> Self {
                    Self { #(#values),* }
                }
            }

            impl #ident {
                /// Creates a value with preset fields only. All other fields are empty.
                #[inline]
                pub fn new() -> Self {
                    Self::default()
                }
            }
        };
    }
    let allow = (arguments.len() > 7).then(|| quote! { #[allow(clippy::too_many_arguments)] });
    quote! {
        impl #ident {
            /// Creates a value from the required fields. Optional fields are empty.
            #allow
            #[inline]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }
        }
    }
}

/// Returns a preset value as Rust code. String enums and similar types are converted from a string.
pub(super) fn literal(value: &Value, ty: &syn::Type) -> Option<TokenStream> {
    if let Some(inner) = inside("Option", ty) {
        let value = literal(value, &inner)?;
        return Some(quote! { Some(#value) });
    }
    let is = |name: &str| syn::parse_str::<syn::Type>(name).is_ok_and(|known| known == *ty);
    let value = match value {
        Value::String(value) if is("String") => return Some(quote! { #value.to_owned() }),
        Value::String(value) => return Some(quote! { #value.into() }),
        Value::Bool(value) => quote! { #value },
        Value::Number(number) => {
            let mut text = number.to_string();
            if (is("f32") || is("f64")) && !text.contains(['.', 'e']) {
                text.push_str(".0");
            }
            let number: syn::Expr = syn::parse_str(&text).ok()?;
            quote! { #number }
        }
        _ => return None,
    };
    Some(match is("::sdk_runtime::AnyJson") {
        true => quote! { (#value).into() },
        false => value,
    })
}

//! A generated type without what typify hung on it: name, fields or variants, and how each is spelt on the wire.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use quote::format_ident;
use serde_json::{Map, Value};

use crate::model::{Api, elements, flag, kind_words, members, pointer_words, preset, text};
use crate::name;
use crate::progenitor::input::is_union;
use crate::progenitor::split_output::type_path::plain;
use crate::progenitor::split_output::type_usage::{closure, names_in};
use crate::progenitor::type_argument::inside;

pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    Struct(Vec<Field>),
    /// A type that is spelt as the one it wraps.
    Wrapper(Box<syn::Type>),
    /// A string enum: identifier and wire text.
    Enum(Vec<(String, String)>),
    Union(Vec<Variant>),
}

pub(crate) struct Field {
    pub(crate) ident: String,
    /// `None` for the map of unknown properties.
    pub(crate) wire: Option<String>,
    /// Without what its presence wraps around it.
    pub(crate) ty: syn::Type,
    pub(crate) presence: Presence,
    /// The schema where the property stands.
    pub(crate) property: Option<Value>,
    /// What a maker fills in: the default or the only value of a required property.
    pub(crate) fixed: Option<Value>,
}

impl Field {
    /// Whether a maker has to be given it.
    pub(crate) fn is_argument(&self) -> bool {
        self.wire.is_some() && self.presence == Presence::Required && self.fixed.is_none()
    }
}

/// Whether a field has to be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Presence {
    Required,
    /// `Option<T>`
    Optional,
    /// `Patch<T>`: absent keeps what there is, null erases it.
    Patch,
}

pub(crate) struct Variant {
    pub(crate) ident: String,
    pub(crate) ty: syn::Type,
    /// Values of the discriminator that mean this variant.
    pub(crate) tags: Vec<String>,
    /// The properties of an object.
    pub(crate) properties: Map<String, Value>,
}

impl Record {
    pub(crate) fn read(item: syn::Item) -> Result<Self> {
        match item {
            syn::Item::Struct(item) => {
                let name = item.ident.to_string();
                let kind = match item.fields {
                    syn::Fields::Named(fields) => Kind::Struct(
                        fields
                            .named
                            .into_iter()
                            .map(Field::read)
                            .collect::<Result<_>>()?,
                    ),
                    syn::Fields::Unnamed(fields) => match fields.unnamed.into_iter().next() {
                        Some(mut field) => {
                            plain(&mut field.ty);
                            Kind::Wrapper(Box::new(field.ty))
                        }
                        None => Kind::Struct(Vec::new()),
                    },
                    syn::Fields::Unit => Kind::Struct(Vec::new()),
                };
                Ok(Self { name, kind })
            }
            syn::Item::Enum(item) => {
                let name = item.ident.to_string();
                let mut variants = Vec::new();
                for variant in item.variants {
                    if !matches!(variant.fields, syn::Fields::Unit) {
                        bail!(
                            "enum `{name}` has variants with values; name its parts in the spec and use oneOf of references"
                        );
                    }
                    let ident = variant.ident.to_string();
                    let wire = Serde::read(&variant.attrs)?.rename;
                    variants.push((name::variant(&ident), wire.unwrap_or(ident)));
                }
                Ok(Self {
                    name,
                    kind: Kind::Enum(variants),
                })
            }
            _ => bail!("an item that is neither struct nor enum"),
        }
    }

    /// Names of the types that this one mentions.
    pub(crate) fn uses(&self) -> BTreeSet<String> {
        match &self.kind {
            Kind::Struct(fields) => fields.iter().flat_map(|f| names_in(&f.ty)).collect(),
            Kind::Wrapper(ty) => names_in(ty),
            Kind::Enum(_) => BTreeSet::new(),
            Kind::Union(variants) => variants.iter().flat_map(|v| names_in(&v.ty)).collect(),
        }
    }

    /// Makes the union that `input` replaced by any JSON.
    pub(crate) fn open_union(&mut self, api: &Api<'_>, schema: &Value) {
        if !is_union(schema) {
            return;
        }
        let mapping = members(&schema["discriminator"], "mapping");
        let mut variants: Vec<Variant> = Vec::new();
        for part in elements(schema, "oneOf")
            .iter()
            .chain(elements(schema, "anyOf"))
        {
            let (ident, ty) = variant_type(api, part);
            if variants.iter().any(|v| v.ident == name::variant(&ident)) {
                continue;
            }
            let target = kind_words(part);
            let mut tags: Vec<String> = mapping
                .iter()
                .filter(|(_, to)| to.as_str().is_some_and(|to| pointer_words(to) == target))
                .map(|(tag, _)| tag.clone())
                .collect();
            if tags.is_empty() && schema.get("discriminator").is_some() {
                tags.push(target);
            }
            let ident = name::variant(&ident);
            variants.push(Variant {
                ident,
                ty,
                tags,
                properties: api.properties(part),
            });
        }
        self.kind = Kind::Union(variants);
    }

    /// Adds the map of properties that the spec does not name, where there is none yet.
    pub(crate) fn keep_unknown(&mut self) {
        let Kind::Struct(fields) = &mut self.kind else {
            return;
        };
        if fields.iter().all(|field| field.wire.is_some()) {
            fields.push(Field {
                ident: "extra".to_owned(),
                wire: None,
                ty: syn::parse_quote!(::std::collections::BTreeMap<String, ::sdk_runtime::AnyJson>),
                presence: Presence::Required,
                property: None,
                fixed: None,
            });
        }
    }

    /// Gives the map of unknown properties a name that no property has.
    pub(crate) fn name_the_rest(&mut self) {
        let Kind::Struct(fields) = &mut self.kind else {
            return;
        };
        let known: BTreeSet<String> = fields
            .iter()
            .filter(|field| field.wire.is_some())
            .map(|field| field.ident.clone())
            .collect();
        for rest in fields.iter_mut().filter(|field| field.wire.is_none()) {
            while known.contains(&rest.ident) {
                rest.ident.push_str("_properties");
            }
        }
    }

    /// Gives every field its property, and puts them in the order of the spec: what belongs together stands together.
    pub(crate) fn arrange(&mut self, api: &Api<'_>, properties: &Map<String, Value>) {
        let Kind::Struct(fields) = &mut self.kind else {
            return;
        };
        for field in fields.iter_mut() {
            field.property = field
                .wire
                .as_ref()
                .and_then(|wire| properties.get(wire))
                .cloned();
            if let (Some(property), Presence::Required) = (&field.property, field.presence) {
                let value = preset(property).or_else(|| preset(api.resolve_schema(property)));
                field.fixed = value.filter(|value| !value.is_null()).cloned();
            }
        }
        fields.sort_by_key(|field| {
            let wire = field.wire.as_ref();
            wire.and_then(|wire| properties.keys().position(|name| name == wire))
                .unwrap_or(usize::MAX)
        });
    }

    /// In a body where null erases, what may be null can be kept, erased or set.
    pub(crate) fn tell_null_from_absent(&mut self, api: &Api<'_>) {
        let Kind::Struct(fields) = &mut self.kind else {
            return;
        };
        for field in fields {
            let may_be_null = field.property.as_ref().is_some_and(|property| {
                let target = api.resolve_schema(property);
                let is = |mark: &str| flag(property, mark) || flag(target, mark);
                is("nullable") && !is("readOnly")
            });
            if may_be_null && field.presence == Presence::Optional {
                field.presence = Presence::Patch;
            }
        }
    }

    /// Boxes the variants of a union that hold the union itself.
    pub(crate) fn break_recursion(&mut self, uses: &BTreeMap<String, BTreeSet<String>>) {
        if let Kind::Union(variants) = &mut self.kind {
            for variant in variants {
                let direct = closure(uses, names_in(&variant.ty));
                // A list or a map holds its items elsewhere already.
                let is_held = ["Vec", "BTreeMap"]
                    .iter()
                    .any(|held| inside(held, &variant.ty).is_some());
                if direct.contains(&self.name) && !is_held {
                    let inner = &variant.ty;
                    variant.ty = syn::parse_quote!(Box<#inner>);
                }
            }
        }
    }
}

fn variant_type(api: &Api<'_>, part: &Value) -> (String, syn::Type) {
    let target = api.resolve_schema(part);
    let composed = ["properties", "allOf", "oneOf", "anyOf"]
        .iter()
        .any(|key| target.get(key).is_some());
    if part.get("$ref").is_some()
        && (composed || (text(target, "type") == "string" && target.get("enum").is_some()))
    {
        let ident = format_ident!("{}", name::type_name(&kind_words(part)));
        return (ident.to_string(), syn::parse_quote!(#ident));
    }
    match text(target, "type") {
        "string" => ("Text".to_owned(), syn::parse_quote!(String)),
        "integer" => ("Integer".to_owned(), syn::parse_quote!(i64)),
        "number" => ("Number".to_owned(), syn::parse_quote!(f64)),
        "boolean" => ("Boolean".to_owned(), syn::parse_quote!(bool)),
        "array" => {
            let (_, items) = variant_type(api, &target["items"]);
            ("List".to_owned(), syn::parse_quote!(Vec<#items>))
        }
        "object"
            if target
                .get("additionalProperties")
                .is_some_and(Value::is_object) =>
        {
            let (_, values) = variant_type(api, &target["additionalProperties"]);
            (
                "Map".to_owned(),
                syn::parse_quote!(::std::collections::BTreeMap<String, #values>),
            )
        }
        "object" => (
            "Object".to_owned(),
            syn::parse_quote!(::std::collections::BTreeMap<String, ::sdk_runtime::AnyJson>),
        ),
        _ => ("Json".to_owned(), syn::parse_quote!(::sdk_runtime::AnyJson)),
    }
}

impl Field {
    fn read(field: syn::Field) -> Result<Self> {
        let ident = field.ident.map(|i| i.to_string()).unwrap_or_default();
        let serde = Serde::read(&field.attrs)?;
        let mut ty = field.ty;
        plain(&mut ty);
        let required = !serde.optional;
        if !required && let Some(inner) = inside("Option", &ty) {
            ty = inner;
        }
        let wire = serde
            .rename
            .unwrap_or_else(|| ident.trim_start_matches("r#").to_owned());
        Ok(Self {
            wire: (!serde.flatten).then_some(wire),
            presence: match required || serde.flatten {
                true => Presence::Required,
                false => Presence::Optional,
            },
            property: None,
            fixed: None,
            ident,
            ty,
        })
    }
}

/// What a `#[serde(…)]` attribute of typify says.
#[derive(Default)]
struct Serde {
    rename: Option<String>,
    optional: bool,
    flatten: bool,
}

impl Serde {
    fn read(attributes: &[syn::Attribute]) -> Result<Self> {
        let mut serde = Self::default();
        for attribute in attributes.iter().filter(|a| a.path().is_ident("serde")) {
            attribute.parse_nested_meta(|meta| {
                let value = if meta.input.peek(syn::Token![=]) {
                    Some(meta.value()?.parse::<syn::LitStr>()?.value())
                } else {
                    None
                };
                if meta.path.is_ident("rename") {
                    serde.rename = value;
                } else if meta.path.is_ident("default") || meta.path.is_ident("skip_serializing_if")
                {
                    serde.optional = true;
                } else if meta.path.is_ident("flatten") {
                    serde.flatten = true;
                }
                Ok(())
            })?;
        }
        Ok(serde)
    }
}

//! A generated type without typify's attributes: its name, its fields or variants, and their names
//! in the document.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use serde_json::{Map, Value};

use crate::model::{Api, flag, preset};
use crate::name;
use crate::progenitor::input::WireNames;
use crate::progenitor::split_output::type_path::plain;
use crate::progenitor::split_output::type_usage::names_in;
use crate::progenitor::type_argument::inside;

pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    Struct(Vec<Field>),
    /// A type that is serialized like its content.
    Wrapper(Box<syn::Type>),
    /// A string enum, with its identifiers and values.
    Enum(Vec<(String, String)>),
    Union(Vec<Variant>),
}

pub(crate) struct Field {
    pub(crate) ident: String,
    /// Name of the property, or `None` for the map of unknown properties.
    pub(crate) wire: Option<String>,
    /// Type without the wrapper that expresses the presence, such as `Option`.
    pub(crate) ty: syn::Type,
    pub(crate) presence: Presence,
    /// Schema of the property.
    pub(crate) property: Option<Value>,
    /// Value that constructors set: the default or the only value of a required property.
    pub(crate) fixed: Option<Value>,
    /// Whether requests require the property although responses may lack it.
    pub(crate) is_asked: bool,
}

impl Field {
    /// Returns the alternative name that the property can have in responses.
    pub(crate) fn alias(&self) -> Option<&str> {
        self.property.as_ref()?.get("x-sdk-alias")?.as_str()
    }

    /// Returns whether constructors leave the field absent or set it to null.
    pub(crate) fn is_optional(&self) -> bool {
        self.presence != Presence::Required && !self.is_asked || self.is_required_nullable()
    }

    /// Returns whether the field is always sent and can be null.
    pub(crate) fn is_required_nullable(&self) -> bool {
        self.presence == Presence::Required
            && self.wire.is_some()
            && self.fixed.is_none()
            && inside("Option", &self.ty).is_some()
    }

    /// Returns whether constructors take the field as an argument.
    pub(crate) fn is_argument(&self) -> bool {
        let is_asked = self.presence == Presence::Required || self.is_asked;
        self.wire.is_some() && is_asked && self.fixed.is_none() && !self.is_required_nullable()
    }

    /// Returns whether the property, or the target of its reference, has a mark such as `readOnly`.
    pub(crate) fn is_marked(&self, api: &Api<'_>, mark: &str) -> bool {
        self.property.as_ref().is_some_and(|property| {
            flag(property, mark) || flag(api.resolve_schema(property), mark)
        })
    }
}

/// Presence of a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Presence {
    Required,
    /// `Option<T>`
    Optional,
    /// `Patch<T>`: an absent property leaves the value unchanged, and null deletes it.
    Patch,
}

pub(crate) struct Variant {
    pub(crate) ident: String,
    pub(crate) ty: syn::Type,
    /// Discriminator values of this variant.
    pub(crate) tags: Vec<String>,
    /// Properties, if the variant is an object.
    pub(crate) properties: Map<String, Value>,
}

impl Record {
    pub(crate) fn read(item: syn::Item, names: &WireNames) -> Result<Self> {
        match item {
            syn::Item::Struct(item) => {
                let name = item.ident.to_string();
                let kind = match item.fields {
                    syn::Fields::Named(fields) => Kind::Struct(read_fields(fields, names)?),
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
                            "the enum `{name}` has variants with values; name its parts in the spec, and use oneOf with references"
                        );
                    }
                    let ident = variant.ident.to_string();
                    let wire = Serde::read(&variant.attrs)?.rename;
                    let wire = wire.as_deref().unwrap_or(&ident);
                    variants.push(names.wire(wire).to_owned());
                }
                let wires: Vec<&str> = variants.iter().map(String::as_str).collect();
                let idents = name::variants(&wires);
                let variants = idents.into_iter().zip(variants).collect();
                Ok(Self {
                    name,
                    kind: Kind::Enum(variants),
                })
            }
            _ => bail!("an item of progenitor's output is neither a struct nor an enum"),
        }
    }

    /// Returns the names of the types that this type refers to.
    pub(crate) fn uses(&self) -> BTreeSet<String> {
        match &self.kind {
            Kind::Struct(fields) => fields.iter().flat_map(|f| names_in(&f.ty)).collect(),
            Kind::Wrapper(ty) => names_in(ty),
            Kind::Enum(_) => BTreeSet::new(),
            Kind::Union(variants) => variants.iter().flat_map(|v| names_in(&v.ty)).collect(),
        }
    }

    /// Adds a map for unknown properties, unless the type already has one.
    pub(crate) fn keep_unknown_properties(&mut self) {
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
                is_asked: false,
            });
        }
    }

    /// Renames the map of unknown properties if another field has the same name.
    pub(crate) fn rename_conflicting_extra(&mut self) {
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

    /// Assigns properties and preset values to the fields, and sorts the fields in spec order,
    /// which keeps related fields together.
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

    /// Removes the preset values that can't be written as a literal of the field's type. Callers
    /// then have to set the field.
    pub(crate) fn drop_unwritable_presets(&mut self, enums: &BTreeSet<String>) {
        let Kind::Struct(fields) = &mut self.kind else {
            return;
        };
        for field in fields {
            if let Some(value) = &field.fixed
                && !is_writable(value, &field.ty, enums)
            {
                field.fixed = None;
            }
        }
    }

    /// Distinguishes null from absent: requests can omit an optional nullable property, send null,
    /// or send a value.
    pub(crate) fn distinguish_null_from_absent(&mut self, api: &Api<'_>) {
        let Kind::Struct(fields) = &mut self.kind else {
            return;
        };
        for field in fields {
            let may_be_null = field.is_marked(api, "nullable") && !field.is_marked(api, "readOnly");
            if may_be_null && field.presence == Presence::Optional {
                field.presence = Presence::Patch;
            }
        }
    }

    /// Applies `required` by direction: read-only properties are not sent, and responses may lack
    /// write-only properties.
    ///
    /// In a type for both directions, read-only properties become optional. They are read from
    /// responses and omitted from request bodies.
    pub(crate) fn direct(&mut self, api: &Api<'_>, sent: bool, received: bool) {
        let Kind::Struct(fields) = &mut self.kind else {
            return;
        };
        if !received {
            fields.retain(|field| !field.is_marked(api, "readOnly"));
        }
        for field in fields
            .iter_mut()
            .filter(|field| field.presence == Presence::Required)
        {
            if sent && received && field.is_marked(api, "readOnly") {
                field.presence = Presence::Optional;
                field.fixed = None;
            } else if received && field.is_marked(api, "writeOnly") {
                field.presence = Presence::Optional;
                field.is_asked = sent;
            } else {
                continue;
            }
            if let Some(inner) = inside("Option", &field.ty) {
                field.ty = inner;
            }
        }
    }

    /// Boxes the variants that contain the union itself, directly or indirectly.
    pub(crate) fn break_recursion(&mut self, groups: &BTreeMap<&str, usize>) {
        if let Kind::Union(variants) = &mut self.kind {
            for variant in variants {
                let own = groups.get(self.name.as_str());
                let leads_back = names_in(&variant.ty)
                    .iter()
                    .any(|name| groups.get(name.as_str()) == own);
                // Lists and maps already store their items on the heap.
                let is_held = ["Vec", "BTreeMap"]
                    .iter()
                    .any(|held| inside(held, &variant.ty).is_some());
                if leads_back && !is_held {
                    let inner = &variant.ty;
                    variant.ty = syn::parse_quote!(Box<#inner>);
                }
            }
        }
    }
}

/// Returns whether a value can be written as a literal of the type, or as a string literal that
/// converts to the type.
fn is_writable(value: &Value, ty: &syn::Type, enums: &BTreeSet<String>) -> bool {
    let ty = inside("Option", ty).unwrap_or_else(|| ty.clone());
    let syn::Type::Path(path) = &ty else {
        return false;
    };
    let last = path.path.segments.last().map(|last| last.ident.to_string());
    let last = last.unwrap_or_default();
    let is_within =
        |least: i64, most: i64| value.as_i64().is_some_and(|n| (least..=most).contains(&n));
    match last.as_str() {
        "bool" => value.is_boolean(),
        "i32" => is_within(i32::MIN.into(), i32::MAX.into()),
        "u32" => is_within(0, u32::MAX.into()),
        "i64" => value.is_i64(),
        "u64" => value.is_u64(),
        "f32" | "f64" => value.is_number(),
        "AnyJson" => value.is_string() || value.is_boolean() || value.is_number(),
        "String" | "Secret" | "Date" | "DateTime" | "BigNumber" => value.is_string(),
        name => value.is_string() && enums.contains(name),
    }
}

/// Reads the fields of a struct, and replaces typify's names with our own.
fn read_fields(fields: syn::FieldsNamed, names: &WireNames) -> Result<Vec<Field>> {
    let fields = fields.named.into_iter();
    let mut fields = fields
        .map(|field| Field::read(field, names))
        .collect::<Result<Vec<_>>>()?;
    let named: Vec<String> = fields
        .iter()
        .filter_map(|field| field.wire.clone())
        .collect();
    let wires: Vec<&str> = named.iter().map(String::as_str).collect();
    let mut idents = name::fields(&wires).into_iter();
    for field in fields.iter_mut().filter(|field| field.wire.is_some()) {
        field.ident = idents.next().unwrap_or_default();
    }
    Ok(fields)
}

impl Field {
    fn read(field: syn::Field, names: &WireNames) -> Result<Self> {
        let ident = field.ident.map(|i| i.to_string()).unwrap_or_default();
        let serde = Serde::read(&field.attrs)?;
        let mut ty = field.ty;
        plain(&mut ty);
        let required = !serde.optional;
        if !required && let Some(inner) = inside("Option", &ty) {
            ty = inner;
        }
        let name = serde
            .rename
            .unwrap_or_else(|| ident.trim_start_matches("r#").to_owned());
        let wire = names.wire(&name).to_owned();
        Ok(Self {
            wire: (!serde.flatten).then_some(wire),
            presence: match required || serde.flatten {
                true => Presence::Required,
                false => Presence::Optional,
            },
            property: None,
            fixed: None,
            is_asked: false,
            ident,
            ty,
        })
    }
}

/// Content of a `#[serde(…)]` attribute generated by typify.
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

//! Creates sample values of generated types, written as a caller would write them. Objects contain
//! their required fields, and optional fields only if the schema has a minimum number of
//! properties.

use std::cell::{Cell, RefCell};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Value, json};

use crate::emit::sample::text;
use crate::emit::typed_call::Call;
use crate::model::{Api, Operation, elements, flag, members, preset};
use crate::name;
use crate::progenitor::{Field, Kind, Presence, RustApi, Variant, inside, names_in};

/// Creates sample values, whose types are written relative to a module path.
pub(crate) struct Values<'v> {
    api: &'v Api<'v>,
    rust_api: &'v RustApi,
    types: TokenStream,
    /// Types whose samples are being created, to stop recursion.
    trail: RefCell<Vec<String>>,
    /// Number of JSON values that the current sample can still contain.
    budget: Cell<usize>,
}

/// Maximum number of JSON values in a sample, so that nested schemas can't multiply.
const MAX_JSON_VALUES: usize = 200;
/// Nesting depth from which objects have no optional fields.
const MAX_OPTIONAL_DEPTH: usize = 2;

impl<'v> Values<'v> {
    pub(crate) fn new(api: &'v Api<'v>, rust_api: &'v RustApi, types: TokenStream) -> Self {
        Self {
            api,
            rust_api,
            types,
            trail: RefCell::default(),
            budget: Cell::new(MAX_JSON_VALUES),
        }
    }

    /// Returns whether the operation is the exchange of the sample client, which is the first token
    /// operation in the document.
    pub(crate) fn is_own_exchange(&self, operation: &Operation<'_>) -> bool {
        let first = self.api.operations.iter().find(|other| other.token);
        first.is_some_and(|first| first.id == operation.id)
    }

    /// Returns the path to a tag's module.
    pub(crate) fn module(&self, module: &syn::Ident) -> TokenStream {
        let krate = format_ident!("{}", name::library(self.api.vendor));
        quote! { #krate::#module:: }
    }

    /// Returns a sample item for a bulk operation.
    pub(crate) fn body_item(&self, call: &Call<'_>) -> TokenStream {
        let schema = call.bodies.first().and_then(|variant| variant.schema);
        let body = call.body_types.first().and_then(Option::as_ref);
        let Some(body) = body else {
            return quote! { ::serde_json::json!({}) };
        };
        match inside("Vec", body) {
            Some(item) => {
                let schema = schema.map(|schema| self.api.resolve_schema(schema));
                self.of(&item, schema.and_then(|schema| schema.get("items")), 0)
            }
            None => self.of(body, schema, 0),
        }
    }

    /// Returns a sample value of a type. The schema constrains strings, numbers, and the length of
    /// lists.
    pub(crate) fn of(&self, ty: &syn::Type, schema: Option<&Value>, depth: usize) -> TokenStream {
        let target = self.target(schema);
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
            "Secret" | "DateTime" | "Date" | "BigNumber" => {
                let text = self.scalar(&last.ident, target);
                quote! { #text.into() }
            }
            "File" => {
                let krate = format_ident!("{}", name::library(self.api.vendor));
                quote! { #krate::File::bytes("sample.txt", "sample") }
            }
            "bool" => quote! { true },
            number @ ("f64" | "f32" | "i8" | "i16" | "i32" | "i64" | "u32" | "u64") => {
                self.number(target, number)
            }
            "Vec" => {
                if inner.is_some_and(|inner| self.is_open(inner)) {
                    return quote! { Vec::new() };
                }
                let items = target.and_then(|target| target.get("items"));
                let item = inner.map(|inner| self.of(inner, items, depth + 1));
                let count = least_items(target.unwrap_or(&Value::Null));
                let items = std::iter::repeat_n(item, count);
                quote! { vec![#(#items),*] }
            }
            "Option" if inner.is_some_and(|inner| self.is_open(inner)) => quote! { None },
            "Option" => {
                let inner = inner.map(|inner| self.of(inner, schema, depth + 1));
                quote! { Some(#inner) }
            }
            "Box" => {
                let inner = inner.map(|inner| self.of(inner, schema, depth + 1));
                quote! { Box::new(#inner) }
            }
            "BTreeMap" | "Map" => quote! { Default::default() },
            "Value" | "AnyJson" => {
                let json = self.json(schema);
                quote! { #json.into() }
            }
            named => {
                self.trail.borrow_mut().push(named.to_owned());
                let sample = self.named(named, target, depth);
                self.trail.borrow_mut().pop();
                sample
            }
        }
    }

    /// Returns a value for an argument that accepts conversions.
    pub(crate) fn argument(
        &self,
        ty: &syn::Type,
        schema: Option<&Value>,
        name: &str,
        depth: usize,
    ) -> TokenStream {
        let target = self.target(schema).unwrap_or(&Value::Null);
        let last = match ty {
            syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        match last.as_deref().unwrap_or_default() {
            "String" | "Secret" | "Date" | "DateTime" | "BigNumber" => {
                let text = match last.as_deref() {
                    Some("Date" | "DateTime") => text::of(target, "date"),
                    _ => text::of(target, name),
                };
                quote! { #text }
            }
            "AnyJson" => self.json(schema),
            "Vec" if *ty == syn::parse_quote!(Vec<String>) => {
                let items = self.target(target.get("items")).unwrap_or(&Value::Null);
                let count = least_items(target);
                let texts = std::iter::repeat_n(text::of(items, name), count);
                quote! { [#(#texts),*] }
            }
            "Vec" => self.list(ty, schema),
            union if self.is_union_from_text(union) => {
                let choices = ["oneOf", "anyOf"].map(|key| elements(target, key));
                let mut choices = choices.into_iter().flatten();
                let is_text = |choice: &&Value| crate::model::text(choice, "type") == "string";
                let text = text::of(choices.find(is_text).unwrap_or(target), name);
                quote! { #text }
            }
            _ => self.of(ty, schema, depth),
        }
    }

    /// Returns a minimal JSON value for a schema.
    pub(crate) fn json(&self, schema: Option<&Value>) -> TokenStream {
        self.budget.set(MAX_JSON_VALUES);
        let json = self.json_text(schema, 0);
        quote! { ::serde_json::json!(#json) }
    }

    fn json_text(&self, schema: Option<&Value>, depth: usize) -> TokenStream {
        let target = self.target(schema).unwrap_or(&Value::Null);
        self.budget.set(self.budget.get().saturating_sub(1));
        let is_flat = depth > 8 || self.budget.get() == 0;
        match crate::model::text(target, "type") {
            "array" if is_flat => quote! { [] },
            "array" => {
                let count = target.get("minItems").and_then(Value::as_u64).unwrap_or(0);
                let items = 0..count.min(8);
                let items = items.map(|_| self.json_text(target.get("items"), depth + 1));
                quote! { [#(#items),*] }
            }
            "string" => {
                let text = text::of(target, "");
                quote! { #text }
            }
            "integer" => self.number(Some(target), "json"),
            "number" => self.number(Some(target), "f64"),
            "boolean" => quote! { true },
            _ if is_flat => quote! { {} },
            _ => {
                let properties = members(target, "properties");
                let required = elements(target, "required");
                let (needed, others): (Vec<_>, Vec<_>) = properties
                    .iter()
                    .filter(|(_, property)| {
                        let target = self.api.resolve_schema(property);
                        !flag(property, "readOnly") && !flag(target, "readOnly")
                    })
                    .partition(|(name, _)| required.contains(&json!(name)));
                let more = least_properties(target, depth).saturating_sub(needed.len());
                let members = needed.into_iter().chain(others.into_iter().take(more));
                let members = members.map(|(name, property)| {
                    let value = self.json_text(Some(property), depth + 1);
                    quote! { #name: #value }
                });
                quote! { { #(#members),* } }
            }
        }
    }

    /// Returns a list for an argument that accepts any iterator.
    pub(crate) fn list(&self, ty: &syn::Type, schema: Option<&Value>) -> TokenStream {
        let Some(item) = inside("Vec", ty) else {
            return self.of(ty, schema, 0);
        };
        if self.is_open(&item) {
            let types = &self.types;
            return quote! { Vec::<#types #item>::new() };
        }
        let target = self.target(schema).unwrap_or(&Value::Null);
        // Items are also converted if their type converts from other types.
        let sample = match self.rust_api.is_convertible_from_others(&item) {
            true => self.argument(&item, target.get("items"), "", 1),
            false => self.of(&item, target.get("items"), 1),
        };
        let items = std::iter::repeat_n(sample, least_items(target));
        quote! { [#(#items),*] }
    }

    /// Returns whether the type is a union that converts from strings.
    fn is_union_from_text(&self, name: &str) -> bool {
        let Some(Kind::Union(variants)) = self.rust_api.types.get(name).map(|ty| &ty.record.kind)
        else {
            return false;
        };
        variants
            .iter()
            .any(|variant| variant.ty == syn::parse_quote!(String))
    }

    /// Returns the schema that describes a value. Follows references and one level of `allOf` with
    /// a single part.
    fn target<'s>(&'s self, schema: Option<&'s Value>) -> Option<&'s Value> {
        Some(self.api.only_part(schema?))
    }

    /// Returns whether a sample of the type, or of a type in its generic arguments, is already
    /// being created.
    fn is_open(&self, ty: &syn::Type) -> bool {
        let trail = self.trail.borrow();
        names_in(ty).iter().any(|name| trail.contains(name))
    }

    /// Returns the first variant for which no sample is being created, or else the first variant.
    fn choice<'u>(&self, variants: &'u [Variant]) -> Option<&'u Variant> {
        let ends = |variant: &&Variant| !self.is_open(&variant.ty);
        variants.iter().find(ends).or_else(|| variants.first())
    }

    /// Returns initializers of optional fields, as many as an object with a minimum number of
    /// properties needs.
    fn optional_fields(&self, fields: &[Field], least: usize, depth: usize) -> Vec<TokenStream> {
        let krate = format_ident!("{}", name::library(self.api.vendor));
        let is_set = |field: &&Field| field.wire.is_some() && !field.is_optional();
        let missing = least.saturating_sub(fields.iter().filter(is_set).count());
        let can_be_set = |field: &&Field| {
            let is_sent = field.wire.is_some() && !field.is_marked(self.api, "readOnly");
            is_sent && field.is_optional() && !self.is_open(&field.ty)
        };
        let chosen = fields.iter().filter(can_be_set).take(missing);
        chosen
            .map(|field| {
                let member = name::raw_ident(&field.ident);
                let value = self.of(&field.ty, field.property.as_ref(), depth + 1);
                match field.presence {
                    Presence::Required => quote! { #member: #value },
                    Presence::Optional => quote! { #member: Some(#value) },
                    Presence::Patch => quote! { #member: #krate::Patch::Set(#value) },
                }
            })
            .collect()
    }

    fn scalar(&self, ident: &syn::Ident, target: Option<&Value>) -> String {
        let target = target.unwrap_or(&Value::Null);
        match ident.to_string().as_str() {
            "Secret" => text::of(target, "secret"),
            "BigNumber" => text::of(target, ""),
            _ => text::of(target, "date"),
        }
    }

    /// Returns a number of a type: a primitive type, or `json` for an integer in JSON.
    fn number(&self, target: Option<&Value>, ty: &str) -> TokenStream {
        let target = target.unwrap_or(&Value::Null);
        let is_float = ty.starts_with('f');
        let given = target.get("example").or_else(|| preset(target));
        let given = given.and_then(Value::as_f64);
        let number = given.unwrap_or_else(|| number_in_bounds(target, is_float));
        let (least, most) = match ty {
            "i8" => (i8::MIN.into(), i8::MAX.into()),
            "i16" => (i16::MIN.into(), i16::MAX.into()),
            "i32" => (i32::MIN.into(), i32::MAX.into()),
            "u32" => (0, u32::MAX.into()),
            "u64" => (0, u64::MAX.into()),
            _ => (i64::MIN.into(), i128::from(i64::MAX)),
        };
        let whole = (number.ceil() as i128).clamp(least, most);
        let literal = match ty {
            _ if is_float => format!("{number:?}"),
            // In JSON, nothing else determines the type of the literal.
            "json" if i32::try_from(whole).is_err() => format!("{whole}_i64"),
            _ => whole.to_string(),
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
            // Recursion in requests usually ends at optional fields. This bound covers the other
            // cases.
            _ if depth > 12 => quote! { Default::default() },
            Kind::Struct(fields) => {
                let is_default = fields
                    .iter()
                    .all(|field| field.wire.is_none() || field.is_optional());
                let arguments = fields
                    .iter()
                    .filter(|field| field.is_argument())
                    .map(|field| {
                        let wire = field.wire.as_deref().unwrap_or_default();
                        self.argument(&field.ty, field.property.as_ref(), wire, depth + 1)
                    });
                let least = least_properties(schema.unwrap_or(&Value::Null), depth);
                let more = self.optional_fields(fields, least, depth);
                match (is_default, more.is_empty()) {
                    (true, true) => quote! { #types #ident::default() },
                    (false, true) => quote! { #types #ident::new(#(#arguments),*) },
                    (_, false) if more.len() == fields.len() => {
                        quote! { #types #ident { #(#more),* } }
                    }
                    (true, false) => quote! { #types #ident { #(#more,)* ..Default::default() } },
                    (false, false) => {
                        quote! { #types #ident { #(#more,)* ..#types #ident::new(#(#arguments),*) } }
                    }
                }
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
            Kind::Union(variants) => match self.choice(variants) {
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

/// Returns the number of items in a sample list: the required minimum, but at least one and at most
/// eight.
fn least_items(schema: &Value) -> usize {
    let least = schema.get("minItems").and_then(Value::as_u64);
    least.unwrap_or(1).clamp(1, 8) as usize
}

/// Returns the number of properties that a sample object must have: at most eight, and none beyond
/// [`MAX_OPTIONAL_DEPTH`].
fn least_properties(schema: &Value, depth: usize) -> usize {
    let least = schema.get("minProperties").and_then(Value::as_u64);
    match depth < MAX_OPTIONAL_DEPTH {
        true => least.unwrap_or(0).min(8) as usize,
        false => 0,
    }
}

/// Returns a number within a schema's bounds: 1 if the schema has no bounds.
fn number_in_bounds(schema: &Value, is_float: bool) -> f64 {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let (least, most) = (bound("minimum"), bound("maximum"));
    let is_above = flag(schema, "exclusiveMinimum");
    let is_below = flag(schema, "exclusiveMaximum");
    let number = match (least, most) {
        (Some(least), _) if !is_above => least,
        (Some(least), Some(most)) if is_float => least.midpoint(most),
        (Some(least), _) => least.floor() + 1.0,
        (None, Some(most)) if most < 1.0 || is_below && most <= 1.0 => match is_below {
            true => most.ceil() - 1.0,
            false if is_float => most,
            false => most.floor(),
        },
        (None, _) => 1.0,
    };
    let Some(step) = bound("multipleOf").filter(|step| *step >= 1.0) else {
        return number;
    };
    let above = (number / step).ceil() * step;
    match most {
        Some(most) if above > most => (most / step).floor() * step,
        _ => above,
    }
}

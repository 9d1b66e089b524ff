//! Emits `From` and `TryFrom` conversions from a response to a request for the same resource, so
//! that users can read, change and write a record.
//!
//! A conversion turns the response of a GET into the body of a PATCH, PUT or POST on the same path,
//! or on the path of the list that contains the record.

use std::collections::{BTreeMap, HashMap};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::object::literal;
use crate::emit::docs_text::{attributes, code};
use crate::model::{Api, Operation, flag, text};
use crate::name::raw_ident as raw;
use crate::progenitor::{Field, Kind, Presence, Qualify, RustApi, Type, inside};

/// Extension with the name of the response's property, if it differs from the name in the request.
const RESPONSE_NAME: &str = "x-sdk-answer-name";

/// Maximum number of levels of nested objects.
const DEPTH: usize = 8;

/// A request and a response for the same resource.
pub(crate) struct Conversion<'r> {
    answer: &'r Type,
    request: &'r Type,
    plan: Plan<'r>,
    wish: OmissionEffect,
}

/// Effect of omitting a property from the request.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum OmissionEffect {
    /// The property is reset: PUT and POST to the record.
    Replace,
    /// The property is set to a default: POST to the collection.
    Create,
    /// The property keeps its value: PATCH, and types with `x-sdk-patch`.
    Change,
}

/// The expressions that fill the fields of a request.
struct Plan<'r> {
    fields: Vec<(&'r Field, Option<TokenStream>)>,
    /// Writable properties that the response lacks, or has with a type that doesn't convert.
    missing: Vec<&'r str>,
    is_fallible: bool,
    carried: usize,
    /// Pairs of nested objects whose conversions this conversion calls.
    nested: Vec<(&'r Type, &'r Type)>,
}

/// Conversions of an API, by the name of the request type.
pub(crate) type Conversions<'r> = BTreeMap<String, Vec<Conversion<'r>>>;

/// Returns all conversions of an API, including the conversions of nested objects.
pub(crate) fn all<'r>(api: &Api<'_>, rust_api: &'r RustApi) -> Conversions<'r> {
    let mut found: BTreeMap<(String, String), OmissionEffect> = BTreeMap::new();
    let mut written: HashMap<&str, Vec<&Operation<'_>>> = HashMap::new();
    for write in &api.operations {
        if ["patch", "put", "post"].contains(&write.method) {
            written.entry(write.path_key).or_default().push(write);
        }
    }
    for read in api.operations.iter().filter(|o| o.method == "get") {
        let Some(answer) = response_type(rust_api, read) else {
            continue;
        };
        let places = [Some(read.path_key), list_of(read.path_key)];
        let writes = places
            .into_iter()
            .flatten()
            .filter_map(|path| written.get(path));
        for write in writes.flatten() {
            if write.internal && !read.internal {
                continue;
            }
            let Some(request) = request_type(rust_api, write) else {
                continue;
            };
            let schema = request
                .schema
                .as_ref()
                .and_then(|schema| api.schemas.get(schema));
            let keeps =
                write.method == "patch" || schema.is_some_and(|schema| flag(schema, "x-sdk-patch"));
            let wish = match keeps {
                true => OmissionEffect::Change,
                false if write.method == "post" && write.path_key != read.path_key => {
                    OmissionEffect::Create
                }
                false => OmissionEffect::Replace,
            };
            let names = (request.record.name.clone(), answer.record.name.clone());
            if names.0 != names.1 {
                // An operation that resets missing properties takes precedence.
                let known = found.entry(names).or_insert(wish);
                *known = wish.min(*known);
            }
        }
    }
    let mut conversions: Conversions<'r> = BTreeMap::new();
    let mut open: Vec<(String, String, OmissionEffect, bool)> = found
        .into_iter()
        .map(|((request, answer), wish)| (request, answer, wish, false))
        .collect();
    while let Some((request, answer, wish, is_nested)) = open.pop() {
        let (Some(to), Some(from)) = (rust_api.types.get(&request), rust_api.types.get(&answer))
        else {
            continue;
        };
        let known = conversions.entry(request).or_default();
        if known.iter().any(|known| known.answer.record.name == answer) {
            continue;
        }
        let Some(plan) = plan(api, rust_api, from, to, 0) else {
            continue;
        };
        // With fewer common properties, the two types don't describe the same resource. Nested
        // objects are exempt, because the conversions of their enclosing objects convert them.
        let is_same = plan.carried > 1 && plan.carried > plan.missing.len();
        if !is_same && !is_nested {
            continue;
        }
        if wish == OmissionEffect::Change || plan.missing.is_empty() {
            let nested = plan.nested.iter();
            open.extend(nested.map(|(from, to)| {
                let (request, answer) = (&to.record.name, &from.record.name);
                (
                    request.clone(),
                    answer.clone(),
                    OmissionEffect::Change,
                    true,
                )
            }));
        }
        known.push(Conversion {
            answer: from,
            request: to,
            plan,
            wish,
        });
    }
    for known in conversions.values_mut() {
        known.sort_by(|a, b| a.answer.record.name.cmp(&b.answer.record.name));
    }
    conversions
}

/// Returns the path of the list that contains a record.
fn list_of(record: &str) -> Option<&str> {
    let (list, last) = record.rsplit_once('/')?;
    last.starts_with('{').then_some(list)
}

fn response_type<'r>(rust_api: &'r RustApi, operation: &Operation<'_>) -> Option<&'r Type> {
    let answer = &rust_api.signatures.get(operation.id)?.answer;
    let answer = inside("Option", answer).unwrap_or_else(|| answer.clone());
    object(rust_api, &answer)
}

fn request_type<'r>(rust_api: &'r RustApi, operation: &Operation<'_>) -> Option<&'r Type> {
    let body = rust_api.body(operation.id, 0)?;
    let body = inside("Option", body).unwrap_or_else(|| body.clone());
    let item = inside("Vec", &body).unwrap_or(body);
    object(rust_api, &item).filter(|ty| ty.sent && !ty.parts)
}

fn object<'r>(rust_api: &'r RustApi, ty: &syn::Type) -> Option<&'r Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let ty = rust_api.types.get(&path.path.get_ident()?.to_string())?;
    matches!(ty.record.kind, Kind::Struct(_)).then_some(ty)
}

fn fields(ty: &Type) -> &[Field] {
    match &ty.record.kind {
        Kind::Struct(fields) => fields,
        _ => &[],
    }
}

/// Plans how to fill a request from a response. Returns `None` if the response can never supply a
/// required property, or if the objects are nested too deeply.
fn plan<'r>(
    api: &Api<'_>,
    rust_api: &'r RustApi,
    answer: &'r Type,
    request: &'r Type,
    depth: usize,
) -> Option<Plan<'r>> {
    if depth > DEPTH {
        return None;
    }
    let mut plan = Plan {
        fields: Vec::new(),
        missing: Vec::new(),
        is_fallible: false,
        carried: 0,
        nested: Vec::new(),
    };
    for field in fields(request) {
        let Some(wire) = &field.wire else {
            plan.fields.push((field, None));
            continue;
        };
        if field.is_marked(api, "readOnly") {
            plan.fields.push((field, None));
            continue;
        }
        let property = field.property.as_ref();
        let other = property.map_or("", |property| text(property, RESPONSE_NAME));
        let wanted = if other.is_empty() {
            wire.as_str()
        } else {
            other
        };
        let source = fields(answer)
            .iter()
            .find(|source| source.wire.as_deref() == Some(wanted));
        let value = source.and_then(|source| {
            value(
                api,
                rust_api,
                &mut plan,
                (answer, source),
                (request, field),
                depth,
            )
        });
        match value {
            Some(value) => {
                plan.carried += 1;
                plan.fields.push((field, Some(value)));
            }
            None if field.is_argument() => return None,
            None => {
                // A field with a fixed value doesn't need a value from the response.
                if field.fixed.is_none() {
                    plan.missing.push(wire);
                }
                plan.fields.push((field, None));
            }
        }
    }
    Some(plan)
}

/// Returns an expression for the value of the request's field, derived from the response's field.
fn value<'r>(
    api: &Api<'_>,
    rust_api: &'r RustApi,
    plan: &mut Plan<'r>,
    (answer, source): (&'r Type, &'r Field),
    (request, field): (&'r Type, &'r Field),
    depth: usize,
) -> Option<TokenStream> {
    let own = |ty: &syn::Type| inside("Option", ty).unwrap_or_else(|| ty.clone());
    let (from, to) = (own(&source.ty), own(&field.ty));
    let member = raw(&source.ident);
    let item = quote! { value };
    let layouts = (source.property.as_ref(), field.property.as_ref());
    let (each, nested) = convert(api, rust_api, (&from, &to), layouts, &item, depth)?;
    plan.nested.extend(nested);
    let is_same = from == to && request_date_example(api, layouts.0, layouts.1).is_none();
    let is_always_there = source.presence == Presence::Required && source.ty == from;
    let is_wrapped = field.ty != to;
    let takes_absent = field.presence != Presence::Required || is_wrapped;
    Some(if is_always_there {
        let (value, _) = convert(
            api,
            rust_api,
            (&from, &to),
            layouts,
            &quote! { (&answer.#member) },
            depth,
        )?;
        let value = if is_same && !is_copy(&from) {
            quote! { answer.#member.clone() }
        } else if is_same {
            quote! { answer.#member }
        } else {
            value
        };
        match field.presence {
            Presence::Required if !is_wrapped => value,
            Presence::Patch => quote! { ::sdk_runtime::Patch::Set(#value) },
            _ => quote! { Some(#value) },
        }
    } else {
        let optional = match (source.presence, is_same) {
            (Presence::Patch, _) => quote! { answer.#member.value().map(|value| #each) },
            (_, true) if is_copy(&from) => quote! { answer.#member },
            (_, true) => quote! { answer.#member.clone() },
            (_, false) => quote! { answer.#member.as_ref().map(|value| #each) },
        };
        match field.presence {
            Presence::Patch => quote! { ::sdk_runtime::Patch::set_or_keep(#optional) },
            _ if takes_absent => optional,
            _ => {
                plan.is_fallible = true;
                let names = [&answer.record.name, &request.record.name];
                let wire = source.wire.as_deref().unwrap_or_default();
                quote! {
                    #optional.ok_or(::sdk_runtime::MissingProperty::new(#(#names),*, #wire))?
                }
            }
        }
    })
}

/// Returns an expression that converts a reference to a value into the required type, and the pair
/// of nested objects whose conversion the expression calls, if any.
fn convert<'r>(
    api: &Api<'_>,
    rust_api: &'r RustApi,
    (from, to): (&syn::Type, &syn::Type),
    layouts: (Option<&Value>, Option<&Value>),
    value: &TokenStream,
    depth: usize,
) -> Option<(TokenStream, Option<(&'r Type, &'r Type)>)> {
    let names = [from, to].map(last);
    let request_date_example = request_date_example(api, layouts.0, layouts.1);
    let plain = |tokens: TokenStream| Some((tokens, None));
    if let (["Date" | "DateTime", to @ ("Date" | "DateTime")], Some(example)) =
        (names.each_ref().map(String::as_str), &request_date_example)
    {
        let to = format_ident!("{to}");
        return plain(quote! { ::sdk_runtime::#to::new(#value.in_layout(#example)) });
    }
    if from == to {
        return plain(match is_copy(from) {
            true => quote! { *#value },
            false => quote! { #value.clone() },
        });
    }
    if let (Some(from), Some(to)) = (inside("Vec", from), inside("Vec", to)) {
        let (each, nested) = convert(
            api,
            rust_api,
            (&from, &to),
            (None, None),
            &quote! { item },
            depth,
        )?;
        return Some((quote! { #value.iter().map(|item| #each).collect() }, nested));
    }
    if let (Some(from), Some(to)) = (object(rust_api, from), object(rust_api, to)) {
        let inner = plan(api, rust_api, from, to, depth + 1)?;
        let is_whole = inner.carried > 0 && inner.missing.is_empty() && !inner.is_fallible;
        let is_reachable = from.module == to.module || from.module == crate::progenitor::SHARED;
        return (is_whole && is_reachable && to.sent)
            .then(|| (quote! { #value.into() }, Some((from, to))));
    }
    let is_text = |name: &str| {
        ["String", "BigNumber", "Date", "DateTime"].contains(&name) || is_enum(rust_api, name)
    };
    match names.each_ref().map(String::as_str) {
        [from, "String"] if is_text(from) => plain(quote! { #value.as_str().to_owned() }),
        [from, to] if is_text(from) && is_text(to) => plain(quote! { #value.as_str().into() }),
        ["i32" | "u32", "i64"] | ["u32", "u64"] | ["f32", "f64"] => {
            plain(quote! { (*#value).into() })
        }
        _ => None,
    }
}

fn is_enum(rust_api: &RustApi, name: &str) -> bool {
    let ty = rust_api.types.get(name);
    ty.is_some_and(|ty| matches!(ty.record.kind, Kind::Enum(_)))
}

fn last(ty: &syn::Type) -> String {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
    .unwrap_or_default()
}

fn is_copy(ty: &syn::Type) -> bool {
    let copied = [
        "bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64",
    ];
    copied.contains(&last(ty).as_str())
}

/// Returns an example date in the request's format, if the response uses a different format.
fn request_date_example(
    api: &Api<'_>,
    answer: Option<&Value>,
    request: Option<&Value>,
) -> Option<String> {
    let example = |property: Option<&Value>| {
        let property = property?;
        let target = api.resolve_schema(property);
        let usual = match text(target, "format") {
            "date" => "2031-05-14",
            "date-time" => "2031-05-14T09:30:00Z",
            _ => return None,
        };
        let example = property.get("example").or_else(|| target.get("example"));
        Some(example.and_then(Value::as_str).unwrap_or(usual).to_owned())
    };
    let shape = |text: &str| -> String {
        let digit = |c: char| if c.is_ascii_digit() { '0' } else { c };
        text.chars().map(digit).collect()
    };
    let (answer, request) = (example(answer)?, example(request)?);
    (shape(&answer) != shape(&request)).then_some(request)
}

impl Conversion<'_> {
    fn is_possible(&self) -> bool {
        self.wish == OmissionEffect::Change || self.plan.missing.is_empty()
    }

    /// Returns the line about the conversion for the request's documentation.
    fn docs(&self) -> Option<String> {
        let answer = &self.answer.record.name;
        let missing = missing(&self.plan);
        match (self.is_possible(), self.plan.is_fallible) {
            (true, false) => Some(format!(
                "`From<&{answer}>` converts a response to this request."
            )),
            (true, true) => Some(format!(
                "`TryFrom<&{answer}>` converts a response to this request."
            )),
            (false, _) if self.wish == OmissionEffect::Create => None,
            (false, _) => Some(format!(
                "There is no conversion from `{answer}`, because it doesn't supply these properties, and the API may \
                 reset properties that are omitted: {missing}."
            )),
        }
    }

    fn emit(&self, api: &Api<'_>, qualify: &Qualify) -> TokenStream {
        if !self.is_possible() {
            return TokenStream::new();
        }
        let from: syn::Type = {
            let name = format_ident!("{}", self.answer.record.name);
            qualify.apply(&syn::parse_quote!(#name))
        };
        let to = format_ident!("{}", self.request.record.name);
        let mut docs = "Copies all writable properties.".to_owned();
        if !self.plan.missing.is_empty() {
            docs = format!(
                "Copies the writable properties except those for which the response has no equivalent: {}.",
                missing(&self.plan)
            );
        }
        let docs = attributes(&docs);
        let gate = self.gate(api);
        let members = self.plan.fields.iter().map(|(field, value)| {
            let member = raw(&field.ident);
            let value = value
                .clone()
                .unwrap_or_else(|| initial_value(field, qualify));
            quote! { #member: #value }
        });
        match self.plan.is_fallible {
            false => quote! {
                #gate
                impl From<&#from> for #to {
                    #docs
                    #[inline]
                    fn from(answer: &#from) -> Self {
                        Self { #(#members),* }
                    }
                }
            },
            true => quote! {
                #gate
                impl TryFrom<&#from> for #to {
                    type Error = ::sdk_runtime::MissingProperty;

                    #docs
                    #[inline]
                    fn try_from(answer: &#from) -> Result<Self, Self::Error> {
                        Ok(Self { #(#members),* })
                    }
                }
            },
        }
    }

    /// Returns the `cfg` attribute for the feature of the response's tag, if a build with the
    /// request may exclude that tag.
    fn gate(&self, api: &Api<'_>) -> Option<TokenStream> {
        let module = &self.answer.module;
        let tag = api.tags.iter().find(|tag| tag.module() == *module)?;
        let feature = tag.name;
        (*module != self.request.module && !tag.always)
            .then(|| quote! { #[cfg(feature = #feature)] })
    }
}

/// Returns the value of a field that the response doesn't supply.
fn initial_value(field: &Field, qualify: &Qualify) -> TokenStream {
    let ty = qualify.apply(&field.ty);
    let fixed = field.fixed.as_ref().and_then(|value| literal(value, &ty));
    match (fixed, field.presence) {
        (Some(value), Presence::Required) => value,
        (_, Presence::Optional) => quote! { None },
        _ => quote! { Default::default() },
    }
}

fn missing(plan: &Plan<'_>) -> String {
    let names: Vec<String> = plan.missing.iter().map(|name| code(name)).collect();
    names.join(", ")
}

/// Emits the conversions into a type.
pub(super) fn emit(
    api: &Api<'_>,
    qualify: &Qualify,
    conversions: &[Conversion<'_>],
) -> TokenStream {
    let all = conversions
        .iter()
        .map(|conversion| conversion.emit(api, qualify));
    quote! { #(#all)* }
}

/// Returns the documentation of a request's conversions.
pub(super) fn docs(conversions: &[Conversion<'_>]) -> String {
    let lines: Vec<String> = conversions.iter().filter_map(Conversion::docs).collect();
    lines.join("\n\n")
}

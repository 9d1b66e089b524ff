//! Extracts types and operation signatures from progenitor's output, and assigns each type to the
//! module of a tag.
//!
//! Each submodule covers one topic: the parts of a type, the variants of a union, the tags that use
//! a type, the cycles of types, and the spelling of a type's path. This layer does not emit code.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ptr;
use std::rc::Rc;

use anyhow::Result;
use serde_json::{Map, Value};

use crate::model::{Api, has_files};
use crate::name;
use crate::progenitor::input::places::{self, PLACES};
use crate::progenitor::input::{API_ERROR, Simplifier, WireNames, is_union};
use crate::progenitor::run::{ProgenitorOutput, Signature};

mod cycles;
mod record;
mod type_path;
mod type_usage;
mod union;

pub(crate) use record::{Field, Kind, Presence, Record, Variant};
pub(crate) use type_path::{Qualify, plain};
pub(crate) use type_usage::{SHARED, names_in};

/// Types of one vendor with their modules, and signatures of the vendor's operations.
pub(crate) struct RustApi {
    /// Types by name.
    pub(crate) types: BTreeMap<String, Type>,
    /// Signatures by operation id, with plain type names.
    pub(crate) signatures: BTreeMap<String, Signature>,
    /// Types of bodies, of responses by status, and of union choices, with the keys from `places`.
    places: BTreeMap<String, syn::Type>,
    /// The owning module of every type.
    owners: Rc<BTreeMap<String, String>>,
    /// The types of each module.
    by_module: BTreeMap<String, Vec<String>>,
    /// First use of each parameter type: the index of the operation, and the parameter's Rust name.
    of_parameters: BTreeMap<String, (usize, String)>,
}

/// A type, and information about its use.
pub(crate) struct Type {
    pub(crate) record: Record,
    /// Module of the type: the module of a tag, or [`SHARED`].
    pub(crate) module: String,
    /// Whether the type is sent to the vendor.
    pub(crate) sent: bool,
    /// Whether the type is received from the vendor.
    pub(crate) received: bool,
    /// Whether the type is serializable even if it is only received. This applies to types with a
    /// separate version for request bodies, and to the types that they contain.
    pub(crate) kept: bool,
    /// Whether request bodies or parameters contain the type. Unused types are marked as `sent` and
    /// `received`, but not as `asked`.
    pub(crate) asked: bool,
    /// Whether a parameter has this type or contains it.
    pub(crate) argument: bool,
    /// Whether the type is a multipart body with files, which is built from parts instead of being
    /// serialized.
    pub(crate) parts: bool,
    /// Name of the component schema, or `None` for a type without a component schema, such as the
    /// type of an inline enum.
    pub(crate) schema: Option<String>,
}

/// Reads the types and signatures, and determines the module and directions of every type.
pub(crate) fn split(
    api: &Api<'_>,
    names: &WireNames,
    output: ProgenitorOutput,
    file_of: impl Fn(&str) -> Option<String>,
) -> Result<RustApi> {
    // Progenitor derives method names from the ids, with an underscore after a keyword.
    let mut methods = output.signatures;
    let mut signatures: BTreeMap<String, Signature> = api
        .operations
        .iter()
        .filter_map(|operation| {
            let signature = methods.remove(&name::field(operation.id))?;
            Some((operation.id.to_owned(), signature))
        })
        .collect();
    for signature in signatures.values_mut() {
        for (_, ty) in &mut signature.arguments {
            plain(ty);
        }
        plain(&mut signature.answer);
    }
    let schemas: BTreeMap<String, &String> = api
        .schemas
        .keys()
        .map(|schema| (name::type_name(schema), schema))
        .collect();
    let mut types = BTreeMap::new();
    for item in output.types {
        let record = Record::read(item, names)?;
        types.insert(record.name.clone(), record);
    }
    let places = take_places(&mut types);
    let simplifier = Simplifier::new(api.schemas);
    for (type_name, schema) in &schemas {
        if let Some(record) = types.get_mut(type_name) {
            let name = *schema;
            let schema = &api.schemas[name];
            record.arrange(api, &api.properties(schema));
            if is_union(schema) {
                record.kind = Kind::Union(union::variants(api, &places, name, schema));
            }
            if simplifier.is_open(schema, 0) {
                record.keep_unknown_properties();
            }
            record.rename_conflicting_extra();
        }
    }
    let errors = crate::progenitor::input::error_schemas(api);
    if let Some(record) = types.get_mut(API_ERROR) {
        let mut properties = Map::new();
        for schema in errors.iter().rev() {
            properties.extend(api.properties(schema));
        }
        record.arrange(api, &properties);
    }
    let is_enum = |record: &&Record| matches!(record.kind, Kind::Enum(_));
    let enums = types
        .values()
        .filter(is_enum)
        .map(|record| record.name.clone());
    let enums: BTreeSet<String> = enums.collect();
    for record in types.values_mut() {
        record.drop_unwritable_presets(&enums);
    }
    let uses: BTreeMap<String, BTreeSet<String>> = types
        .iter()
        .map(|(name, record)| (name.clone(), record.uses()))
        .collect();
    let usage = type_usage::TypeUsage::new(api, &signatures, &places, &uses);
    // All error responses are decoded as one type, which has the fields of all error schemas. The
    // schema of an error response has its own type only if it is also used elsewhere.
    let errors: HashSet<*const Value> =
        errors.iter().map(|schema| ptr::from_ref(*schema)).collect();
    let is_error = |name: &str| {
        let schema = schemas.get(name).map(|schema| &api.schemas[*schema]);
        let is_one = |schema| errors.contains(&ptr::from_ref::<Value>(schema));
        usage.owner(name).is_none() && schema.is_some_and(is_one)
    };
    let others = types.keys().filter(|name| !is_error(name)).cloned();
    let kept = type_usage::closure(&uses, others);
    let groups = cycles::groups(&uses);
    let types: BTreeMap<String, Type> = types
        .into_iter()
        .filter(|(name, _)| kept.contains(name))
        .map(|(name, mut record)| {
            record.break_recursion(&groups);
            let schema = schemas.get(&name).map(|s| (*s).clone());
            let module = match usage.owner(&name) {
                Some(tag) => tag,
                None if name == API_ERROR => SHARED.to_owned(),
                None => schema
                    .as_deref()
                    .and_then(&file_of)
                    .unwrap_or_else(|| SHARED.to_owned()),
            };
            let (sent, received) = usage.directions(&name);
            record.direct(api, sent, received);
            let parts = schema
                .as_ref()
                .is_some_and(|schema| has_files(api, &api.schemas[schema.as_str()]));
            // A part of a multipart body can't be null.
            if usage.is_asked(&name) && !parts {
                record.distinguish_null_from_absent(api);
            }
            let ty = Type {
                record,
                module,
                sent,
                received,
                kept: usage.is_kept(&name),
                asked: usage.is_asked(&name),
                argument: usage.is_argument(&name),
                parts,
                schema,
            };
            (name, ty)
        })
        .collect();
    let owners: BTreeMap<String, String> = types
        .iter()
        .map(|(name, ty)| (name.clone(), ty.module.clone()))
        .collect();
    let mut by_module: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, module) in &owners {
        by_module
            .entry(module.clone())
            .or_default()
            .push(name.clone());
    }
    let mut of_parameters = BTreeMap::new();
    for (index, operation) in api.operations.iter().enumerate() {
        let signature = signatures.get(operation.id);
        for (ident, ty) in signature.iter().flat_map(|signature| &signature.arguments) {
            for name in names_in(ty) {
                of_parameters
                    .entry(name)
                    .or_insert_with(|| (index, ident.clone()));
            }
        }
    }
    Ok(RustApi {
        owners: Rc::new(owners),
        by_module,
        of_parameters,
        types,
        signatures,
        places,
    })
}

/// Removes the helper type, and returns the types of its fields, which are the types of the places.
fn take_places(types: &mut BTreeMap<String, Record>) -> BTreeMap<String, syn::Type> {
    let Some(Kind::Struct(fields)) = types.remove(PLACES).map(|record| record.kind) else {
        return BTreeMap::new();
    };
    fields
        .into_iter()
        .filter_map(|field| Some((field.wire?, field.ty)))
        .collect()
}

impl RustApi {
    /// Returns the types of a module, sorted by name.
    pub(crate) fn types_of(&self, module: &str) -> impl Iterator<Item = (&String, &Type)> {
        let names = self.by_module.get(module).into_iter().flatten();
        names.filter_map(|name| self.types.get_key_value(name))
    }

    /// Returns the first parameter with the type: the index of its operation, and its Rust name.
    pub(crate) fn parameter_of(&self, name: &str) -> Option<(usize, &str)> {
        let (operation, ident) = self.of_parameters.get(name)?;
        Some((*operation, ident))
    }

    /// Returns the type of a variant of an operation's body, or `None` if the variant has no
    /// schema.
    pub(crate) fn body(&self, operation: &str, index: usize) -> Option<&syn::Type> {
        self.places.get(&places::body(operation, index))
    }

    /// Returns the type of the JSON response for a status, if the operation has a type per status.
    pub(crate) fn answer(&self, operation: &str, status: &str) -> Option<&syn::Type> {
        self.places.get(&places::answer(operation, status))
    }

    /// Returns whether other types convert to this type, which is the case for string types,
    /// unions, enums and any JSON.
    pub(crate) fn is_convertible_from_others(&self, ty: &syn::Type) -> bool {
        let syn::Type::Path(path) = ty else {
            return false;
        };
        let Some(last) = path.path.segments.last() else {
            return false;
        };
        match last.ident.to_string().as_str() {
            "String" | "Secret" | "Date" | "DateTime" | "AnyJson" | "BigNumber" => true,
            name => self
                .types
                .get(name)
                .is_some_and(|ty| matches!(ty.record.kind, Kind::Enum(_) | Kind::Union(_))),
        }
    }

    /// Returns whether a type is an exact number: a string of digits, or a union of strings and
    /// integers.
    pub(crate) fn is_exact_number(&self, ty: &syn::Type) -> bool {
        let syn::Type::Path(path) = ty else {
            return false;
        };
        let last = path.path.segments.last().map(|last| last.ident.to_string());
        match last.as_deref().unwrap_or_default() {
            "BigNumber" => true,
            name => match self.types.get(name).map(|ty| &ty.record.kind) {
                Some(Kind::Union(variants)) => is_text_or_integer(variants),
                _ => false,
            },
        }
    }

    /// Returns the converter that qualifies type names for use in a module.
    pub(crate) fn qualify(&self, module: &str) -> Qualify {
        Qualify::new(Rc::clone(&self.owners), module)
    }
}

/// Returns whether a union has variants for strings and for integers, and no other variants.
pub(crate) fn is_text_or_integer(variants: &[Variant]) -> bool {
    let (mut has_text, mut has_integer) = (false, false);
    for variant in variants {
        match variant.ty {
            ref ty if *ty == syn::parse_quote!(String) => has_text = true,
            ref ty if *ty == syn::parse_quote!(::sdk_runtime::BigNumber) => has_text = true,
            ref ty if *ty == syn::parse_quote!(i64) || *ty == syn::parse_quote!(u64) => {
                has_integer = true;
            }
            _ => return false,
        }
    }
    has_text && has_integer
}

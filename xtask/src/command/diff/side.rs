//! One side of the comparison: a merged document in the form that the generator reads.

use crate::emit::typed_call::Call;
use crate::model::{Api, Operation, elements, last_pointer_segment, members};
use crate::normalize::{Normalized, normalize};
use crate::progenitor::{API_ERROR, Qualify, RustApi, rust_api};
use crate::spec::finding::Place;
use crate::spec::load::Document;
use crate::spec::pointer::below;
use crate::spec::variants::expand;
use anyhow::Result;
use quote::ToTokens;
use serde_json::Value;

/// Returns the document in the generator's normal form, for example with one operation per variant,
/// and with separate request and response schemas where the two differ.
pub(super) fn in_normal_form(document: &Document) -> Document {
    let Normalized { root, origins } = normalize(&expand(&document.root));
    document.with_root(root, origins.iter())
}

/// A document in normal form, with its API and its generated Rust types.
pub(super) struct Side<'d> {
    pub(super) document: &'d Document,
    pub(super) api: Api<'d>,
    pub(super) rust: RustApi,
}

impl<'d> Side<'d> {
    /// Reads a document. Fails if the generator rejects it.
    pub(super) fn read(document: &'d Document) -> Result<Self> {
        let api = Api::read(&document.vendor, &document.root);
        let rust = rust_api(&api, |schema| {
            crate::command::generate::owner_by_file(document, &api, schema)
        })?;
        Ok(Self {
            document,
            api,
            rust,
        })
    }

    pub(super) fn root_place(&self, key: &str) -> Place {
        self.document.place(&below("", key))
    }

    /// Returns the place of an element in a list of the document.
    pub(super) fn element_place(&self, list: &str, index: usize) -> Place {
        let list = below("", list);
        self.document.place(&below(&list, &index.to_string()))
    }

    pub(super) fn operation_pointer(&self, operation: &Operation<'_>) -> String {
        below(&below("/paths", operation.path_key), operation.method)
    }

    pub(super) fn operation_place(&self, operation: &Operation<'_>) -> Place {
        self.document.place(&self.operation_pointer(operation))
    }

    /// Returns the place of an operation's key, or of the operation if it lacks the key.
    pub(super) fn member_place(&self, operation: &Operation<'_>, key: &str) -> Place {
        self.document
            .place(&below(&self.operation_pointer(operation), key))
    }

    /// Returns the place of the parameter with this name and location (`path`, `query` or
    /// `header`), or of the operation if it has no such parameter.
    pub(super) fn parameter_place(
        &self,
        operation: &Operation<'_>,
        name: &str,
        location: &str,
    ) -> Place {
        let own = self.operation_pointer(operation);
        let shared = below("/paths", operation.path_key);
        for list in [below(&own, "parameters"), below(&shared, "parameters")] {
            let parameters = self.document.node(&list).and_then(Value::as_array);
            for (index, parameter) in parameters.into_iter().flatten().enumerate() {
                let target = self.api.resolve(parameter);
                if target["name"] == name && target["in"] == location {
                    let reference = parameter.get("$ref").and_then(Value::as_str);
                    let pointer = match reference {
                        Some(reference) => reference.trim_start_matches('#').to_owned(),
                        None => below(&list, &index.to_string()),
                    };
                    return self.document.place(&pointer);
                }
            }
        }
        self.document.place(&own)
    }

    /// Returns the schema name of a Rust type. For the type of all API errors, this is the name of
    /// the schema with `x-sdk-error`.
    pub(super) fn schema_of(&self, type_name: &str) -> Option<&str> {
        if type_name == API_ERROR {
            return Some(self.api.error.0);
        }
        self.rust.types.get(type_name)?.schema.as_deref()
    }

    pub(super) fn type_place(&self, type_name: &str) -> Place {
        if let Some(schema) = self.schema_of(type_name) {
            return self.document.place(&below("/components/schemas", schema));
        }
        // The name of a parameter's enum starts with the name of its operation.
        let by_prefix = |operation: &&Operation<'_>| type_name.starts_with(&operation.marker());
        let longest = self
            .api
            .operations
            .iter()
            .filter(by_prefix)
            .max_by_key(|operation| operation.id.len());
        longest.map_or_else(
            || self.root_place("components"),
            |operation| self.operation_place(operation),
        )
    }

    /// Returns the place of a type's property, which can be in a schema that the type's schema
    /// extends. Returns the place of the type if no such property exists.
    pub(super) fn property_place(&self, type_name: &str, property: &str) -> Place {
        let schema = self
            .schema_of(type_name)
            .map(|schema| below("/components/schemas", schema));
        schema
            .and_then(|pointer| self.find_property(&pointer, property, 0))
            .map_or_else(
                || self.type_place(type_name),
                |pointer| self.document.place(&pointer),
            )
    }

    fn find_property(&self, pointer: &str, property: &str, depth: usize) -> Option<String> {
        let node = self.document.node(pointer)?;
        // The model follows `allOf` to the same depth.
        if depth > 128 {
            return None;
        }
        if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
            let target = below("/components/schemas", &last_pointer_segment(reference));
            return self.find_property(&target, property, depth + 1);
        }
        if members(node, "properties").contains_key(property) {
            return Some(below(&below(pointer, "properties"), property));
        }
        let parts = below(pointer, "allOf");
        let mut indexes = 0..elements(node, "allOf").len();
        indexes.find_map(|index| {
            self.find_property(&below(&parts, &index.to_string()), property, depth + 1)
        })
    }
}

/// An operation on one side of the comparison.
pub(super) struct SideOperation<'s, 'd> {
    pub(super) side: &'s Side<'d>,
    pub(super) operation: &'s Operation<'d>,
    pub(super) call: Call<'s>,
}

impl<'s, 'd> SideOperation<'s, 'd> {
    /// Reads an operation with the generator's type names. `plain` formats them without their
    /// modules.
    pub(super) fn new(
        side: &'s Side<'d>,
        plain: &'s Qualify,
        operation: &'s Operation<'d>,
    ) -> Result<Self> {
        let call = Call::new(&side.api, &side.rust, plain, operation)?;
        Ok(Self {
            side,
            operation,
            call,
        })
    }
}

/// Formats a Rust type as users write it: with the usual spaces, and without the paths of common
/// modules.
pub(super) fn rust_text(ty: &impl ToTokens) -> String {
    let text = ty.to_token_stream().to_string();
    let text = text.replace(" :: ", "::").replace(":: ", "::");
    let mut short = String::with_capacity(text.len());
    for part in text.split(' ') {
        let part = part
            .trim_start_matches("::sdk_runtime::")
            .trim_start_matches("::std::collections::");
        if part == "," {
            short.push_str(", ");
        } else {
            short.push_str(part);
        }
    }
    short
        .replace("::sdk_runtime::", "")
        .replace("::std::collections::", "")
}

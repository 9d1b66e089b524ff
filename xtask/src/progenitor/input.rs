//! Writes progenitor's input: the merged document, reduced to the subset of OpenAPI that progenitor
//! accepts.
//!
//! The reduction does not change the bytes of requests and responses. The emitters read the omitted
//! information (media types, serialization styles, error statuses, constraints) from the merged
//! document itself.

use std::collections::HashSet;
use std::ptr;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::media_type::is_json;
use crate::model::{Api, Media, Operation, Parameter, Place};

pub(crate) mod places;
mod schema;
mod wire_names;

use schema::nullable;
pub(crate) use schema::{Simplifier, is_union};
pub(crate) use wire_names::WireNames;

/// Name of the type with the fields of all error responses.
pub(crate) const API_ERROR: &str = "ApiError";

/// Returns progenitor's input document, and the original names for its placeholders.
pub(crate) fn document(api: &Api<'_>) -> Result<(openapiv3::OpenAPI, WireNames)> {
    let simplifier = Simplifier::new(api.schemas);
    let mut paths = Map::new();
    for operation in &api.operations {
        let path = paths
            .entry(input_path(operation))
            .or_insert_with(|| json!({}));
        path[operation.method] = input_operation(&simplifier, operation);
    }
    let mut schemas = simplifier.components();
    schemas.insert(
        API_ERROR.to_owned(),
        simplifier.union_of(error_schemas(api)),
    );
    let places = places::schema(api, &simplifier);
    schemas.insert(places::PLACES.to_owned(), places);
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": api.vendor, "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    });
    let document =
        serde_json::from_value(document).context("the simplified document is not OpenAPI")?;
    Ok((document, simplifier.names()))
}

/// Returns a unique path for an operation: its id, followed by its path parameters under their Rust
/// names.
fn input_path(operation: &Operation<'_>) -> String {
    let mut in_path: Vec<(usize, &Parameter<'_>)> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.place == Place::Path)
        .map(|parameter| {
            let slot = format!("{{{}}}", parameter.name);
            (operation.path.find(&slot).unwrap_or(usize::MAX), parameter)
        })
        .collect();
    in_path.sort_by_key(|(at, _)| *at);
    let slots = in_path
        .iter()
        .map(|(_, parameter)| format!("/{{{}}}", parameter.ident));
    format!("/{}{}", operation.id, slots.collect::<String>())
}

fn input_operation(simplifier: &Simplifier<'_>, operation: &Operation<'_>) -> Value {
    let parameters: Vec<Value> = operation
        .parameters
        .iter()
        .map(|parameter| {
            json!({
                "in": parameter.place.word(),
                "name": parameter.ident,
                "required": parameter.place == Place::Path || parameter.is_argument(),
                "schema": match parameter {
                    Parameter { json: true, .. } => json!({ "type": "string" }),
                    parameter if parameter.is_integer_bool() => json!({ "type": "boolean" }),
                    parameter => simplifier.schema(parameter.declared),
                },
            })
        })
        .collect();
    // The helper schema of `places` supplies the types of bodies, because progenitor rejects
    // several valid bodies.
    json!({
        "operationId": operation.id,
        "parameters": parameters,
        "responses": { "200": input_response(simplifier, operation) },
    })
}

fn input_response(simplifier: &Simplifier<'_>, operation: &Operation<'_>) -> Value {
    // If the statuses have different types, the helper schema of `places` supplies these types.
    if operation.responses_by_status().is_some() {
        return json!({ "description": "" });
    }
    let media = operation.success().map_or(&[][..], |answer| &answer.media);
    let is_json = |m: &&Media<'_>| operation.has_lines() || is_json(m.name);
    let content = match media.iter().find(is_json) {
        Some(Media {
            schema: Some(schema),
            ..
        }) => {
            let mut schema = simplifier.schema(schema);
            let mut successes = operation
                .answers
                .iter()
                .filter(|answer| answer.is_success());
            if successes.any(|answer| answer.media.is_empty()) && operation.bulk.is_none() {
                schema = nullable(schema);
            }
            json!({ "application/json": { "schema": schema } })
        }
        _ if media.is_empty() => return json!({ "description": "" }),
        _ => {
            json!({ "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } })
        }
    };
    json!({ "description": "", "content": content })
}

/// Returns the schemas of all error responses, starting with the error base.
pub(crate) fn error_schemas<'d>(api: &Api<'d>) -> Vec<&'d Value> {
    let mut found: Vec<&Value> = api.schemas.get(api.error.0).into_iter().collect();
    // Schemas are identified by address, because comparing all contents would take quadratic time.
    let mut known: HashSet<*const Value> =
        found.iter().map(|schema| ptr::from_ref(*schema)).collect();
    for answer in api.operations.iter().flat_map(|o| &o.answers) {
        if answer.is_error() {
            for schema in answer.media.iter().filter_map(|m| m.schema) {
                let schema = api.resolve(schema);
                // Each choice of a union can be the body.
                let choices = places::choices(schema).map(|choice| api.resolve(choice));
                for schema in std::iter::once(schema).chain(choices) {
                    if known.insert(ptr::from_ref(schema)) {
                        found.push(schema);
                    }
                }
            }
        }
    }
    found
}

//! Location of a record, or of the items of a list, in a response.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::openapi::operation::Operation;
use crate::openapi::property::{properties, property};
use crate::openapi::schema::{Check, is_type};
use crate::openapi::tree::Tree;
use crate::rules::role::Role;

/// A location in a response, and the schema of a record at this location.
#[derive(Debug)]
pub(crate) struct RecordLocation {
    /// JSON pointer to the record, or to the array of records.
    pub(crate) pointer: String,
    pub(crate) schema: Value,
    pub(crate) check: Check,
    pub(crate) list: bool,
}

impl RecordLocation {
    fn new(pointer: String, schema: &Value, list: bool) -> Self {
        Self {
            pointer,
            schema: schema.clone(),
            check: Check::new(schema),
            list,
        }
    }

    /// Finds the record, or the list of records, in the response of an operation. `fields` are the
    /// properties by which a record is recognized.
    pub(crate) fn find(
        tree: &Tree,
        operation: &Operation,
        role: Role,
        fields: &BTreeSet<String>,
    ) -> Option<Self> {
        let schema = operation.response_schema()?;
        match role {
            Role::Bulk | Role::Download | Role::None => None,
            Role::List => {
                if let Some(paging) = &operation.paging {
                    let item = paging.item_schema(tree, schema)?;
                    return Some(Self::new(paging.items().to_owned(), item, true));
                }
                let (pointer, item) = list(tree, schema)?;
                Some(Self::new(pointer, item, true))
            }
            _ => {
                let paged = operation.paging.is_some();
                let (pointer, node) = record(tree, schema, fields, paged);
                // An operation that creates several records or searches for a record can return a
                // list.
                if let Some((place, item)) = list(tree, schema)
                    && !paged
                    && score(tree, item, fields) > score(tree, node, fields)
                {
                    return Some(Self::new(place, item, true));
                }
                Some(Self::new(pointer, node, false))
            }
        }
    }
}

/// Counts how many of `fields` a schema has, or all its properties if `fields` is empty.
fn score(tree: &Tree, schema: &Value, fields: &BTreeSet<String>) -> usize {
    let known = |(name, _): &&(&str, &Value)| fields.is_empty() || fields.contains(*name);
    properties(tree, schema).iter().filter(known).count()
}

/// Returns the object within a response that has the highest score, or the response itself if no
/// object within it has a higher score. If the response contains a page, the response's own
/// properties don't count.
fn record<'d>(
    tree: &'d Tree,
    schema: &'d Value,
    fields: &BTreeSet<String>,
    paged: bool,
) -> (String, &'d Value) {
    let score = |schema: &Value| score(tree, schema, fields);
    let own_score = if paged { 0 } else { score(schema) };
    let mut best = (own_score, String::new(), schema);
    let own = properties(tree, schema);
    // Without fields to compare, only a schema with few properties is considered an envelope.
    if fields.is_empty() && own.len() > 3 {
        return (best.1, best.2);
    }
    for (name, inner) in own {
        let is_object = !properties(tree, inner).is_empty();
        if is_object && !["_links", "paging", "meta"].contains(&name) && score(inner) > best.0 {
            best = (score(inner), format!("/{name}"), inner);
        }
    }
    (best.1, best.2)
}

/// Returns the pointer to the main array of a response, and the schema of its items.
pub(crate) fn list<'d>(tree: &'d Tree, schema: &'d Value) -> Option<(String, &'d Value)> {
    if is_type(tree, schema, "array") {
        return Some((String::new(), tree.resolve(schema).get("items")?));
    }
    let own = properties(tree, schema);
    if own.len() > 4 {
        return None;
    }
    let arrays = own
        .iter()
        .filter(|(_, schema)| is_type(tree, schema, "array"));
    let mut objects = arrays.filter_map(|(name, schema)| {
        let items = tree.resolve(schema).get("items")?;
        (!properties(tree, items).is_empty()).then(|| (format!("/{name}"), items))
    });
    if let Some(found) = objects.next() {
        return objects.next().is_none().then_some(found);
    }
    let embedded = property(tree, schema, "_embedded")?;
    let items = property(tree, embedded, "items")?;
    Some((
        "/_embedded/items".to_owned(),
        tree.resolve(items).get("items")?,
    ))
}

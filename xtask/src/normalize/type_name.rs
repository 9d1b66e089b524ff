//! Renames schemas whose Rust type would collide with another type: a type of the client or of
//! Rust, a type of an operation, the enum of a parameter, or the type of another schema.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::document::{reference, schemas, schemas_mut, target, visit};
use super::origin::Origins;
use crate::model::{elements, is_success_or_not_modified, members, text};
use crate::name;
use crate::spec::pointer::resolve;

/// Types of generated modules, of the runtime and of Rust that generated code or samples use
/// without a path.
const RESERVED_TYPE_NAMES: [&str; 29] = [
    "AnyJson",
    "ApiError",
    "BTreeMap",
    "BigNumber",
    "Box",
    "BulkRequest",
    "ByteStream",
    "Client",
    "Date",
    "DateTime",
    "Default",
    "Err",
    "Error",
    "File",
    "From",
    "Into",
    "Map",
    "None",
    "Ok",
    "Option",
    "Request",
    "Response",
    "Result",
    "SdkPlaces",
    "Secret",
    "Self",
    "Server",
    "String",
    "Vec",
];

pub(super) fn make_distinct(root: &mut Value, origins: &mut Origins) {
    let reserved_type_names = reserved_type_names(root);
    let names: Vec<&str> = schemas(root).keys().map(String::as_str).collect();
    // Typify keeps a name that is a valid type name.
    let types = name::distinct(&names, |wire| match name::type_name(wire) {
        name if reserved_type_names.contains(&name) => format!("{name}Schema"),
        name => name,
    });
    let renamed: BTreeMap<String, String> = names
        .iter()
        .zip(types)
        .filter(|(name, ty)| name::type_name(name) != *ty)
        .map(|(name, ty)| ((*name).to_owned(), ty))
        .collect();
    if renamed.is_empty() {
        return;
    }
    visit(root, &mut |node| {
        if let Some(new) = target(node).and_then(|name| renamed.get(&name)) {
            *node = reference(new);
        }
        let mapping = node
            .pointer_mut("/discriminator/mapping")
            .and_then(Value::as_object_mut);
        for (_, to) in mapping.into_iter().flatten() {
            let name = to
                .as_str()
                .map(crate::model::last_pointer_segment)
                .unwrap_or_default();
            if let Some(new) = renamed.get(&name) {
                *to = reference(new)["$ref"].clone();
            }
        }
    });
    if let Some(schemas) = schemas_mut(root) {
        let old = std::mem::take(schemas);
        for (name, schema) in old {
            let new = renamed.get(&name).unwrap_or(&name);
            if *new != name {
                origins.add(new, &name);
            }
            schemas.insert(new.clone(), schema);
        }
    }
}

/// Returns the type names that schemas cannot use.
fn reserved_type_names(root: &Value) -> HashSet<String> {
    let mut reserved_type_names: HashSet<String> = RESERVED_TYPE_NAMES
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    for item in members(root, "paths").values() {
        for operation in item.as_object().into_iter().flat_map(|item| item.values()) {
            let id = text(operation, "operationId");
            if id.is_empty() {
                continue;
            }
            reserved_type_names.insert(name::type_name(id));
            reserved_type_names.insert(format!("{}ContentType", name::type_name(id)));
            // Reserves the name of the enum of responses by status.
            let statuses = members(operation, "responses").keys();
            if statuses
                .filter(|status| is_success_or_not_modified(status))
                .count()
                > 1
            {
                reserved_type_names.insert(format!("{}Answer", name::type_name(id)));
            }
            for parameter in elements(item, "parameters")
                .iter()
                .chain(elements(operation, "parameters"))
            {
                let parameter = resolve(root, parameter);
                if elements(&parameter["schema"], "enum").len() > 1
                    || elements(&parameter["schema"]["items"], "enum").len() > 1
                {
                    reserved_type_names.insert(name::type_name(&format!(
                        "{id}_{}",
                        text(parameter, "name")
                    )));
                }
            }
        }
    }
    reserved_type_names
}

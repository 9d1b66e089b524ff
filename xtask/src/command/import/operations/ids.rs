//! Operation ids: snake_case, unique, and independent of the order of the document.

use crate::command::import::draft::Draft;
use crate::command::import::visit::{operations, resolve};
use crate::name;
use crate::name::spelling::digest;
use crate::spec::lint::identifier::is_taken;
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TOPIC: &str = "operation ids";

/// Maximum length of an id; a longer id is truncated, and a hash is appended.
const MAX_ID_LENGTH: usize = 90;

/// The properties of an operation that its id depends on.
struct IdSource {
    pointer: String,
    path: String,
    method: String,
    /// The vendor's operation id.
    vendor: Option<String>,
    /// Names of parameters with an enum. The types of such enums are also named after the
    /// operation.
    enums: Vec<String>,
}

/// Sets each operation's id. If the vendor's id differs, keeps it in an extension.
pub(in crate::command::import) fn unique(draft: &mut Draft) -> Result<()> {
    let named = read(draft);
    let ids = assign(&named);
    let notes = &mut draft.notes;
    for (one, id) in named.iter().zip(&ids) {
        let at = below(&one.pointer, "operationId");
        match &one.vendor {
            None => notes.change(
                TOPIC,
                &one.pointer,
                format!(
                    "{} `{}` has the new id `{id}`",
                    one.method.to_uppercase(),
                    one.path
                ),
            ),
            Some(vendor) if snake_case_id(vendor).as_deref() != Some(id) => {
                notes.change(TOPIC, &at, format!("`{vendor}` is renamed to `{id}`"));
            }
            Some(_) => {}
        }
    }
    let by_pointer: BTreeMap<&str, (&IdSource, &String)> = named
        .iter()
        .zip(&ids)
        .map(|(one, id)| (one.pointer.as_str(), (one, id)))
        .collect();
    operations(&mut draft.document, |pointer, _, _, operation| {
        let Some((one, id)) = by_pointer.get(pointer) else {
            return;
        };
        operation.insert("operationId".to_owned(), json!(id));
        if let Some(vendor) = one.vendor.as_ref().filter(|vendor| vendor != id) {
            operation.insert("x-upstream-operation-id".to_owned(), json!(vendor));
        }
    });
    Ok(())
}

fn read(draft: &mut Draft) -> Vec<IdSource> {
    let components = json!({"components": {
        "parameters": draft.document.pointer("/components/parameters").cloned().unwrap_or_default(),
        "schemas": draft.document.pointer("/components/schemas").cloned().unwrap_or_default(),
    }});
    let mut named = Vec::new();
    operations(&mut draft.document, |pointer, path, method, operation| {
        let vendor = operation.get("operationId").and_then(Value::as_str);
        let vendor = vendor
            .map(str::trim)
            .filter(|id| !id.is_empty())
            .map(str::to_owned);
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let enums = parameters.into_iter().flatten().filter_map(|parameter| {
            let parameter = resolve(&components, parameter)?;
            let values = parameter
                .pointer("/schema/enum")
                .or_else(|| parameter.pointer("/schema/items/enum"));
            values?;
            Some(parameter.get("name")?.as_str()?.to_owned())
        });
        named.push(IdSource {
            pointer: pointer.to_owned(),
            path: path.to_owned(),
            method: method.to_owned(),
            enums: enums.collect(),
            vendor,
        });
    });
    named
}

/// Returns a unique id for each operation, independently of the order of the operations.
fn assign(named: &[IdSource]) -> Vec<String> {
    // Candidates, from the preferred id to an id with a hash, which is unique.
    let forms: [&dyn Fn(&IdSource) -> String; 4] = [
        &|one| {
            one.vendor
                .as_deref()
                .and_then(snake_case_id)
                .unwrap_or_else(|| derived_id(one))
        },
        &|one| {
            let id = one
                .vendor
                .as_deref()
                .and_then(snake_case_id)
                .unwrap_or_else(|| derived_id(one));
            format!("{id}_{}", one.method)
        },
        &derived_id,
        &|one| {
            format!(
                "{}_{}",
                derived_id(one),
                digest(&format!("{} {}", one.method, one.path))
            )
        },
    ];
    let mut level = vec![0_usize; named.len()];
    let mut ids: Vec<String> = named
        .iter()
        .map(|one| truncated_id(forms[0](one)))
        .collect();
    // Each round moves clashing ids to their next form; ids of the last form don't clash.
    for _ in 0..forms.len() {
        let clashing = clashing(named, &ids);
        if clashing.is_empty() {
            break;
        }
        for index in clashing {
            level[index] = (level[index] + 1).min(forms.len() - 1);
            ids[index] = truncated_id(forms[level[index]](&named[index]));
        }
    }
    ids
}

/// Returns the operations whose id is reserved, or whose type name clashes with that of another
/// operation or of an enum of a parameter.
fn clashing(named: &[IdSource], ids: &[String]) -> BTreeSet<usize> {
    let mut operations: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut enums: BTreeMap<String, usize> = BTreeMap::new();
    for (index, (one, id)) in named.iter().zip(ids).enumerate() {
        operations
            .entry(name::type_name(id))
            .or_default()
            .push(index);
        for parameter in &one.enums {
            enums.insert(name::type_name(&format!("{id}_{parameter}")), index);
        }
    }
    let mut clashing = BTreeSet::new();
    for (ty, indices) in &operations {
        let is_taken = is_taken(&ids[indices[0]]);
        if indices.len() > 1 || is_taken || enums.contains_key(ty) {
            clashing.extend(indices);
        }
    }
    clashing
}

/// Converts an id to snake_case; `None` if no letter or digit is left.
fn snake_case_id(id: &str) -> Option<String> {
    let ascii: String = id
        .chars()
        .filter(|c| *c != '\'')
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let name = heck::ToSnakeCase::to_snake_case(ascii.as_str());
    let first = name.chars().next()?;
    match first.is_ascii_digit() {
        true => Some(format!("call_{name}")),
        false => Some(name),
    }
}

/// Derives an id from the method and the path, such as `get_users_by_id_posts`.
fn derived_id(one: &IdSource) -> String {
    let mut words = vec![one.method.clone()];
    for segment in one.path.split([
        '/', '?', '#', '&', ':', '.', ',', ';', '=', '(', ')', '@', '*', '+', '$',
    ]) {
        let mut rest = segment;
        while let Some((before, braced)) = rest.split_once('{') {
            words.push(before.to_owned());
            let (name, after) = braced.split_once('}').unwrap_or((braced, ""));
            words.push(format!("by {name}"));
            rest = after;
        }
        words.push(rest.to_owned());
    }
    snake_case_id(&words.join(" ")).unwrap_or_else(|| one.method.clone())
}

fn truncated_id(id: String) -> String {
    if id.len() <= MAX_ID_LENGTH {
        return id;
    }
    let digest = digest(&id);
    let head = &id[..MAX_ID_LENGTH - digest.len() - 1];
    format!("{}_{digest}", head.trim_end_matches('_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;
    use crate::spec::lint::operations::operation::is_snake_case;

    fn ids(paths: &str) -> BTreeMap<String, String> {
        let source = Source::parse("a.yaml", format!("paths:\n{paths}").as_bytes()).unwrap();
        let mut draft = Draft::new("acme", source);
        unique(&mut draft).unwrap();
        let mut ids = BTreeMap::new();
        operations(&mut draft.document, |_, path, method, operation| {
            ids.insert(
                format!("{method} {path}"),
                operation["operationId"].as_str().unwrap().to_owned(),
            );
        });
        ids
    }

    #[test]
    fn ids_are_snake_case_and_missing_ids_are_derived_from_method_and_path() {
        let found = ids("
  /users/{id}/posts: {get: {operationId: repos/list-forOrg}, put: {}}
  /a: {get: {operationId: 订单}, post: {operationId: request}, put: {operationId: 2fa}, delete: {operationId: move}}
  '/#Action=CreateTags': {get: {}}
");
        for (operation, id) in [
            ("get /users/{id}/posts", "repos_list_for_org"),
            ("put /users/{id}/posts", "put_users_by_id_posts"),
            ("get /a", "get_a"),
            ("post /a", "request_post"),
            ("put /a", "call_2fa"),
            ("delete /a", "move"),
            ("get /#Action=CreateTags", "get_action_create_tags"),
        ] {
            assert_eq!(found[operation], id, "{operation}");
        }
        assert!(found.values().all(|id| is_snake_case(id)), "{found:?}");
    }

    #[test]
    fn duplicate_ids_become_unique_regardless_of_document_order() {
        let one = ids(
            "  /a: {get: {operationId: list}, post: {operationId: list}}\n  /b: {get: {operationId: list}}\n  /c: {get: {operationId: A1}, put: {operationId: a_1}}\n",
        );
        let other = ids(
            "  /c: {put: {operationId: a_1}, get: {operationId: A1}}\n  /b: {get: {operationId: list}}\n  /a: {post: {operationId: list}, get: {operationId: list}}\n",
        );
        assert_eq!(one, other);
        assert_eq!(one["post /a"], "list_post");
        assert_eq!(one["get /a"], "get_a");
        assert_eq!(one["get /b"], "get_b");
        let types: BTreeSet<String> = one.values().map(|id| name::type_name(id)).collect();
        assert_eq!(types.len(), one.len());
    }

    #[test]
    fn an_operation_id_does_not_clash_with_the_parameter_enum_of_another_operation() {
        let found = ids(
            "  /a: {get: {operationId: list, parameters: [{name: kind, in: query, schema: {enum: [x, y]}}]}}\n  /b: {get: {operationId: list_kind}}\n",
        );
        assert_eq!(found["get /b"], "list_kind_get");
    }

    #[test]
    fn long_ids_are_truncated_and_stay_unique() {
        let long = "word ".repeat(40);
        let found = ids(&format!(
            "  /a: {{get: {{operationId: {long}1}}, put: {{operationId: {long}2}}}}\n"
        ));
        let all: BTreeSet<&String> = found.values().collect();
        assert_eq!(all.len(), 2);
        assert!(
            all.iter()
                .all(|id| id.len() <= MAX_ID_LENGTH && is_snake_case(id)),
            "{all:?}"
        );
    }
}

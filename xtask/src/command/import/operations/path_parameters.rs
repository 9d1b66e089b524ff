//! Ensures that the parameters in a path template match the declared parameters.

use crate::command::import::draft::{Draft, Notes};
use crate::command::import::visit::resolve;
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const TOPIC: &str = "path parameters";

/// Fixes path templates, declares missing path parameters, and removes path parameters that the
/// template doesn't contain.
pub(in crate::command::import) fn declared(draft: &mut Draft) -> Result<()> {
    let parameters = draft
        .document
        .pointer("/components/parameters")
        .cloned()
        .unwrap_or_default();
    let root = json!({"components": {"parameters": parameters}});
    let paths = draft
        .document
        .get_mut("paths")
        .map(Value::take)
        .unwrap_or_default();
    let Value::Object(paths) = paths else {
        return Ok(());
    };
    let notes = &mut draft.notes;
    let mut made: Map<String, Value> = Map::new();
    let mut moves = Vec::new();
    for (path, mut item) in paths {
        let at = below("/paths", &path);
        let template = Template::of(&path, &item, &root);
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let pointer = below(&at, method);
            if let Some(operation) = operation.as_object_mut() {
                one(operation, &template, &pointer, &root, notes);
            }
        }
        if template.path != path {
            notes.change(
                TOPIC,
                &at,
                format!("`{path}` is written as `{}`", template.path),
            );
        }
        moves.push((below("/paths", &template.path), at));
        match made.get_mut(&template.path).and_then(Value::as_object_mut) {
            Some(known) => {
                for (method, operation) in item.as_object().cloned().into_iter().flatten() {
                    known.entry(method).or_insert(operation);
                }
            }
            None => drop(made.insert(template.path, item)),
        }
    }
    notes.moved_all(moves.into_iter().filter(|(new, old)| new != old));
    draft.document["paths"] = Value::Object(made);
    Ok(())
}

/// A path with the names of its parameters.
struct Template {
    path: String,
    /// For each parameter, its name in the path, its name in the document, and whether its value
    /// may contain slashes.
    names: Vec<(String, String, bool)>,
}

impl Template {
    /// Parses a template, and makes the names in it valid and unique.
    fn of(path: &str, item: &Value, root: &Value) -> Self {
        let declared = declared_names(item, root);
        let mut template = Self {
            path: String::new(),
            names: Vec::new(),
        };
        let mut rest = path;
        while let Some(open) = rest.find(['{', '}']) {
            let (before, braced) = rest.split_at(open);
            template.path.push_str(before);
            let inner = braced
                .strip_prefix('{')
                .and_then(|inner| inner.split_once('}'));
            match inner {
                Some((inner, after)) if !inner.is_empty() && !inner.contains('{') => {
                    template.add(inner, &declared);
                    rest = after;
                }
                // Unmatched braces and empty pairs of braces are literal characters.
                _ => {
                    template.path.push_str(if braced.starts_with('{') {
                        "%7B"
                    } else {
                        "%7D"
                    });
                    rest = &braced[1..];
                }
            }
        }
        template.path.push_str(rest);
        template.add_colon_names(&declared);
        template
    }

    fn add(&mut self, inner: &str, declared: &[String]) {
        // In `{+name}`, `{name*}` and `{name=**}`, the value may contain slashes.
        let keeps = inner.starts_with('+') || inner.contains('*');
        let bare = inner
            .trim()
            .trim_start_matches(['+', '/', '.', ';', '?', '&']);
        let bare = bare
            .split(['=', ':'])
            .next()
            .unwrap_or(bare)
            .trim_end_matches('*')
            .trim();
        let is_declared = |name: &str| declared.iter().any(|known| known == name);
        let wire = match () {
            () if is_declared(inner) => inner,
            () if is_declared(bare) => bare,
            () => match declared
                .iter()
                .find(|known| known.eq_ignore_ascii_case(bare))
            {
                Some(known) => known,
                None if bare.is_empty() => "value",
                None => bare,
            },
        };
        let clean: String = wire
            .chars()
            .map(|c| if "{}/?#".contains(c) { '_' } else { c })
            .collect();
        let mut name = clean.clone();
        let mut number = 2;
        while self.names.iter().any(|(known, ..)| *known == name) {
            name = format!("{clean}_{number}");
            number += 1;
        }
        self.path.push_str(&format!("{{{name}}}"));
        self.names.push((name, wire.to_owned(), keeps));
    }

    /// Adds the parameters that are written in colon syntax in the path, such as `:id` in
    /// `/pets/:id`, if the operations of the path declare them.
    fn add_colon_names(&mut self, declared: &[String]) {
        let open: Vec<&String> = declared
            .iter()
            .filter(|name| !self.names.iter().any(|(_, wire, _)| wire == *name))
            .collect();
        for name in open {
            let colon = format!("/:{name}");
            if let Some(start) = self.path.find(&colon) {
                let end = start + colon.len();
                if self.path[end..].is_empty() || self.path[end..].starts_with('/') {
                    self.path.replace_range(start..end, &format!("/{{{name}}}"));
                    self.names.push((name.clone(), name.clone(), false));
                }
            }
        }
    }
}

/// Returns the names of the path parameters that the operations of a path declare.
fn declared_names(item: &Value, root: &Value) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for operation in item
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, operation)| operation)
    {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        for parameter in parameters
            .into_iter()
            .flatten()
            .filter_map(|one| resolve(root, one))
        {
            let text = |key: &str| parameter.get(key).and_then(Value::as_str);
            if let (Some("path"), Some(name)) = (text("in"), text("name"))
                && !names.iter().any(|known| known == name)
            {
                names.push(name.to_owned());
            }
        }
    }
    names
}

fn one(
    operation: &mut Map<String, Value>,
    template: &Template,
    at: &str,
    root: &Value,
    notes: &mut Notes,
) {
    let parameters = match operation.remove("parameters") {
        Some(Value::Array(parameters)) => parameters,
        _ => Vec::new(),
    };
    let list = below(at, "parameters");
    let mut of_path: BTreeMap<String, (Value, String)> = BTreeMap::new();
    let mut rest: Vec<(Value, String)> = Vec::new();
    for (index, parameter) in parameters.into_iter().enumerate() {
        let pointer = below(&list, &index.to_string());
        let resolved = resolve(root, &parameter);
        let text = |key: &str| {
            resolved
                .and_then(|one| one.get(key)?.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        match text("in").as_str() {
            "path" => drop(of_path.insert(text("name"), (parameter, pointer))),
            _ => rest.push((parameter, pointer)),
        }
    }
    let mut all: Vec<(Value, String)> = Vec::new();
    let mut used = Vec::new();
    for (name, wire, keeps) in &template.names {
        let (parameter, pointer) = match of_path.get(wire) {
            Some((parameter, pointer)) => (parameter.clone(), pointer.clone()),
            None => {
                notes.change(
                    TOPIC,
                    at,
                    format!("`{name}` is not declared: the crate assumes a string"),
                );
                let made = json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
                (made, at.to_owned())
            }
        };
        used.push(wire.clone());
        let mut parameter = parameter;
        if name != wire || *keeps {
            // Change a copy, because other operations may refer to the same component.
            parameter = resolve(root, &parameter).cloned().unwrap_or_default();
            parameter["name"] = json!(name);
            if *keeps {
                parameter["x-sdk-keep-slashes"] = json!(true);
            }
        }
        all.push((parameter, pointer));
    }
    for (name, (_, pointer)) in &of_path {
        if !used.contains(name) {
            let text =
                format!("the path parameter `{name}`, which the path does not contain, is omitted");
            notes.loss(TOPIC, pointer, text);
        }
    }
    all.extend(rest);
    let moves = all
        .iter()
        .enumerate()
        .map(|(index, (_, pointer))| (below(&list, &index.to_string()), pointer.clone()));
    notes.moved_all(moves.collect::<Vec<_>>());
    if !all.is_empty() {
        let all = all.into_iter().map(|(parameter, _)| parameter).collect();
        operation.insert("parameters".to_owned(), Value::Array(all));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    fn paths(path: &str, parameters: &str) -> (String, Value, String) {
        let text = format!("paths:\n  '{path}':\n    get:\n      parameters: {parameters}\n");
        let mut draft = Draft::new("acme", Source::parse("a.yaml", text.as_bytes()).unwrap());
        declared(&mut draft).unwrap();
        let (path, item) = draft.document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .next()
            .unwrap();
        (
            path.clone(),
            item["get"].get("parameters").cloned().unwrap_or_default(),
            draft.notes.report.markdown("", ""),
        )
    }

    fn parameter(name: &str) -> Value {
        json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
    }

    #[test]
    fn path_templates_and_parameters_are_made_consistent() {
        let id = "{name: id, in: path, required: true, schema: {type: string}}";
        for (path, declared, written, names) in [
            ("/a/{id}", "[]".to_owned(), "/a/{id}", vec!["id"]),
            ("/a/{ID}", format!("[{id}]"), "/a/{id}", vec!["id"]),
            ("/a/:id/b", format!("[{id}]"), "/a/{id}/b", vec!["id"]),
            (
                "/a/{id}/{id}",
                format!("[{id}]"),
                "/a/{id}/{id_2}",
                vec!["id", "id_2"],
            ),
            ("/a", format!("[{id}]"), "/a", vec![]),
            ("/a/{id", format!("[{id}]"), "/a/%7Bid", vec![]),
            ("/a/{}", "[]".to_owned(), "/a/%7B%7D", vec![]),
        ] {
            let (path, found, report) = paths(path, &declared);
            assert_eq!(path, written);
            let wanted: Vec<Value> = names.iter().map(|name| parameter(name)).collect();
            let wanted = if wanted.is_empty() {
                Value::Null
            } else {
                Value::Array(wanted)
            };
            assert_eq!(found, wanted, "{path} {report}");
        }
    }

    #[test]
    fn a_multi_segment_path_parameter_keeps_its_slashes() {
        for path in ["/v1/{+name}", "/v1/{name=projects/*}", "/v1/{name*}"] {
            let (written, found, _) = paths(path, "[]");
            assert_eq!(written, "/v1/{name}");
            assert_eq!(found[0]["x-sdk-keep-slashes"], true, "{path}");
        }
    }
}

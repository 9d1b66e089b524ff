//! Removes values that are not lists or objects where OpenAPI requires one, so that later passes
//! can rely on the containers.

use crate::command::import::draft::{Draft, Notes};
use crate::command::import::visit::METHODS;
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value};

/// Removes containers of the wrong type, and reports each except `null` as a loss.
pub(in crate::command::import) fn sound(draft: &mut Draft) -> Result<()> {
    let notes = &mut draft.notes;
    let Some(root) = draft.document.as_object_mut() else {
        return Ok(());
    };
    remove_wrong_types(root, "", &["components", "info"], Value::is_object, notes);
    remove_wrong_types(
        root,
        "",
        &["servers", "tags", "security"],
        Value::is_array,
        notes,
    );
    if let Some(Value::Object(components)) = root.get_mut("components") {
        let sections: Vec<String> = components
            .keys()
            .filter(|key| !key.starts_with("x-"))
            .cloned()
            .collect();
        for section in sections {
            remove_wrong_types(
                components,
                "/components",
                &[section.as_str()],
                Value::is_object,
                notes,
            );
            if let Some(Value::Object(members)) = components.get_mut(&section) {
                let at = below("/components", &section);
                let names: Vec<String> = members.keys().cloned().collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                // `true` and `false` are valid schemas.
                let is_sound =
                    |value: &Value| value.is_object() || section == "schemas" && value.is_boolean();
                remove_wrong_types(members, &at, &names, is_sound, notes);
                if section != "schemas" {
                    for (name, member) in members {
                        if let Some(member) = member.as_object_mut() {
                            clean_contents(member, &below(&at, name), notes);
                        }
                    }
                }
            }
        }
    }
    for (path, item) in root
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        let at = below("/paths", path);
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let is_operation = METHODS.contains(&method.to_ascii_lowercase().as_str());
            if let (true, Some(operation)) = (is_operation, operation.as_object_mut()) {
                self::operation(operation, &below(&at, method), notes);
            }
        }
    }
    Ok(())
}

fn operation(operation: &mut Map<String, Value>, at: &str, notes: &mut Notes) {
    remove_wrong_types(
        operation,
        at,
        &["parameters", "servers", "security", "tags"],
        Value::is_array,
        notes,
    );
    remove_wrong_types(
        operation,
        at,
        &["requestBody", "responses"],
        Value::is_object,
        notes,
    );
    let list = below(at, "parameters");
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        for (index, parameter) in parameters.iter_mut().enumerate() {
            if let Some(parameter) = parameter.as_object_mut() {
                clean_contents(parameter, &below(&list, &index.to_string()), notes);
            }
        }
    }
    if let Some(Value::Object(body)) = operation.get_mut("requestBody") {
        clean_contents(body, &below(at, "requestBody"), notes);
    }
    let responses = below(at, "responses");
    for (status, answer) in operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        if let Some(answer) = answer.as_object_mut() {
            clean_contents(answer, &below(&responses, status), notes);
        }
    }
}

/// Removes `content` and `headers` of the wrong type from a request body, a response or a
/// parameter, and empties media types that are not objects.
fn clean_contents(holder: &mut Map<String, Value>, at: &str, notes: &mut Notes) {
    remove_wrong_types(holder, at, &["content", "headers"], Value::is_object, notes);
    if let Some(Value::Object(content)) = holder.get_mut("content") {
        for entry in content.values_mut().filter(|entry| !entry.is_object()) {
            *entry = Value::Object(Map::new());
        }
    }
}

/// Removes values of the wrong type at these keys, and reports each except `null`.
fn remove_wrong_types(
    object: &mut Map<String, Value>,
    at: &str,
    keys: &[&str],
    is_sound: impl Fn(&Value) -> bool,
    notes: &mut Notes,
) {
    for key in keys {
        if object.get(*key).is_some_and(|value| !is_sound(value)) {
            let was = object.remove(*key);
            if !was.is_some_and(|was| was.is_null()) {
                let text = format!("`{key}` has the wrong type and is omitted");
                notes.loss("invalid values", &below(at, key), text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;
    use serde_json::json;

    #[test]
    fn containers_of_the_wrong_type_are_removed_and_reported() {
        let text = "\
components:
  schemas: {A: 5, B: true, C: {}}
  responses: [1]
security: {}
paths:
  /a:
    get:
      parameters: {}
      requestBody: {content: {a/b: 1}}
    put:
      parameters: [5, {content: 6}]
      responses: {200: {headers: 7}}
";
        let mut draft = Draft::new("acme", Source::parse("a.yaml", text.as_bytes()).unwrap());
        sound(&mut draft).unwrap();
        assert_eq!(
            draft.document,
            json!({
                "components": {"schemas": {"B": true, "C": {}}},
                "paths": {"/a": {
                    "get": {"requestBody": {"content": {"a/b": {}}}},
                    "put": {"parameters": [5, {}], "responses": {"200": {}}},
                }},
            })
        );
        let report = draft.notes.report.markdown("", "");
        for entry in [
            "`A` has the wrong type and is omitted (2)",
            "(3)",
            "(4)",
            "(8)",
            "`content` has the wrong type and is omitted (11)",
            "`headers` has the wrong type and is omitted (12)",
        ] {
            assert!(report.contains(entry), "{entry}\n{report}");
        }
    }
}

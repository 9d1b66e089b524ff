//! Removes components that neither the operations nor the document itself use, because they would
//! become unused types.

use crate::command::import::draft::{Draft, component};
use crate::command::import::visit::usage::Usage;
use anyhow::Result;
use serde_json::Value;

/// Removes and reports unused components.
pub(in crate::command::import) fn unused(draft: &mut Draft) -> Result<()> {
    let usage = Usage::of(&draft.document);
    let notes = &mut draft.notes;
    let components = draft
        .document
        .get_mut("components")
        .and_then(Value::as_object_mut);
    for (section, members) in components.into_iter().flatten() {
        // Security schemes are handled with the credentials.
        if section == "securitySchemes" {
            continue;
        }
        let Some(members) = members.as_object_mut() else {
            continue;
        };
        members.retain(|name, _| {
            let is_used = usage.is_used(section, name);
            if !is_used {
                let noun = section.strip_suffix('s').unwrap_or(section);
                let noun = if noun == "requestBodie" {
                    "requestBody"
                } else {
                    noun
                };
                let text = format!("the {noun} `{name}`, which no operation uses, is omitted");
                notes.change("unused components", &component(section, name), text);
            }
            is_used
        });
    }
    if let Some(components) = draft
        .document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        components.retain(|_, members| {
            members
                .as_object()
                .is_none_or(|members| !members.is_empty())
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    #[test]
    fn only_unused_components_are_removed_and_reported() {
        let text = "\
paths:
  /a:
    get: {tags: [a], responses: {200: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}}
components:
  schemas:
    Pet: {type: object, discriminator: {propertyName: kind}}
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {claw: {$ref: '#/components/schemas/Claw'}}}]}
    Claw: {type: string}
    Base: {type: object, x-sdk-error: {message: [/message]}}
    Lonely: {type: object}
  parameters:
    none: {name: a, in: query}
";
        let mut draft = Draft::new("acme", Source::parse("a.yaml", text.as_bytes()).unwrap());
        unused(&mut draft).unwrap();
        let schemas = draft.document["components"]["schemas"].as_object().unwrap();
        let names: Vec<_> = schemas.keys().map(String::as_str).collect();
        assert_eq!(names, ["Pet", "Cat", "Claw", "Base"]);
        assert_eq!(draft.document["components"].get("parameters"), None);
        let report = draft.notes.report.markdown("", "");
        assert!(
            report.contains("the schema `Lonely`, which no operation uses, is omitted (10)"),
            "{report}"
        );
    }
}

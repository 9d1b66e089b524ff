//! Writes a vendor's schemas and operations as YAML in the house style, without the vendor's
//! descriptions.

use super::schema_view::{ObjectView, keyword, layers};
use super::walk::{Walk, plain};
use crate::model::{elements, flag, members, text};
use crate::name;
use crate::spec::pointer::below;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Placeholder for a description that someone must write.
pub(super) const UNDESCRIBED: &str = "description: Not described yet.";

/// Maximum depth of nested objects. Deeper objects become schemas that accept any JSON.
const MAX_DEPTH: usize = 8;

pub(super) struct Skeleton<'s> {
    /// The vendor's document.
    root: &'s Value,
    /// The comparison of our spec with the vendor's document.
    ours: &'s Walk,
    /// Schema names in use.
    taken: BTreeSet<String>,
    /// Names assigned so far, by pointer in the vendor's document.
    given: BTreeMap<String, String>,
    /// Named schemas, as lines at the level of `components/schemas`.
    pub(super) schemas: Vec<Vec<String>>,
}

impl<'s> Skeleton<'s> {
    pub(super) fn new(root: &'s Value, ours: &'s Walk, our_root: &Value) -> Self {
        let taken = members(&our_root["components"], "schemas")
            .keys()
            .cloned()
            .collect();
        Self {
            root,
            ours,
            taken,
            given: BTreeMap::new(),
            schemas: Vec::new(),
        }
    }

    /// Returns the lines of a schema without indentation. An object or an enum that our spec lacks
    /// becomes a named schema. An object keeps its name in the vendor's document if it has one, and
    /// any other named schema is named after `hint`.
    pub(super) fn schema(
        &mut self,
        pointer: &str,
        hint: &str,
        is_described: bool,
        depth: usize,
    ) -> Vec<String> {
        let layers = layers(self.root, pointer);
        if let Some(known) = layers.iter().find_map(|layer| self.known(layer)) {
            return vec![reference(&known)];
        }
        let word = |key: &str| keyword(self.root, &layers, key).map(|(value, _)| value.clone());
        let kind = word("type").as_ref().map(plain).unwrap_or_default();
        let values = word("enum")
            .and_then(|values| values.as_array().cloned())
            .unwrap_or_default();
        let last = layers.last().cloned().unwrap_or_default();
        let mut lines = Vec::new();
        if word("nullable") == Some(Value::Bool(true)) {
            lines.push("nullable: true".to_owned());
        }
        let description = is_described.then(|| UNDESCRIBED.to_owned());
        let view = ObjectView::of(self.root, &last);
        if !view.properties.is_empty() && depth < MAX_DEPTH {
            let name = self.name_object(&last, &view, hint, depth);
            return wrap(lines, &name, description);
        }
        if kind == "string" && values.len() > 1 {
            let name = self.name_enum(&last, &values, hint);
            return wrap(lines, &name, description);
        }
        match kind.as_str() {
            "array" => {
                lines.insert(0, "type: array".to_owned());
                lines.extend(description);
                lines.push("items:".to_owned());
                let items = below(&last, "items");
                let items = self.schema(&items, &format!("{hint}Item"), false, depth + 1);
                lines.extend(indented(items, 2));
            }
            "string" | "integer" | "number" | "boolean" => {
                lines.insert(0, format!("type: {kind}"));
                if let Some(format) = word("format") {
                    lines.insert(1, format!("format: {}", scalar(&plain(&format))));
                }
                if let [only] = values.as_slice() {
                    lines.push(format!("enum: [{}]", scalar(&plain(only))));
                }
                lines.extend(description);
            }
            // A schema that accepts any JSON has a description and no type.
            _ => return vec![UNDESCRIBED.to_owned()],
        }
        lines
    }

    /// Returns the name of this schema in our spec, if it is a named schema there.
    fn known(&self, pointer: &str) -> Option<String> {
        let ours = self.ours.first_of.get(pointer)?;
        ours.iter().find_map(|pointer| {
            let name = pointer.strip_prefix("/components/schemas/")?;
            (!name.contains('/')).then(|| name.to_owned())
        })
    }

    fn name_enum(&mut self, pointer: &str, values: &[Value], hint: &str) -> String {
        if let Some(name) = self.given.get(pointer) {
            return name.clone();
        }
        let name = self.free_name(hint);
        self.given.insert(pointer.to_owned(), name.clone());
        let mut lines = vec![
            format!("    {name}:"),
            "      type: string".to_owned(),
            format!("      {UNDESCRIBED}"),
            "      enum:".to_owned(),
        ];
        let values = values.iter().map(|value| scalar(&plain(value)));
        lines.extend(values.map(|value| format!("        - {value}")));
        self.schemas.push(lines);
        name
    }

    fn name_object(
        &mut self,
        pointer: &str,
        view: &ObjectView,
        hint: &str,
        depth: usize,
    ) -> String {
        if let Some(name) = self.given.get(pointer) {
            return name.clone();
        }
        let theirs = pointer
            .strip_prefix("/components/schemas/")
            .filter(|name| !name.contains('/'));
        let name = self.free_name(theirs.unwrap_or(hint));
        self.given.insert(pointer.to_owned(), name.clone());
        let mut lines = vec![
            format!("    {name}:"),
            "      type: object".to_owned(),
            format!("      {UNDESCRIBED}"),
        ];
        // Vendors sometimes require properties that they don't describe.
        let known = |name: &&String| view.properties.contains_key(*name);
        let required: Vec<&String> = view.required.iter().filter(known).collect();
        if !required.is_empty() {
            lines.push("      required:".to_owned());
            lines.extend(
                required
                    .iter()
                    .map(|name| format!("        - {}", scalar(name))),
            );
        }
        lines.push("      properties:".to_owned());
        for (property, pointer) in &view.properties {
            lines.push(format!("        {}:", scalar(property)));
            let hint = format!("{name}{}", name::type_name(property));
            let schema = self.schema(pointer, &hint, true, depth + 1);
            lines.extend(indented(schema, 10));
        }
        self.schemas.push(lines);
        name
    }

    fn free_name(&mut self, hint: &str) -> String {
        let mut name = name::type_name(hint);
        while !self.taken.insert(name.clone()) {
            name.push_str("Value");
        }
        name
    }

    /// Returns the lines of an operation below its path, indented by two levels.
    pub(super) fn operation(
        &mut self,
        pointer: &str,
        id: &str,
        tag: &str,
        error_answers: &[(String, String)],
    ) -> Vec<String> {
        let Some(node) = self.root.pointer(pointer) else {
            return Vec::new();
        };
        let method = pointer.rsplit('/').next().unwrap_or_default();
        let mut lines = vec![
            format!("    {method}:"),
            "      tags:".to_owned(),
            format!("        - {tag}"),
            format!("      operationId: {id}"),
        ];
        let theirs = text(node, "operationId");
        if !theirs.is_empty() && theirs != id {
            lines.push(format!("      x-upstream-operation-id: {}", scalar(theirs)));
        }
        lines.push(format!("      {UNDESCRIBED}"));
        let marker = name::type_name(id);
        lines.extend(self.parameters(pointer, &marker));
        let body = super::schema_view::resolve(self.root, &below(pointer, "requestBody"));
        if let Some(node) = self.root.pointer(&body) {
            lines.push("      requestBody:".to_owned());
            if flag(node, "required") {
                lines.push("        required: true".to_owned());
            }
            lines.extend(self.content(&body, &format!("{marker}Request"), 8));
        }
        lines.push("      responses:".to_owned());
        let answers = below(pointer, "responses");
        for status in members(node, "responses").keys() {
            lines.push(format!("        '{status}':"));
            match error_answers.iter().find(|(known, _)| known == status) {
                Some((_, reference)) => lines.push(format!("          $ref: '{reference}'")),
                None => {
                    lines.push(format!("          {UNDESCRIBED}"));
                    let answer = super::schema_view::resolve(self.root, &below(&answers, status));
                    lines.extend(self.content(&answer, &format!("{marker}Response"), 10));
                }
            }
        }
        lines
    }

    fn parameters(&mut self, operation: &str, marker: &str) -> Vec<String> {
        let path = operation.rfind('/').map_or("", |end| &operation[..end]);
        let mut lines = Vec::new();
        for holder in [path, operation] {
            let list = below(holder, "parameters");
            let count = self
                .root
                .pointer(holder)
                .map_or(0, |node| elements(node, "parameters").len());
            for index in 0..count {
                let pointer =
                    super::schema_view::resolve(self.root, &below(&list, &index.to_string()));
                let Some(node) = self.root.pointer(&pointer) else {
                    continue;
                };
                lines.push(format!("        - name: {}", scalar(text(node, "name"))));
                lines.push(format!("          in: {}", text(node, "in")));
                if flag(node, "required") {
                    lines.push("          required: true".to_owned());
                }
                lines.push(format!("          {UNDESCRIBED}"));
                lines.push("          schema:".to_owned());
                let hint = format!("{marker}{}", name::type_name(text(node, "name")));
                let schema = self.schema(&below(&pointer, "schema"), &hint, false, 0);
                lines.extend(indented(schema, 12));
            }
        }
        if !lines.is_empty() {
            lines.insert(0, "      parameters:".to_owned());
        }
        lines
    }

    fn content(&mut self, holder: &str, hint: &str, indent: usize) -> Vec<String> {
        let content = below(holder, "content");
        let media: Vec<String> = self
            .root
            .pointer(holder)
            .map(|node| members(node, "content").keys().cloned().collect())
            .unwrap_or_default();
        let mut lines = Vec::new();
        for name in media {
            lines.push(format!("  {}:", scalar(&name)));
            let schema = below(&below(&content, &name), "schema");
            if self.root.pointer(&schema).is_some() {
                lines.push("    schema:".to_owned());
                let schema = self.schema(&schema, hint, false, 0);
                lines.extend(indented(schema, 6));
            }
        }
        if !lines.is_empty() {
            lines.insert(0, "content:".to_owned());
        }
        indented(lines, indent)
    }
}

fn reference(name: &str) -> String {
    format!("$ref: '#/components/schemas/{name}'")
}

/// Returns the lines of a reference to a named schema, combined with the given keys, if any.
fn wrap(mut lines: Vec<String>, name: &str, description: Option<String>) -> Vec<String> {
    if lines.is_empty() {
        return vec![reference(name)];
    }
    lines.push("allOf:".to_owned());
    lines.push(format!("  - {}", reference(name)));
    lines.extend(description);
    lines
}

pub(super) fn indented(lines: Vec<String>, by: usize) -> Vec<String> {
    lines
        .into_iter()
        .map(|line| format!("{:by$}{line}", ""))
        .collect()
}

/// Returns text as a one-line YAML scalar.
pub(super) fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-/.".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off"]
            .contains(&text.to_ascii_lowercase().as_str());
    if is_plain {
        return text.to_owned();
    }
    if text.chars().any(char::is_control) {
        return Value::from(text).to_string();
    }
    format!("'{}'", text.replace('\'', "''"))
}

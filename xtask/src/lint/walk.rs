//! Walks a document along the grammar: lists its objects by kind and finds what is out of shape.

use super::grammar::{Field, Kind, Shape, fields};
use super::spec::{Node, NodeId, Spec};
use crate::load::below;
use crate::rule::Rule;
use serde_json::{Map, Value};

/// An `x-` key and the object that it stands on.
pub(super) struct ExtensionUse<'d> {
    pub(super) node: NodeId,
    pub(super) key: &'d str,
    pub(super) value: &'d Value,
}

/// Lists every object of the document; its depth was bounded when it was read.
pub(super) fn walk(spec: &mut Spec<'_>) {
    let root = &spec.document.root;
    visit(spec, Kind::Document, root, Step::default());
}

/// How the walk came to an object.
#[derive(Clone, Default)]
struct Step<'d> {
    pointer: String,
    field: &'static str,
    key: &'d str,
    parent: Option<NodeId>,
}

fn visit<'d>(spec: &mut Spec<'d>, kind: Kind, value: &'d Value, step: Step<'d>) {
    let Some(object) = value.as_object() else {
        let what = format!(
            "{} is not an object but {}",
            spec.label(&step.pointer),
            noun(value)
        );
        let to_do = format!("write {} there", kind.noun());
        spec.find(&step.pointer, Rule::Structure, what, to_do);
        return;
    };
    let is_reference = kind.section().is_some() && object.contains_key("$ref");
    let id = spec.nodes.len();
    spec.nodes.push(Node {
        kind,
        is_reference,
        object,
        pointer: step.pointer,
        field: step.field,
        key: step.key,
        parent: step.parent,
    });
    if is_reference || kind == Kind::SecurityRequirement {
        return;
    }
    let fields = fields(kind);
    for (key, value) in object {
        if key.starts_with("x-") {
            spec.extensions.push(ExtensionUse {
                node: id,
                key,
                value,
            });
        } else if let Some(field) = fields.iter().find(|field| field.name == key) {
            enter(spec, id, field, value);
        } else {
            unknown_key(spec, id, kind, key);
        }
    }
    for field in fields.iter().filter(|field| field.required) {
        if !object.contains_key(field.name) {
            missing_key(spec, id, kind, field.name);
        }
    }
}

/// What to write instead of a key that people often expect.
const INSTEAD: [(&str, &str); 5] = [
    ("const", "write `enum` with one value"),
    ("examples", "write `example`"),
    ("not", "say in the description what is excluded"),
    (
        "summary",
        "write it as the first sentence of the description",
    ),
    ("webhooks", "describe their bodies as schemas"),
];

fn unknown_key(spec: &mut Spec<'_>, id: NodeId, kind: Kind, key: &str) {
    let pointer = below(&spec.nodes[id].pointer, key);
    let what = format!(
        "`{key}` is no key of {} that the generator reads",
        kind.noun()
    );
    let names: Vec<_> = fields(kind).iter().map(|field| field.name).collect();
    let instead = INSTEAD.iter().find(|(known, _)| *known == key);
    let to_do = match (instead, names.len()) {
        (Some((_, instead)), _) => (*instead).to_owned(),
        (None, 0..=12) => format!("mend or remove it; there are: {}", names.join(", ")),
        _ => "mend or remove it".to_owned(),
    };
    spec.find(&pointer, Rule::UnknownKey, what, to_do);
}

fn missing_key(spec: &mut Spec<'_>, id: NodeId, kind: Kind, key: &str) {
    let pointer = spec.nodes[id].pointer.clone();
    let what = format!("{} has no `{key}`", spec.label(&pointer));
    let to_do = format!("{} needs it; add it", kind.noun());
    spec.find(&pointer, Rule::MissingKey, what, to_do);
}

fn enter<'d>(spec: &mut Spec<'d>, parent: NodeId, field: &'static Field, value: &'d Value) {
    let pointer = below(&spec.nodes[parent].pointer, field.name);
    let step = |pointer: String, key: &'d str| Step {
        pointer,
        field: field.name,
        key,
        parent: Some(parent),
    };
    let sound = match (field.shape, value) {
        (Shape::One(kind), _) => return visit(spec, kind, value, step(pointer, field.name)),
        (Shape::SchemaOrFlag, Value::Object(_)) => {
            return visit(spec, Kind::Schema, value, step(pointer, field.name));
        }
        (Shape::List(kind) | Shape::Parts(kind), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                let pointer = below(&pointer, &index.to_string());
                visit(spec, kind, item, step(pointer, ""));
            }
            !(items.is_empty() && matches!(field.shape, Shape::Parts(_)))
        }
        (Shape::Map(kind), Value::Object(map)) => {
            enter_map(spec, parent, kind, map, &pointer, &step);
            true
        }
        (shape, value) => holds(shape, value),
    };
    if !sound {
        let what = format!("{} is {}", spec.label(&pointer), noun(value));
        let to_do = format!("write {}", wanted(field.shape));
        spec.find(&pointer, Rule::Structure, what, to_do);
    }
}

fn enter_map<'d>(
    spec: &mut Spec<'d>,
    parent: NodeId,
    kind: Kind,
    map: &'d Map<String, Value>,
    pointer: &str,
    step: &dyn Fn(String, &'d str) -> Step<'d>,
) {
    for (key, value) in map {
        // Beside paths and statuses an `x-` key is an extension; anywhere else it may be a name.
        if matches!(kind, Kind::PathItem | Kind::Answer) && key.starts_with("x-") {
            spec.extensions.push(ExtensionUse {
                node: parent,
                key,
                value,
            });
        } else {
            visit(spec, kind, value, step(below(pointer, key), key));
        }
    }
}

/// Whether a value without objects of its own has the shape.
fn holds(shape: Shape, value: &Value) -> bool {
    match shape {
        Shape::Any => true,
        Shape::Text => value.is_string(),
        Shape::Flag | Shape::SchemaOrFlag => value.is_boolean(),
        Shape::Number => value.is_number(),
        Shape::Count => value.is_u64(),
        Shape::Values => value.as_array().is_some_and(|list| !list.is_empty()),
        Shape::TextList => value
            .as_array()
            .is_some_and(|list| list.iter().all(Value::is_string)),
        Shape::TextMap => value
            .as_object()
            .is_some_and(|map| map.values().all(Value::is_string)),
        Shape::One(_) | Shape::List(_) | Shape::Parts(_) | Shape::Map(_) => false,
    }
}

fn wanted(shape: Shape) -> &'static str {
    match shape {
        Shape::Any => "a value",
        Shape::Text => "text; quote it if it looks like something else",
        Shape::Flag => "true or false",
        Shape::Number => "a number",
        Shape::Count => "a whole number from 0 on",
        Shape::TextList => "a list of text",
        Shape::Values => "a list of values, at least one",
        Shape::TextMap => "keys to text",
        Shape::One(_) => "an object",
        Shape::List(_) => "a list of objects",
        Shape::Parts(_) => "a list of objects, at least one",
        Shape::Map(_) => "names to objects",
        Shape::SchemaOrFlag => "a schema, true or false",
    }
}

/// What a value is, in words.
pub(super) fn noun(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(list) if list.is_empty() => "an empty list",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

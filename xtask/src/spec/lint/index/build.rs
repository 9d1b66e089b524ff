//! Traverses a document according to the table of keys, lists its objects with their kinds, and
//! finds invalid keys and values.

use crate::spec::kind::Kind;
use crate::spec::lint::index::fields::{Field, ValueKind, fields};
use crate::spec::lint::index::{ExtensionUse, Node, NodeId, Spec};
use crate::spec::load::Document;
use crate::spec::pointer::below;
use crate::spec::rule::Rule;
use crate::spec::unread_key::UNREAD_KEYS;
use serde_json::{Map, Value};

/// Lists every object of the document. The parser has already limited the depth.
pub(crate) fn index(document: &Document) -> Spec<'_> {
    let mut spec = Spec {
        document,
        nodes: Vec::new(),
        extensions: Vec::new(),
        findings: Vec::new(),
    };
    visit(&mut spec, Kind::Document, &document.root, Step::default());
    spec
}

/// How the traversal reached an object.
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
            "{} is {} instead of an object",
            spec.label(&step.pointer),
            noun(value)
        );
        let to_do = format!("write {} here", kind.noun());
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

/// Replacements for frequently used keys that are not supported.
const REPLACEMENTS: [(&str, &str); 5] = [
    ("const", "write `enum` with one value"),
    ("examples", "write `example`"),
    ("not", "describe the excluded values in the description"),
    (
        "summary",
        "write it as the first sentence of the description",
    ),
    ("webhooks", "describe their bodies as schemas"),
];

fn unknown_key(spec: &mut Spec<'_>, id: NodeId, kind: Kind, key: &str) {
    let pointer = below(&spec.nodes[id].pointer, key);
    let what = format!("`{key}` is not a supported key of {}", kind.noun());
    let names: Vec<_> = fields(kind).iter().map(|field| field.name).collect();
    let instead = REPLACEMENTS.iter().find(|(known, _)| *known == key);
    let is_unread = UNREAD_KEYS.iter().any(|unread| unread.names.contains(&key));
    let to_do = match (instead, is_unread, names.len()) {
        (Some((_, instead)), ..) => (*instead).to_owned(),
        (None, true, _) => "remove it; specs/README.md explains why it is not supported".to_owned(),
        (None, false, 0..=12) => {
            format!("correct or remove it; supported keys: {}", names.join(", "))
        }
        _ => "correct or remove it".to_owned(),
    };
    spec.find(&pointer, Rule::UnknownKey, what, to_do);
}

fn missing_key(spec: &mut Spec<'_>, id: NodeId, kind: Kind, key: &str) {
    let pointer = spec.nodes[id].pointer.clone();
    let what = format!("{} has no `{key}`", spec.label(&pointer));
    let to_do = format!("add it: {} requires it", kind.noun());
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
    let sound = match (field.value, value) {
        (ValueKind::One(kind), _) => return visit(spec, kind, value, step(pointer, field.name)),
        (ValueKind::SchemaOrFlag, Value::Object(_)) => {
            return visit(spec, Kind::Schema, value, step(pointer, field.name));
        }
        (ValueKind::List(kind) | ValueKind::Parts(kind), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                let pointer = below(&pointer, &index.to_string());
                visit(spec, kind, item, step(pointer, ""));
            }
            !(items.is_empty() && matches!(field.value, ValueKind::Parts(_)))
        }
        (ValueKind::Map(kind), Value::Object(map)) => {
            enter_map(spec, parent, kind, map, &pointer, &step);
            true
        }
        (wanted, value) => is_of_kind(wanted, value),
    };
    if !sound {
        let what = format!("{} is {}", spec.label(&pointer), noun(value));
        let to_do = format!("write {}", describe_value_kind(field.value));
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
        // In the maps of paths and statuses, an `x-` key is an extension. In other maps, it can be
        // a name.
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

/// Returns whether a value without nested objects has the required type.
fn is_of_kind(wanted: ValueKind, value: &Value) -> bool {
    match wanted {
        ValueKind::Any => true,
        ValueKind::Text => value.is_string(),
        ValueKind::Flag | ValueKind::SchemaOrFlag => value.is_boolean(),
        ValueKind::Number => value.is_number(),
        ValueKind::Count => value.is_u64(),
        ValueKind::Values => value.as_array().is_some_and(|list| !list.is_empty()),
        ValueKind::TextList => value
            .as_array()
            .is_some_and(|list| list.iter().all(Value::is_string)),
        ValueKind::TextMap => value
            .as_object()
            .is_some_and(|map| map.values().all(Value::is_string)),
        ValueKind::One(_) | ValueKind::List(_) | ValueKind::Parts(_) | ValueKind::Map(_) => false,
    }
}

fn describe_value_kind(wanted: ValueKind) -> &'static str {
    match wanted {
        ValueKind::Any => "a value",
        ValueKind::Text => "a string; quote it if it looks like a value of another type",
        ValueKind::Flag => "true or false",
        ValueKind::Number => "a number",
        ValueKind::Count => "a whole number, at least 0",
        ValueKind::TextList => "a list of strings",
        ValueKind::Values => "a list with at least one value",
        ValueKind::TextMap => "a map of strings",
        ValueKind::One(_) => "an object",
        ValueKind::List(_) => "a list of objects",
        ValueKind::Parts(_) => "a list with at least one object",
        ValueKind::Map(_) => "a map of objects",
        ValueKind::SchemaOrFlag => "a schema, true or false",
    }
}

/// Returns a noun for a value.
pub(crate) fn noun(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(list) if list.is_empty() => "an empty list",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

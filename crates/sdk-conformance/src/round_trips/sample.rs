//! Samples of a schema.
//!
//! Samples of an object contain all properties, only the required ones, or a variation of one
//! property.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Document, is_set, list, word};
use super::exact_json::Json;
use super::shape::{Properties, Shape, is_nullable, shapes};

/// Directions in which a type is used. Samples contain only the properties that are used in these directions.
#[derive(Clone, Copy)]
pub(crate) struct Direction {
    pub(crate) sent: bool,
    pub(crate) received: bool,
}

/// A sample, and a description of its variation.
pub(crate) struct Sample {
    pub(crate) what: String,
    pub(crate) json: Json,
}

/// Name of a property that no document contains.
pub(crate) const UNKNOWN_PROPERTY: &str = "sdk-unknown-property";

/// A value that no document contains.
const UNKNOWN_VALUE: &str = "sdk-unknown-value";

/// A fraction with seventeen digits. A float guarantees only fifteen digits, but it preserves this
/// number exactly.
const FRACTION: &str = "1.0000000000000002";
const INTEGER: &str = "12345678901234567";

/// Minimum nesting depth at which only required properties are included.
const MAX_DEPTH: usize = 6;

/// Returns all samples of a schema.
pub(crate) fn samples(document: &Document, schema: &Value, direction: Direction) -> Vec<Sample> {
    let sampler = Sampler {
        document,
        direction,
    };
    let mut found = Vec::new();
    let all = shapes(document, schema);
    let several = all.len() > 1;
    for (index, shape) in all.iter().enumerate() {
        let choice = if several {
            format!("choice {index}: ")
        } else {
            String::new()
        };
        for sample in sampler.variations(shape) {
            found.push(Sample {
                what: format!("{choice}{}", sample.what),
                json: sample.json,
            });
        }
    }
    found
}

/// Returns a sample value for a schema, with all properties that a request can contain.
pub(crate) fn whole(document: &Document, schema: &Value) -> Json {
    let direction = Direction {
        sent: true,
        received: false,
    };
    let sampler = Sampler {
        document,
        direction,
    };
    sampler.value(schema, 0)
}

struct Sampler<'d> {
    document: &'d Document,
    direction: Direction,
}

impl<'d> Sampler<'d> {
    fn variations(&self, shape: &Shape<'d>) -> Vec<Sample> {
        let sample = |what: String, json: Json| Sample { what, json };
        let Shape::Object(properties) = shape else {
            let mut found = vec![sample("value".to_owned(), self.of_shape(shape, 0))];
            found.extend(
                self.others(shape, 0)
                    .into_iter()
                    .map(|(what, json)| sample(what, json)),
            );
            return found;
        };
        let whole = self.object(properties, 0);
        let mut found = vec![
            sample("all properties".to_owned(), Json::Object(whole.clone())),
            sample(
                "required properties".to_owned(),
                Json::Object(self.object(properties, MAX_DEPTH)),
            ),
        ];
        let changed = |name: &str, value: Option<Json>| {
            let mut object = whole.clone();
            match value {
                Some(value) => object.insert(name.to_owned(), value),
                None => object.remove(name),
            };
            Json::Object(object)
        };
        for (name, property) in self.applicable_properties(properties) {
            let is_tag = properties.tag.as_ref().is_some_and(|(tag, _)| *tag == name);
            if is_tag {
                continue;
            }
            if !self.is_needed(properties, name, property) {
                found.push(sample(format!("without `{name}`"), changed(name, None)));
            }
            if is_nullable(self.document, property) {
                found.push(sample(
                    format!("null `{name}`"),
                    changed(name, Some(Json::Null)),
                ));
            }
            for shape in shapes(self.document, property) {
                let value = self.of_shape(&shape, 1);
                found.push(sample(format!("set `{name}`"), changed(name, Some(value))));
                for (what, value) in self.others(&shape, 0) {
                    found.push(sample(
                        format!("`{name}` {what}"),
                        changed(name, Some(value)),
                    ));
                }
            }
        }
        if !properties.is_closed {
            let value = match properties.others {
                Some(others) => self.value(others, 1),
                None => any(),
            };
            found.push(sample(
                "unknown property".to_owned(),
                changed(UNKNOWN_PROPERTY, Some(value)),
            ));
        }
        found
    }

    /// Returns additional values of a shape, such as the other values of an enum, an unknown value,
    /// and a number with seventeen digits.
    fn others(&self, shape: &Shape<'d>, depth: usize) -> Vec<(String, Json)> {
        let mut found = Vec::new();
        match shape {
            Shape::Scalar(schema) => {
                let values = list(schema, "enum");
                if word(schema, "type") == "string" {
                    for value in values.iter().filter_map(Value::as_str) {
                        found.push((format!("value `{value}`"), Json::text(value)));
                    }
                    if values.len() > 1 {
                        found.push(("unknown value".to_owned(), Json::text(UNKNOWN_VALUE)));
                    }
                }
                found.extend(digits(schema).map(|value| ("17 digits".to_owned(), value)));
            }
            Shape::List(items) => {
                found.push(("empty list".to_owned(), Json::List(Vec::new())));
                // A list can contain itself, so the depth is limited.
                let below = shapes(self.document, items)
                    .into_iter()
                    .filter(|_| depth < 2);
                for shape in below {
                    for (what, value) in self.others(&shape, depth + 1) {
                        found.push((format!("item {what}"), Json::List(vec![value])));
                    }
                }
                if is_nullable(self.document, items) {
                    let item = self.value(items, 2);
                    found.push(("null item".to_owned(), Json::List(vec![Json::Null, item])));
                }
            }
            Shape::Any => {
                for text in [
                    "null",
                    "[]",
                    "1e400",
                    "1.10",
                    "123456789012345678901234567890",
                ] {
                    if let Ok(value) = Json::read(text) {
                        found.push((format!("any JSON {text}"), Json::List(vec![value])));
                    }
                }
            }
            Shape::Object(properties) => {
                if let Some(others) = properties.others {
                    for (key, name) in [("an empty key", ""), ("a key", "sdk \"key\"\n")] {
                        let value = self.value(others, 2);
                        let mut object = self.object(properties, 2);
                        object.insert(name.to_owned(), value);
                        found.push((format!("with {key}"), Json::Object(object)));
                    }
                }
            }
        }
        found
    }

    fn value(&self, schema: &'d Value, depth: usize) -> Json {
        if depth > MAX_DEPTH && is_nullable(self.document, schema) {
            return Json::Null;
        }
        let all = shapes(self.document, schema);
        // Beyond the maximum depth, a recursive value ends with a shape that isn't an object.
        let shape = match depth > MAX_DEPTH {
            true => all
                .iter()
                .find(|shape| !matches!(shape, Shape::Object(_)))
                .or(all.first()),
            false => all.first(),
        };
        shape.map_or(Json::Null, |shape| self.of_shape(shape, depth))
    }

    fn of_shape(&self, shape: &Shape<'d>, depth: usize) -> Json {
        match shape {
            Shape::Object(properties) => Json::Object(self.object(properties, depth)),
            Shape::List(items) if depth < MAX_DEPTH => Json::List(vec![
                self.value(items, depth + 1),
                self.value(items, depth + 1),
            ]),
            Shape::List(_) => Json::List(Vec::new()),
            Shape::Scalar(schema) => scalar(schema),
            Shape::Any => any(),
        }
    }

    /// Returns an object with all properties, or only the required ones if it is nested too deeply.
    fn object(&self, properties: &Properties<'d>, depth: usize) -> BTreeMap<String, Json> {
        let mut object = BTreeMap::new();
        for (name, property) in self.applicable_properties(properties) {
            if depth < MAX_DEPTH || self.is_needed(properties, name, property) {
                object.insert(name.to_owned(), self.value(property, depth + 1));
            }
        }
        if let (Some(others), true) = (properties.others, depth < MAX_DEPTH) {
            object.insert("sdk_key".to_owned(), self.value(others, depth + 1));
        }
        if let Some((name, value)) = &properties.tag {
            let own = properties.named.iter().find(|(known, _)| known == name);
            let is_number = own.is_some_and(|(_, property)| {
                word(self.document.resolve(property), "type") == "integer"
            });
            let tag = match is_number {
                true => Json::number(value.clone()),
                false => Json::text(value.clone()),
            };
            object.insert((*name).to_owned(), tag);
        }
        object
    }

    /// Returns the properties that can occur in at least one direction of the type.
    fn applicable_properties<'p>(
        &'p self,
        properties: &'p Properties<'d>,
    ) -> impl Iterator<Item = (&'d str, &'d Value)> + 'p {
        let direction = self.direction;
        properties
            .named
            .iter()
            .copied()
            .filter(move |(_, property)| {
                let target = self.document.resolve(property);
                let has = |mark: &str| is_set(property, mark) || is_set(target, mark);
                (direction.received || !has("readOnly")) && (direction.sent || !has("writeOnly"))
            })
    }

    /// Returns whether the property is required in every direction of the type.
    fn is_needed(&self, properties: &Properties<'d>, name: &str, property: &Value) -> bool {
        let target = self.document.resolve(property);
        let has = |mark: &str| is_set(property, mark) || is_set(target, mark);
        let counts = !(has("readOnly") && self.direction.sent
            || has("writeOnly") && self.direction.received);
        properties.required.contains(&name) && counts
    }
}

/// Returns arbitrary JSON with a number that a float cannot represent.
fn any() -> Json {
    let number = Json::number("12345678901234567.10");
    let object = BTreeMap::from([("deep".to_owned(), Json::List(vec![Json::Null, number]))]);
    Json::Object(object)
}

/// Returns a number with at least seventeen digits, if the schema allows it.
fn digits(schema: &Value) -> Option<Json> {
    let (kind, format) = (word(schema, "type"), word(schema, "format"));
    let values = list(schema, "enum");
    match (kind, format) {
        _ if !values.is_empty() => None,
        ("integer", "int32" | "uint32" | "int8" | "int16" | "uint8" | "uint16") => None,
        ("integer", _) => Some(Json::number(INTEGER)),
        ("number", "float") => None,
        ("number", _) => Some(Json::number(FRACTION)),
        ("string", "big-number-string") => Some(Json::text(format!("{INTEGER}{INTEGER}"))),
        _ => None,
    }
}

fn scalar(schema: &Value) -> Json {
    if let Some(first) = list(schema, "enum").first() {
        return Json::read(&first.to_string()).unwrap_or(Json::Null);
    }
    match (word(schema, "type"), word(schema, "format")) {
        ("boolean", _) => Json::Bool(true),
        ("integer", _) => Json::number("7"),
        ("number", _) => Json::number("7.5"),
        (_, "date") => Json::text("2026-01-02"),
        (_, "date-time") => Json::text("2026-01-02T03:04:05Z"),
        (_, "big-number-string") => Json::text("12345678901234567890"),
        _ => Json::text("sämple \"text\"\n"),
    }
}

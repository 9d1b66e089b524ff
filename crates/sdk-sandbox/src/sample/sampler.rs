//! Sample values for schemas.

use serde_json::{Map, Value, json};

use crate::openapi::document::Document;
use crate::openapi::tree::reference;
use crate::sample::prng::Prng;
use crate::sample::scalar::{self, bound};

/// Nesting depth at which references are no longer followed.
const MAX_DEPTH: usize = 12;

/// Generates values for the schemas of a document.
#[derive(Debug)]
pub(crate) struct Sampler<'d> {
    document: &'d Document,
    seed: Prng,
    /// References that lead to the current value.
    within: Vec<&'d str>,
    /// Name of the property that the current value belongs to.
    property: &'d str,
    depth: usize,
    /// Whether optional properties are omitted, except for read-only ones.
    required_only: bool,
    /// Whether the value is for a request, which contains write-only properties but no read-only
    /// properties.
    for_request: bool,
    /// Properties that other members of the composition require.
    demanded: Vec<&'d str>,
}

impl<'d> Sampler<'d> {
    pub(crate) fn new(document: &'d Document, seed: Prng) -> Self {
        Self {
            document,
            seed,
            within: Vec::new(),
            property: "sample",
            depth: 0,
            required_only: false,
            for_request: false,
            demanded: Vec::new(),
        }
    }

    /// Generates values for requests instead of responses.
    pub(crate) fn for_request(mut self) -> Self {
        self.for_request = true;
        self
    }

    /// Omits optional properties, except for read-only ones.
    pub(crate) fn required_only(mut self) -> Self {
        self.required_only = true;
        self
    }

    /// Generates a value for the schema, or null if no value is possible.
    pub(crate) fn value(&mut self, schema: &'d Value) -> Value {
        self.make(schema).unwrap_or(Value::Null)
    }

    /// Generates a value. Returns `None` if no value is possible, for example because the schema
    /// requires itself.
    fn make(&mut self, schema: &'d Value) -> Option<Value> {
        let Some(name) = reference(schema) else {
            return self.make_in_place(schema);
        };
        if self.within.contains(&name) || self.depth >= MAX_DEPTH {
            return None;
        }
        let target = self.document.lookup(name)?;
        self.within.push(name);
        let value = self.make(target);
        self.within.pop();
        value
    }

    fn make_in_place(&mut self, schema: &'d Value) -> Option<Value> {
        self.depth += 1;
        let value = self.make_by_kind(schema);
        self.depth -= 1;
        value
            .or_else(|| (schema.get("nullable") == Some(&Value::Bool(true))).then_some(Value::Null))
    }

    fn make_by_kind(&mut self, schema: &'d Value) -> Option<Value> {
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            if let Some(example) = schema.get("example").filter(|e| values.contains(e)) {
                return Some(example.clone());
            }
            let values: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
            return values
                .get(self.seed.below(values.len()))
                .map(|value| (*value).clone());
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(members) = schema.get(key).and_then(Value::as_array) {
                let parts = schema.get("allOf").and_then(Value::as_array);
                let parts: Vec<&Value> = parts.into_iter().flatten().collect();
                let known = self.demanded.len();
                self.demand(parts.iter().copied().chain([schema]));
                let chosen = self.one_of(schema, members);
                let whole = chosen.and_then(|(member, mut whole)| {
                    self.demand([member]);
                    for part in parts {
                        whole = merge(self.make(part)?, whole);
                    }
                    self.with_own_properties(schema, whole)
                });
                self.demanded.truncate(known);
                return whole;
            }
        }
        if let Some(members) = schema.get("allOf").and_then(Value::as_array) {
            let known = self.demanded.len();
            self.demand(members.iter().chain([schema]));
            let mut whole = Some(Value::Null);
            for member in members {
                let made = self.make(member);
                whole = whole.zip(made).map(|(whole, made)| merge(whole, made));
            }
            let whole = whole.and_then(|whole| self.with_own_properties(schema, whole));
            self.demanded.truncate(known);
            return whole;
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("string") => Some(Value::String(scalar::text(
                schema,
                self.property,
                &mut self.seed,
            ))),
            Some("integer") => Some(scalar::integer(schema, &mut self.seed)),
            Some("number") => Some(scalar::number(schema, &mut self.seed)),
            Some("boolean") => Some(Value::Bool(self.seed.below(2) == 0)),
            Some("array") => self.array(schema),
            Some("object") => self.object(schema),
            _ if ["properties", "required"]
                .iter()
                .any(|key| schema.get(*key).is_some()) =>
            {
                self.object(schema)
            }
            _ => Some(Value::String(format!(
                "{}-{}",
                self.property,
                self.seed.below(1000)
            ))),
        }
    }

    /// Demands the properties that the schemas require.
    fn demand(&mut self, schemas: impl IntoIterator<Item = &'d Value>) {
        for schema in schemas {
            let names = self.document.resolve(schema).get("required");
            let names = names.and_then(Value::as_array).into_iter().flatten();
            self.demanded.extend(names.filter_map(Value::as_str));
        }
    }

    /// Chooses a member of a composition, and generates its value.
    fn one_of(&mut self, schema: &'d Value, members: &'d [Value]) -> Option<(&'d Value, Value)> {
        let first = self.seed.below(members.len());
        let order = (0..members.len()).map(|step| &members[(first + step) % members.len()]);
        let mut order = order.collect::<Vec<_>>().into_iter();
        let (member, mut value) = order.find_map(|member| Some((member, self.make(member)?)))?;
        let discriminator = schema.get("discriminator");
        if let (Some(property), Some(object), Some(target)) = (
            discriminator
                .and_then(|d| d.get("propertyName"))
                .and_then(Value::as_str),
            value.as_object_mut(),
            reference(member),
        ) {
            let mapping = discriminator
                .and_then(|d| d.get("mapping"))
                .and_then(Value::as_object);
            let mapped = mapping
                .into_iter()
                .flatten()
                .find(|(_, to)| to.as_str() == Some(target));
            if let Some((key, _)) = mapped {
                // Discriminator values are strings in the document, but the property can be a
                // number.
                let number = object.get(property).is_some_and(Value::is_number);
                let key = if number {
                    serde_json::from_str(key).unwrap_or_else(|_| json!(key))
                } else {
                    json!(key)
                };
                object.insert(property.to_owned(), key);
            }
        }
        Some((member, value))
    }

    /// Merges the schema's own properties into a value. Returns `None` if a required property has
    /// no sample.
    fn with_own_properties(&mut self, schema: &'d Value, value: Value) -> Option<Value> {
        if schema.get("properties").is_none() {
            return Some(value);
        }
        let own = self.object(schema)?;
        Some(merge(value, own))
    }

    fn object(&mut self, schema: &'d Value) -> Option<Value> {
        let mut map = Map::new();
        let mut optional = Vec::new();
        let required = schema.get("required").and_then(Value::as_array);
        let is_required =
            |name: &str| required.is_some_and(|names| names.iter().any(|n| n == name));
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let flag = |key| self.document.resolve(property).get(key) == Some(&Value::Bool(true));
            let is_required = |name: &str| is_required(name) || self.demanded.contains(&name);
            let needed = is_required(name);
            let kept_back = if self.for_request {
                "readOnly"
            } else {
                "writeOnly"
            };
            if flag(kept_back) {
                continue;
            }
            if self.required_only && !needed && !flag("readOnly") {
                optional.push((name, property));
                continue;
            }
            match self.property_value(name, property) {
                Some(value) => {
                    map.insert(name.clone(), value);
                }
                None if needed => return None,
                None => {}
            }
        }
        let least = bound(schema, "minProperties").map(|least| least as usize);
        for (name, property) in optional {
            if map.len() >= least.unwrap_or(0) {
                break;
            }
            if let Some(value) = self.property_value(name, property) {
                map.insert(name.clone(), value);
            }
        }
        if let Some(extra @ Value::Object(_)) = schema.get("additionalProperties") {
            let least = least.unwrap_or(1);
            for number in 1..=least.clamp(1, 10) {
                let Some(value) = self.make(extra) else { break };
                map.insert(format!("key_{number}"), value);
            }
        }
        Some(Value::Object(map))
    }

    /// Generates the value of a property. The value is the same in every schema that describes the
    /// property in the same way.
    fn property_value(&mut self, name: &'d str, schema: &'d Value) -> Option<Value> {
        let seed = self.seed.child(name);
        let outer_seed = std::mem::replace(&mut self.seed, seed);
        let outer = std::mem::replace(&mut self.property, name);
        let demanded = std::mem::take(&mut self.demanded);
        let value = self.make(schema);
        self.demanded = demanded;
        self.property = outer;
        self.seed = outer_seed;
        value
    }

    fn array(&mut self, schema: &'d Value) -> Option<Value> {
        let least = bound(schema, "minItems").unwrap_or(0.0) as usize;
        let most = bound(schema, "maxItems").unwrap_or(f64::MAX) as usize;
        let count = (1 + self.seed.below(2)).max(least).min(most);
        let mut items: Vec<Value> = Vec::new();
        let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
        for _ in 0..count {
            match schema
                .get("items")
                .map_or(Some(json!("sample")), |item| self.make(item))
            {
                Some(item) if unique && items.contains(&item) => {}
                Some(item) => items.push(item),
                None => break,
            }
        }
        (items.len() >= least || unique).then_some(Value::Array(items))
    }
}

fn merge(left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Object(mut left), Value::Object(right)) => {
            for (name, value) in right {
                let known = left.remove(&name).unwrap_or_default();
                left.insert(name, merge(known, value));
            }
            Value::Object(left)
        }
        (left, Value::Null) => left,
        (_, right) => right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::schema::Check;

    fn document() -> Document {
        let text = json!({ "components": { "schemas": {
            "Node": { "type": "object", "required": ["name", "children"], "properties": {
                "name": { "type": "string" },
                "parent": { "$ref": "#/components/schemas/Node" },
                "children": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } },
            } },
            "Endless": { "type": "object", "required": ["next"], "properties": { "next": { "$ref": "#/components/schemas/Endless" } } },
            "Cat": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string", "enum": ["cat"] }, "lives": { "type": "integer", "minimum": 1, "maximum": 9 } } },
            "Dog": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" }, "name": { "type": "string" } } },
            "Pet": { "oneOf": [{ "$ref": "#/components/schemas/Cat" }, { "$ref": "#/components/schemas/Dog" }],
                "discriminator": { "propertyName": "kind", "mapping": { "cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog" } } },
        } } });
        Document::read(&text.to_string()).unwrap()
    }

    fn sample(schema: &Value, seed: u64) -> Value {
        Sampler::new(&document(), Prng::new("test", seed)).value(schema)
    }

    #[test]
    fn a_request_with_only_the_required_properties_has_enough_properties() {
        let schema = json!({ "type": "object", "required": ["b"], "minProperties": 2, "properties": {
            "id": { "type": "string", "readOnly": true },
            "a": { "type": "string" }, "b": { "type": "string" }, "c": { "type": "string" },
        } });
        let document = document();
        let sampler = Sampler::new(&document, Prng::new("test", 1));
        let value = sampler.required_only().for_request().value(&schema);
        let mut names: Vec<&String> = value.as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn samples_match_their_schemas() {
        let schemas = [
            json!({ "type": "string", "minLength": 20, "maxLength": 22 }),
            json!({ "type": "string", "maxLength": 2 }),
            json!({ "type": "string", "format": "uuid" }),
            json!({ "type": "string", "format": "date-time" }),
            json!({ "type": "string", "pattern": "^[A-Z]{3}-[0-9]+$" }),
            json!({ "type": "string", "enum": ["a", "b"] }),
            json!({ "type": "integer", "minimum": 5, "maximum": 5 }),
            json!({ "type": "integer", "maximum": -5, "multipleOf": 5 }),
            json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 1 }),
            json!({ "type": "array", "minItems": 3, "items": { "type": "boolean" } }),
            json!({ "type": "array", "maxItems": 0, "items": { "type": "boolean" } }),
            json!({ "type": "object", "additionalProperties": { "type": "integer" }, "minProperties": 2 }),
            json!({ "allOf": [{ "type": "object", "properties": { "email": { "type": "string" }, "phone": { "type": "string" } } }],
                "oneOf": [{ "required": ["email"] }, { "required": ["phone"] }] }),
            json!({ "allOf": [{ "type": "object", "required": ["age"], "properties": { "age": { "type": "integer" } } }],
                "oneOf": [{ "$ref": "#/components/schemas/Cat" }, { "$ref": "#/components/schemas/Dog" }] }),
            json!({ "allOf": [{ "$ref": "#/components/schemas/Cat" }, { "type": "object", "required": ["age"], "properties": { "age": { "type": "integer" } } }] }),
            json!({ "$ref": "#/components/schemas/Node" }),
            json!({ "$ref": "#/components/schemas/Pet" }),
            // The schema narrows a property of its base.
            json!({
                "allOf": [{ "type": "object", "required": ["part"], "properties": {
                    "part": { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } },
                } }],
                "properties": {
                    "part": { "type": "object", "required": ["b"], "properties": { "b": { "type": "integer" } } },
                },
            }),
        ];
        for (schema, seed) in schemas
            .iter()
            .flat_map(|schema| (0..20).map(move |seed| (schema, seed)))
        {
            let required_only = Sampler::new(&document(), Prng::new("test", seed))
                .required_only()
                .value(schema);
            for value in [sample(schema, seed), required_only] {
                let faults = Check::new(schema).violations(&document(), &value).unwrap();
                assert!(faults.is_empty(), "{value} for {schema}: {faults:?}");
            }
        }
    }

    #[test]
    fn an_enum_sample_is_the_example_if_there_is_one() {
        let schema = json!({ "type": "integer", "enum": [1, 2, 3, 4, 5, 6, 7, 8], "example": 5 });
        assert!((0..9).all(|seed| sample(&schema, seed) == 5));
    }

    #[test]
    fn recursive_samples_end_if_possible_and_are_null_otherwise() {
        let node = sample(&json!({ "$ref": "#/components/schemas/Node" }), 1);
        assert_eq!(node["children"], json!([]));
        assert_eq!(node.get("parent"), None);
        assert_eq!(
            sample(&json!({ "$ref": "#/components/schemas/Endless" }), 1),
            Value::Null
        );
    }

    #[test]
    fn the_discriminator_identifies_the_sampled_alternative() {
        for seed in 0..20 {
            let pet = sample(&json!({ "$ref": "#/components/schemas/Pet" }), seed);
            assert_eq!(pet["kind"] == "cat", pet.get("lives").is_some(), "{pet}");
        }
    }

    #[test]
    fn write_only_properties_are_omitted_from_responses() {
        let schema = json!({ "type": "object", "properties": { "a": { "type": "string", "writeOnly": true }, "b": { "type": "string" } } });
        let value = sample(&schema, 1);
        assert_eq!(value.get("a"), None);
        assert!(
            value["b"]
                .as_str()
                .is_some_and(|text| text.starts_with("b-"))
        );
    }
}

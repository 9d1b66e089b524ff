//! Sample values made from schemas.

use serde_json::{Map, Value, json};

use crate::document::{Document, reference};
use crate::pattern;
use crate::seed::Seed;

/// How deep a value may nest before optional parts are left out.
const DEEP: usize = 12;

/// Makes values for the schemas of a document.
#[derive(Debug)]
pub(crate) struct Sampler<'d> {
    document: &'d Document,
    seed: Seed,
    /// The references that the value being made stands in.
    within: Vec<&'d str>,
    depth: usize,
}

impl<'d> Sampler<'d> {
    pub(crate) fn new(document: &'d Document, seed: Seed) -> Self {
        Self {
            document,
            seed,
            within: Vec::new(),
            depth: 0,
        }
    }

    /// A value for the schema; null where none can be made.
    pub(crate) fn value(&mut self, schema: &'d Value) -> Value {
        self.make(schema).unwrap_or(Value::Null)
    }

    /// `None` where the schema leads back into itself.
    fn make(&mut self, schema: &'d Value) -> Option<Value> {
        let Some(name) = reference(schema) else {
            return self.make_in_place(schema);
        };
        if self.within.contains(&name) || self.depth >= DEEP {
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
            let values: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
            return values
                .get(self.seed.below(values.len()))
                .map(|value| (*value).clone());
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(members) = schema.get(key).and_then(Value::as_array) {
                let chosen = self.one_of(schema, members)?;
                return Some(self.with_own_properties(schema, chosen));
            }
        }
        if let Some(members) = schema.get("allOf").and_then(Value::as_array) {
            let mut whole = Value::Null;
            for member in members {
                whole = merge(whole, self.make(member)?);
            }
            return Some(self.with_own_properties(schema, whole));
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("string") => Some(Value::String(self.text(schema))),
            Some("integer") => Some(self.integer(schema)),
            Some("number") => Some(self.number(schema)),
            Some("boolean") => Some(Value::Bool(self.seed.below(2) == 0)),
            Some("array") => self.array(schema),
            Some("object") => self.object(schema),
            _ if schema.get("properties").is_some() => self.object(schema),
            _ => Some(Value::String(format!("sample-{}", self.seed.below(1000)))),
        }
    }

    fn one_of(&mut self, schema: &'d Value, members: &'d [Value]) -> Option<Value> {
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
                // A discriminator is a text in the document, yet the property may be a number.
                let number = object.get(property).is_some_and(Value::is_number);
                let key = if number {
                    serde_json::from_str(key).unwrap_or_else(|_| json!(key))
                } else {
                    json!(key)
                };
                object.insert(property.to_owned(), key);
            }
        }
        Some(value)
    }

    fn with_own_properties(&mut self, schema: &'d Value, value: Value) -> Value {
        if schema.get("properties").is_none() {
            return value;
        }
        let own = self.object(schema).unwrap_or(Value::Null);
        merge(value, own)
    }

    fn object(&mut self, schema: &'d Value) -> Option<Value> {
        let mut map = Map::new();
        let required = schema.get("required").and_then(Value::as_array);
        let is_required =
            |name: &str| required.is_some_and(|names| names.iter().any(|n| n == name));
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            if self.document.resolve(property).get("writeOnly") == Some(&Value::Bool(true)) {
                continue;
            }
            match self.make(property) {
                Some(value) => {
                    map.insert(name.clone(), value);
                }
                None if is_required(name) => return None,
                None => {}
            }
        }
        if let Some(extra @ Value::Object(_)) = schema.get("additionalProperties") {
            let least = bound(schema, "minProperties").unwrap_or(1.0) as usize;
            for number in 1..=least.clamp(1, 10) {
                let Some(value) = self.make(extra) else { break };
                map.insert(format!("key_{number}"), value);
            }
        }
        Some(Value::Object(map))
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

    fn integer(&mut self, schema: &Value) -> Value {
        let exclusive = |key: &str| i64::from(schema.get(key) == Some(&Value::Bool(true)));
        let least =
            bound(schema, "minimum").map(|v| v.ceil() as i64 + exclusive("exclusiveMinimum"));
        let most =
            bound(schema, "maximum").map(|v| v.floor() as i64 - exclusive("exclusiveMaximum"));
        let least = least.unwrap_or_else(|| most.map_or(1, |most| most.min(1)));
        let span = most.map_or(999, |most| most.saturating_sub(least).clamp(0, 999));
        let step = bound(schema, "multipleOf").map_or(1, |v| (v as i64).max(1));
        let value = least + i64::try_from(self.seed.below(span as usize + 1)).unwrap_or(0);
        let rounded = value - value.rem_euclid(step);
        json!(if rounded < least {
            rounded + step
        } else {
            rounded
        })
    }

    fn number(&mut self, schema: &Value) -> Value {
        let least = bound(schema, "minimum")
            .unwrap_or_else(|| bound(schema, "maximum").map_or(0.0, |m| m.min(0.0)));
        let most = bound(schema, "maximum").unwrap_or(least + 1000.0);
        // Quarters, so that no digit is lost on the way through a client.
        let middle = least + (most - least) * (1 + self.seed.below(98)) as f64 / 100.0;
        let quarter = (middle * 4.0).round() / 4.0;
        json!(if quarter > least && quarter < most {
            quarter
        } else {
            middle
        })
    }

    fn text(&mut self, schema: &Value) -> String {
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str)
            && let Some(text) = pattern::text(pattern, &mut self.seed)
        {
            return text;
        }
        let number = self.seed.below(1000);
        let day = 1 + self.seed.below(28);
        let text = match schema
            .get("format")
            .and_then(Value::as_str)
            .unwrap_or_default()
        {
            "date" => return format!("2026-03-{day:02}"),
            "date-time" => return format!("2026-03-{day:02}T08:{:02}:00+00:00", number % 60),
            "uuid" => return self.uuid(),
            "uri" | "url" => return format!("https://example.com/sample/{number}"),
            "email" => return format!("sample{number}@example.com"),
            "ipv4" => return "192.0.2.1".to_owned(),
            "byte" => return "c2FtcGxl".to_owned(),
            "hex-string" => return format!("0x{}", self.seed.hex(16)),
            "evm-address" => return format!("0x{}", self.seed.hex(40)),
            "big-number-string" | "decimal" => return number.to_string(),
            "json-string" => return "{}".to_owned(),
            "password" => format!("secret-{}", self.seed.hex(12)),
            _ => format!("sample-{number}"),
        };
        let least = bound(schema, "minLength").unwrap_or(0.0) as usize;
        let most = bound(schema, "maxLength").unwrap_or(f64::MAX) as usize;
        let padding = "x".repeat(least.min(10_000).saturating_sub(text.len()));
        // The end differs from text to text, so it is the end that stays.
        let text = padding + &text;
        text[text.len().saturating_sub(most)..].to_owned()
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let mut hex = |digits| self.seed.hex(digits);
        format!("{}-{}-4{}-a{}-{}", hex(8), hex(4), hex(3), hex(3), hex(12))
    }
}

fn bound(schema: &Value, key: &str) -> Option<f64> {
    schema.get(key).and_then(Value::as_f64)
}

fn merge(left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Object(mut left), Value::Object(right)) => {
            left.extend(right);
            Value::Object(left)
        }
        (left, Value::Null) => left,
        (_, right) => right,
    }
}

//! Renders records for responses.

use serde_json::{Map, Value, json};

use crate::json::letters::letters;
use crate::json::plain_text::plain_text;
use crate::openapi::path_template::names;
use crate::openapi::property::{is_required, properties, property};
use crate::openapi::schema::is_type;
use crate::records::count::count;
use crate::records::server_fields::{changed_times, unstored_properties};
use crate::resources::record_location::RecordLocation;
use crate::resources::resource::Resource;
use crate::sample::prng::Prng;
use crate::sample::sampler::Sampler;
use crate::state::store::{Place, Record};
use crate::state::vendor::Vendor;

/// A stored or generated record.
#[derive(Debug)]
pub(crate) struct RecordView<'f> {
    pub(crate) vendor: &'f Vendor,
    pub(crate) resource: &'f Resource,
    pub(crate) place: Place,
    /// Stored record, or `None` for a generated record.
    pub(crate) record: Option<Record>,
}

impl RecordView<'_> {
    /// Returns the index of the resource.
    pub(crate) fn resource_index(&self) -> usize {
        let mut all = self.vendor.resources.all.iter();
        let own = all.position(|known| std::ptr::eq(known, self.resource));
        own.unwrap_or(usize::MAX)
    }

    fn seed(&self) -> Prng {
        let Place { scope, key } = &self.place;
        Prng::new((&self.resource.name, scope, key), self.vendor.seed)
    }

    /// Returns the stored value of the record, or the rendered record if it isn't stored. Without a
    /// location, a record that isn't stored is an empty object.
    pub(crate) fn value(&self, view: Option<&RecordLocation>) -> Value {
        match (&self.record, view) {
            (Some(record), _) => record.value.clone(),
            (None, Some(view)) => self.render(view),
            (None, None) => json!({}),
        }
    }

    /// Returns whether a call created the record, that is, whether it is stored and not a seed
    /// record.
    pub(crate) fn is_created(&self) -> bool {
        let (document, items) = (&self.vendor.document, self.vendor.items);
        let number = || self.resource.number_of(document, &self.place.key, items);
        self.record.is_some() && number().is_none()
    }

    /// Renders the record for a response.
    pub(crate) fn render(&self, node: &RecordLocation) -> Value {
        let mut value = self.bare(node);
        self.show_signing_key(node, &mut value);
        self.count(node, &mut value);
        for (place, source) in &self.resource.rules.repeats {
            if let Some(repeated) = value.pointer(source).cloned()
                && let Some(place) = value.pointer_mut(place)
                && !place.is_null()
            {
                *place = repeated;
            }
        }
        if let (Some(link), Some(path)) = (value.pointer_mut("/_links/self/href"), self.address()) {
            *link = json!(format!("{}{path}", self.vendor.base_url()));
        }
        value
    }

    fn bare(&self, node: &RecordLocation) -> Value {
        let document = self.vendor.document.as_ref();
        let Some(record) = &self.record else {
            let mut value = Sampler::new(document, self.seed()).value(&node.schema);
            self.insert_key(node, &mut value);
            self.set_initial_values(node, &mut value);
            self.set_references(&mut value);
            return value;
        };
        let sample = Sampler::new(document, self.seed()).value(&node.schema);
        let known = properties(document, &node.schema);
        let Value::Object(written) = &record.value else {
            return sample;
        };
        let hidden =
            |schema: &Value| document.resolve(schema).get("writeOnly") == Some(&json!(true));
        let shown = |name: &str| {
            known.is_empty()
                || known
                    .iter()
                    .any(|(k, schema)| *k == name && !hidden(schema))
        };
        let mut whole = unstored_properties(document, self.resource, &node.schema, record, &sample);
        let written = written.iter().filter(|(name, _)| shown(name));
        whole.extend(written.map(|(name, value)| (name.clone(), value.clone())));
        whole.extend(changed_times(document, self.resource, &node.schema, record));
        let mut value = Value::Object(whole);
        self.insert_key(node, &mut value);
        self.fit_schema(node, &mut value);
        value
    }

    fn insert_key(&self, node: &RecordLocation, value: &mut Value) {
        let document = self.vendor.document.as_ref();
        let Value::Object(value) = value else { return };
        self.insert_scope(node, value);
        if self.resource.single {
            return;
        }
        for name in self.key_names() {
            if let Some(schema) = property(document, &node.schema, name) {
                let key = &self.place.key;
                let is = |kind| is_type(document, schema, kind);
                let value_of_key = if is("integer") {
                    key.parse::<i64>().ok().map(Value::from)
                } else if is("number") {
                    serde_json::from_str(key).ok().filter(Value::is_number)
                } else {
                    Some(json!(key))
                };
                value.extend(value_of_key.map(|key| (name.clone(), key)));
            }
        }
    }

    /// Returns the names of the properties that contain the key in responses.
    fn key_names(&self) -> impl Iterator<Item = &String> {
        let names = self.resource.key.iter().chain(&self.resource.parameter);
        names.chain(&self.resource.rules.key_names)
    }

    /// Copies the keys of the parent records to the properties with the names of the path
    /// parameters.
    fn insert_scope(&self, node: &RecordLocation, value: &mut Map<String, Value>) {
        let document = self.vendor.document.as_ref();
        let template = self.resource.item.as_ref().unwrap_or(&self.resource.name);
        for (name, key) in names(template).zip(&self.place.scope) {
            let own = |known: &String| known == name;
            let written = self.record.as_ref().and_then(|r| r.value.get(name));
            let same = properties(document, &node.schema);
            let same = same
                .into_iter()
                .find(|(known, _)| letters(known) == letters(name));
            if let (Some((name, schema)), None) = (same, written)
                && !self.vendor.profile.keys.iter().any(own)
            {
                let known = is_type(document, schema, "integer").then(|| key.parse::<i64>());
                let key = known
                    .and_then(Result::ok)
                    .map_or_else(|| json!(key), Value::from);
                value.insert(name.to_owned(), key);
            }
        }
    }

    /// Sets the profile's initial values on a generated record, except values with placeholders.
    fn set_initial_values(&self, node: &RecordLocation, value: &mut Value) {
        let Value::Object(value) = value else { return };
        for (name, new) in &self.resource.rules.new {
            let is_same_for_all = !new.as_str().is_some_and(|text| text.contains('{'));
            let tree = &self.vendor.document;
            if is_same_for_all && property(tree, &node.schema, name).is_some() {
                value.insert(name.clone(), new.clone());
            }
        }
    }

    /// Makes the references of a generated record refer to seed records.
    fn set_references(&self, value: &mut Value) {
        let Value::Object(value) = value else { return };
        for rules in &self.resource.rules.references {
            let name = self.resource.rules.fields.get(&rules.field);
            let known = value.get_mut(name.unwrap_or(&rules.field));
            let mut all = self.vendor.resources.all.iter();
            let other = all.find(|resource| resource.name == rules.of);
            let (Some(known), Some(other)) = (known, other) else {
                continue;
            };
            let mut number = self.seed().child(&rules.field);
            let mut name_one = || {
                let items = usize::try_from(self.vendor.items).unwrap_or(usize::MAX);
                let key = other.key_of(&self.vendor.document, number.below(items) as u64);
                other.key_value(&self.vendor.document, &key)
            };
            let by_key = rules.is.iter().any(|name| other.key.as_ref() == Some(name));
            if self.vendor.items == 0 || !rules.is.is_empty() && !by_key {
                continue;
            }
            match known {
                Value::Array(items) => items.iter_mut().for_each(|item| *item = name_one()),
                Value::String(text) => *text = plain_text(&name_one()),
                Value::Number(_) => *known = name_one(),
                _ => {}
            }
        }
    }

    /// Adds the public key that verifies the record's webhooks, or null if the record lacks the
    /// property that a key requires.
    fn show_signing_key(&self, node: &RecordLocation, value: &mut Value) {
        let Some(rules) = &self.resource.rules.signing_key else {
            return;
        };
        let name = rules.property.as_str();
        if property(&self.vendor.document, &node.schema, name).is_none() {
            return;
        }
        let Value::Object(value) = value else { return };
        let with = rules.with.as_ref().map(|with| value.get(with));
        let key = if with.is_some_and(|with| with.is_none_or(Value::is_null)) {
            Value::Null
        } else {
            let known = value.get(name).and_then(Value::as_str).unwrap_or_default();
            let keys = &self.vendor.signing_keys;
            if keys.find(known).is_some() {
                return;
            }
            let Place { scope, key } = &self.place;
            let own = format!("{} {scope:?} {key} {known}", self.resource.name);
            json!(keys.make(&own))
        };
        value.insert(name.to_owned(), key);
    }

    /// Adds the number of records in each collection that belongs to this record.
    fn count(&self, node: &RecordLocation, value: &mut Value) {
        for index in &self.resource.counted {
            let rules = &self.vendor.resources.all[*index].rules;
            let Some(name) = rules.count.as_ref() else {
                continue;
            };
            if property(&self.vendor.document, &node.schema, name).is_some()
                && let Value::Object(value) = value
            {
                let seeds = if self.is_created() {
                    0
                } else {
                    self.vendor.items
                };
                let scope = self.place.within();
                let total = count(self.vendor, *index, &scope, seeds);
                value.insert(name.clone(), json!(total));
            }
        }
    }

    /// Removes properties that violate the schema of the response, or replaces them with sample
    /// values if they are required. If violations remain, replaces the whole record with a sample.
    fn fit_schema(&self, node: &RecordLocation, value: &mut Value) {
        let document = self.vendor.document.as_ref();
        let Ok(faults) = node.check.violations(document, value) else {
            return;
        };
        if faults.is_empty() {
            return;
        }
        let whole = Sampler::new(document, self.seed()).value(&node.schema);
        let Value::Object(map) = value else { return };
        for fault in faults {
            let name = fault.field.split('.').next().unwrap_or_default();
            map.remove(name);
            if is_required(document, &node.schema, name)
                && let Some(sample) = whole.get(name)
            {
                map.insert(name.to_owned(), sample.clone());
            }
        }
        let fitted = Value::Object(std::mem::take::<Map<_, _>>(map));
        let fits = node.check.violations(document, &fitted);
        *value = if fits.is_ok_and(|faults| faults.is_empty()) {
            fitted
        } else {
            whole
        };
    }

    /// Returns the path of the record relative to the base URL.
    pub(crate) fn address(&self) -> Option<String> {
        let template = self.resource.item.as_ref()?;
        let mut values = self
            .place
            .scope
            .iter()
            .chain((!self.resource.single).then_some(&self.place.key));
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, crate::openapi::path_template::SEGMENT)
                .to_string()
        };
        let mut path = template.clone();
        for name in names(template) {
            let pieces = values.next()?.split('/').map(encode).collect::<Vec<_>>();
            let slashes = self.resource.keep_slashes.contains(name);
            let value = pieces.join(if slashes { "/" } else { "%2F" });
            path = path.replacen(&format!("{{{name}}}"), &value, 1);
        }
        Some(path)
    }
}

//! Calls that make several records at once: the items of a list in the body, or files that came together.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::refusal::Refusal;
use crate::http::request::Reply;
use crate::json::pointer::{remove, set};
use crate::json::template::{Values, fill};
use crate::records::record_view::Focus;
use crate::resources::resource::{Resource, text};
use crate::response::call_context::Scene;
use crate::state::store::{File, Place, Record};

/// Where several new records stand in a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManyRules {
    /// The field of the body with the list of them, or the name of the parts of which each is the file of one.
    pub(crate) from: String,
    /// The property that an item is which is nothing but a text.
    text: Option<String>,
    /// What the answer says, by JSON pointer; `{sent}`, `{made}` and `{known}` stand for how many there were.
    #[serde(default)]
    answer: BTreeMap<String, Value>,
}

/// What came of several records.
#[derive(Debug, Default)]
struct Made {
    places: Vec<Place>,
    /// How many were there already.
    known: usize,
}

/// A record to make, and its file.
type Item = (Value, Option<File>);

impl Scene<'_> {
    /// The records that a request makes at once; none if it does not make them in this way.
    fn several(&self, rules: &ManyRules) -> Option<Vec<Item>> {
        let files: Vec<File> = self.request.files(&rules.from);
        if !files.is_empty() {
            return Some(files.into_iter().map(|f| (json!({}), Some(f))).collect());
        }
        let list = self.payload.value.as_ref()?.get(&rules.from)?.as_array()?;
        let item = |item: &Value| match (item, &rules.text) {
            (Value::Object(_), _) => Some((item.clone(), None)),
            (_, Some(name)) => Some((json!({ name.clone(): item }), None)),
            _ => None,
        };
        Some(list.iter().filter_map(item).collect())
    }

    /// Makes the records that a request has for a collection; none if it has a single one.
    pub(crate) fn create_several(&self, index: usize) -> Option<Result<Reply, Refusal>> {
        let resource = self.resource(index);
        let rules = resource.rules.many.as_ref()?;
        let items = self.several(rules)?;
        let sent = items.len();
        let (scope, home) = self.scope(resource);
        let made = {
            let _turn = self.vendor.store.writing();
            self.keep_several(index, &scope, home.as_ref(), items)
        };
        Some(made.and_then(|made| self.tell(index, rules, sent, made)))
    }

    fn tell(
        &self,
        index: usize,
        rules: &ManyRules,
        sent: usize,
        made: Made,
    ) -> Result<Reply, Refusal> {
        let values = Values::from([
            ("sent", json!(sent)),
            ("made", json!(made.places.len())),
            ("known", json!(made.known)),
        ]);
        let places = made.places.into_iter();
        let shown: Vec<Focus<'_>> = places.map(|place| self.focus(index, place)).collect();
        let mut reply = self.reply(self.created(), Some(&shown))?;
        if let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body)
            && !rules.answer.is_empty()
        {
            for (pointer, template) in &rules.answer {
                match fill(template, &values) {
                    Some(value) => set(&mut body, pointer, value),
                    None => remove(&mut body, pointer),
                }
            }
            reply.body = body.to_string().into();
        }
        Ok(reply)
    }

    /// Makes the records that a request has for the collections of a record that it just made.
    pub(crate) fn create_inner(&self, index: usize, place: &Place) -> Result<(), Refusal> {
        for (inner, resource) in self.vendor.resources.all.iter().enumerate() {
            if self.vendor.resources.home(inner).map(|(home, _)| home) == Some(index)
                && let Some(rules) = &resource.rules.many
                && let Some(items) = self.several(rules)
            {
                self.keep_several(inner, &place.within(), None, items)?;
            }
        }
        Ok(())
    }

    /// Keeps all but those that are there already.
    fn keep_several(
        &self,
        index: usize,
        scope: &[String],
        home: Option<&Vec<String>>,
        items: Vec<Item>,
    ) -> Result<Made, Refusal> {
        let resource = self.resource(index);
        let mut taken = self.taken(index, scope);
        let mut made = Made::default();
        for (mut value, file) in items {
            let place = Place {
                scope: scope.to_vec(),
                key: resource
                    .key_in(&value)
                    .unwrap_or_else(|| self.new_key(resource)),
            };
            let own = marks(resource, &value);
            if self.exists(index, &place) || own.iter().any(|mark| taken.contains(mark)) {
                made.known += 1;
                continue;
            }
            taken.extend(own);
            if let (Some(file), Value::Object(value)) = (&file, &mut value) {
                file.describe(&resource.fields, value);
            }
            let record = Record {
                value,
                home: home.cloned(),
                file,
            };
            self.vendor.store.put(index, place.clone(), record)?;
            made.places.push(place);
        }
        Ok(made)
    }

    /// The values that no other record of the scope may have.
    fn taken(&self, index: usize, scope: &[String]) -> HashSet<(String, String)> {
        let resource = self.resource(index);
        if resource.rules.unique.is_empty() {
            return HashSet::new();
        }
        let (records, _) = self.vendor.store.list(index, scope);
        let all = records.iter();
        all.flat_map(|(_, record)| marks(resource, &record.value))
            .collect()
    }

    /// The status of a record that was made.
    pub(crate) fn created(&self) -> u16 {
        match self.operation.answer(201) {
            Some(_) => 201,
            None => self.operation.success().0,
        }
    }
}

/// The properties that no two records share, with their values.
fn marks(resource: &Resource, value: &Value) -> Vec<(String, String)> {
    let own = |name: &String| {
        let value = value.get(name).filter(|value| !value.is_null())?;
        Some((name.clone(), text(value)))
    };
    resource.rules.unique.iter().filter_map(own).collect()
}

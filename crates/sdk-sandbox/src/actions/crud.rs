//! What operations do to records, as the vendor does it.

use serde_json::{Value, json};

use crate::actions::merge::{merge, replace};
use crate::http::refusal::{FieldFault, Kind, Refusal};
use crate::http::request::Reply;
use crate::openapi::property::properties;
use crate::records::listing::Listing;
use crate::records::record_view::Focus;
use crate::resources::inference::{Part, Role};
use crate::resources::resource::{KeyKind, Resource, text};
use crate::response::call_context::Scene;
use crate::sample::prng::Seed;
use crate::sample::sampler::Sampler;
use crate::sample::scalar::uuid;
use crate::state::store::{File, Place, Record};

impl<'s> Scene<'s> {
    /// The values in the path, in order.
    fn values(&self) -> Vec<String> {
        self.path.iter().map(|(_, value)| value.clone()).collect()
    }

    pub(crate) fn resource(&self, index: usize) -> &'s Resource {
        &self.vendor.resources.all[index]
    }

    /// The scope of the records of a collection, and the whole way to it where that is longer.
    pub(crate) fn scope(&self, resource: &Resource) -> (Vec<String>, Option<Vec<String>>) {
        let values = self.values();
        let Some(item) = &resource.item else {
            return (values, None);
        };
        let inner = item.matches('{').count() - usize::from(!resource.single);
        if values.len() <= inner {
            return (values, None);
        }
        (values[..inner].to_vec(), Some(values))
    }

    pub(crate) fn focus(&self, index: usize, place: Place) -> Focus<'s> {
        Focus {
            vendor: self.vendor,
            resource: self.resource(index),
            record: self.vendor.store.get(index, &place),
            place,
        }
    }

    /// The record at the end of the path.
    fn place(&self, resource: &Resource) -> Place {
        let mut scope = self.values();
        let key = if resource.single {
            String::new()
        } else {
            scope.pop().unwrap_or_default()
        };
        Place { scope, key }
    }

    /// Whether a record is there: it was written, or it is one of those that are there from the start.
    pub(crate) fn exists(&self, index: usize, place: &Place) -> bool {
        let vendor = self.vendor;
        let resource = self.resource(index);
        let known = |key: &str| resource.number_of(self.document(), key, vendor.items);
        vendor.store.get(index, place).is_some()
            || !vendor.store.is_gone(index, place)
                && (resource.single || known(&place.key).is_some())
    }

    /// Refuses what is not there: it was deleted, or the sandbox is strict and it never was.
    fn check(&self, index: usize, place: &Place) -> Result<(), Refusal> {
        let gone = self.vendor.store.is_gone(index, place);
        if gone || self.vendor.strict && !self.exists(index, place) {
            let detail = format!("there is no {} here", place.key);
            return Err(Refusal::new(Kind::Missing, detail));
        }
        Ok(())
    }

    /// Refuses a path through a record that is not there.
    pub(crate) fn check_parents(&self) -> Result<(), Refusal> {
        let values = self.values();
        for (index, count) in self.vendor.resources.parents(self.index) {
            if let Some((key, scope)) = values.get(..*count).and_then(|v| v.split_last()) {
                let place = Place {
                    scope: scope.to_vec(),
                    key: key.clone(),
                };
                self.check(*index, &place)?;
            }
        }
        Ok(())
    }

    pub(crate) fn listing(&self, part: &Part) -> Listing<'s> {
        let (scope, home) = self.scope(self.resource(part.resource));
        let home_of = self.vendor.resources.home(part.resource);
        let mut parents = self
            .vendor
            .resources
            .parents(self.index)
            .iter()
            .chain(&home_of);
        let values = self.values();
        let made_here = parents.any(|(index, count)| {
            let way = values.get(..*count).and_then(|v| v.split_last());
            way.is_some_and(|(key, scope)| {
                let place = Place {
                    scope: scope.to_vec(),
                    key: key.clone(),
                };
                self.focus(*index, place).is_made()
            })
        });
        let seeds = if made_here { 0 } else { self.vendor.items };
        Listing::new(self.vendor, part.resource, scope, home, seeds)
    }

    /// Works on the record that the path leads through, and shows it where the answer is such a record.
    pub(crate) fn act(&self, part: &Part) -> Result<Reply, Refusal> {
        let status = self.operation.success().0;
        let values = self.values();
        let parents = self.vendor.resources.parents(self.index);
        let shown = self
            .vendor
            .resources
            .shows_record(self.operation, part.resource);
        let way = parents
            .iter()
            .rev()
            .find(|(index, _)| *index == part.resource);
        if let (true, Some((index, count))) = (shown, way)
            && let Some((key, scope)) = values.get(..*count).and_then(|v| v.split_last())
        {
            let place = Place {
                scope: scope.to_vec(),
                key: key.clone(),
            };
            return self.reply(status, Some(&[self.focus(*index, place)]));
        }
        self.reply(status, None)
    }

    pub(crate) fn on_records(&self, part: &Part) -> Result<Reply, Refusal> {
        let index = part.resource;
        let resource = self.resource(index);
        let success = self.operation.success().0;
        match part.role {
            Role::List | Role::Act | Role::None => self.reply(success, None),
            Role::Create if resource.single => {
                self.write(index, self.place(resource), self.change(), success)
            }
            Role::Create => match self.create_several(index) {
                Some(reply) => reply,
                None => self.create(index),
            },
            Role::Bulk => self.array(index),
            Role::Read => {
                let place = self.place(resource);
                self.check(index, &place)?;
                self.reply(success, Some(&[self.focus(index, place)]))
            }
            Role::Download => {
                let place = self.place(resource);
                self.check(index, &place)?;
                let focus = self.focus(index, place);
                let reply = self.reply(success, None)?;
                Ok(match focus.record.and_then(|record| record.file) {
                    Some(file) => file.serve(reply),
                    None => reply,
                })
            }
            Role::Update => self.update(index, self.place(resource), &self.change()),
            Role::Delete => {
                let place = self.place(resource);
                let _turn = self.vendor.store.writing();
                self.check(index, &place)?;
                let focus = self.focus(index, place);
                let known = focus.value(self.vendor.resources.view(index));
                self.check_free(resource, &focus, &known)?;
                self.vendor.store.remove(index, &focus.place)?;
                self.reply(success, Some(&[focus]))
            }
        }
    }

    /// The body as an object.
    fn change(&self) -> Value {
        match &self.payload.value {
            Some(value @ Value::Object(_)) => value.clone(),
            _ => json!({}),
        }
    }

    fn create(&self, index: usize) -> Result<Reply, Refusal> {
        let resource = self.resource(index);
        let body = self.change();
        let (scope, home) = self.scope(resource);
        let _turn = self.vendor.store.writing();
        let given = resource.key_in(&body);
        let key = given.clone().unwrap_or_else(|| self.new_key(resource));
        let place = Place { scope, key };
        if given.is_some() && self.exists(index, &place) {
            return Err(duplicate(resource.key.as_deref().unwrap_or_default()));
        }
        self.check_unique(index, &place, &body)?;
        let reply = self.keep(index, place.clone(), body, home, self.created())?;
        self.create_inner(index, &place)?;
        Ok(reply)
    }

    /// Refuses a value that another record of the scope has.
    fn check_unique(&self, index: usize, place: &Place, body: &Value) -> Result<(), Refusal> {
        let unique = &self.resource(index).rules.unique;
        if unique.is_empty() {
            return Ok(());
        }
        let (records, _) = self.vendor.store.list(index, &place.scope);
        for field in unique {
            let value = body.get(field).filter(|value| !value.is_null());
            let taken = |(key, record): &(String, Record)| {
                *key != place.key && record.value.get(field) == value
            };
            if value.is_some() && records.iter().any(taken) {
                return Err(duplicate(field));
            }
        }
        Ok(())
    }

    /// Changes a record, or creates it where the operation does that, too.
    pub(crate) fn update(
        &self,
        index: usize,
        place: Place,
        change: &Value,
    ) -> Result<Reply, Refusal> {
        let _turn = self.vendor.store.writing();
        let resource = self.resource(index);
        let upserts = self.operation.answer(201).is_some();
        if upserts && !self.exists(index, &place) {
            let mut body = json!({});
            merge(&mut body, change, &self.vendor.profile.merge);
            if let (Some(key), Value::Object(body)) = (&resource.key, &mut body) {
                body.insert(key.clone(), resource.key_value(self.document(), &place.key));
            }
            return self.keep(index, place, body, None, 201);
        }
        if !resource.single {
            self.check(index, &place)?;
        }
        self.check_unique(index, &place, change)?;
        let focus = self.focus(index, place.clone());
        let known = focus.value(self.vendor.resources.view(index));
        let mut value = known.clone();
        let schema = self.operation.body_schema();
        let schema = schema.map(|schema| self.document().resolve(schema));
        let patches = schema.is_some_and(|s| s.get("x-sdk-patch") == Some(&json!(true)));
        if self.operation.method == "PUT" && !patches {
            let writable = schema.map(|s| properties(self.document(), s));
            let writable = writable.into_iter().flatten().map(|(name, _)| name);
            replace(&mut value, change, &writable.collect::<Vec<_>>());
        } else {
            merge(&mut value, change, &self.vendor.profile.merge);
        }
        self.check_held(resource, &focus, &known, &value)?;
        let declares = |status| self.operation.answer(status).is_some();
        let status = match (declares(200), declares(204)) {
            (true, true) if value == known => 204,
            (true, _) => 200,
            (_, true) => 204,
            _ => self.operation.success().0,
        };
        let home = focus.record.and_then(|record| record.home);
        self.keep(index, place, value, home, status)
    }

    /// Creates or changes a record of a bulk call.
    pub(crate) fn write_one(
        &self,
        index: usize,
        place: Place,
        item: &Value,
    ) -> Result<(), Refusal> {
        let _turn = self.vendor.store.writing();
        let focus = self.focus(index, place);
        let mut value = if self.exists(index, &focus.place) {
            focus.value(self.vendor.resources.view(index))
        } else {
            json!({})
        };
        merge(&mut value, item, &self.vendor.profile.merge);
        let known = focus.record.unwrap_or_default();
        let record = Record { value, ..known };
        self.vendor.store.put(index, focus.place, record)
    }

    fn write(
        &self,
        index: usize,
        place: Place,
        body: Value,
        status: u16,
    ) -> Result<Reply, Refusal> {
        let _turn = self.vendor.store.writing();
        self.keep(index, place, body, None, status)
    }

    fn keep(
        &self,
        index: usize,
        place: Place,
        mut value: Value,
        home: Option<Vec<String>>,
        status: u16,
    ) -> Result<Reply, Refusal> {
        let resource = self.resource(index);
        let known = self.vendor.store.get(index, &place);
        let file = self.file().or_else(|| known.and_then(|record| record.file));
        if let Value::Object(value) = &mut value {
            for (from, to) in &resource.rules.fields {
                if let Some(written) = value.get(from).cloned() {
                    value.insert(to.clone(), written);
                }
            }
            if let Some(file) = &file {
                file.describe(&resource.fields, value);
            }
        }
        let record = Record { value, home, file };
        self.vendor.store.put(index, place.clone(), record)?;
        self.reply(status, Some(&[self.focus(index, place)]))
    }

    /// The file of the record that a call is about; those that are records of their own are none.
    fn file(&self) -> Option<File> {
        let many = self.vendor.resources.all.iter();
        let many: Vec<_> = many
            .filter_map(|r| Some(&r.rules.many.as_ref()?.from))
            .collect();
        let mut parts = self.request.parts.iter().flatten();
        parts.find_map(|part| part.file().filter(|_| !many.contains(&&part.name)))
    }

    pub(crate) fn new_key(&self, resource: &Resource) -> String {
        let number = self.vendor.store.next();
        let mut seed = Seed::new((&resource.name, "new"), self.vendor.seed ^ number);
        if let Some(template) = &resource.rules.new_key {
            let digest = seed.hex(40);
            let file = self.file().map(|file| file.name).unwrap_or_default();
            let steps: Vec<&str> = digest.split("").filter(|d| !d.is_empty()).take(4).collect();
            return template
                .replace("{digest}", &digest)
                .replace("{steps}", &steps.join("/"))
                .replace("{number}", &number.to_string())
                .replace(
                    "{file}",
                    &file.replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "_"),
                );
        }
        match resource.kind(self.document()) {
            KeyKind::Number => (1_000_000 + self.vendor.items + number).to_string(),
            KeyKind::Uuid(_) => uuid(&mut seed),
            KeyKind::Word(word) => format!("{word}_{}", 1_000_000 + self.vendor.items + number),
            KeyKind::Sample => {
                text(&Sampler::new(self.document(), seed).value(&resource.key_schema))
            }
        }
    }
}

impl Resource {
    /// The key that a body gives its record.
    pub(crate) fn key_in(&self, body: &Value) -> Option<String> {
        let value = body.get(self.key.as_ref()?)?;
        let key = text(value);
        (value.is_string() || value.is_number())
            .then_some(key)
            .filter(|key| !key.is_empty())
    }
}

fn duplicate(field: &str) -> Refusal {
    let fault = FieldFault {
        field: field.to_owned(),
        message: "is taken by another record".to_owned(),
    };
    Refusal::of_fields(Kind::Duplicate, vec![fault])
}

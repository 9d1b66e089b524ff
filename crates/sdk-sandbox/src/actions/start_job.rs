//! Answers of work that goes on after its call was answered.

use serde_json::{Value, json};

use crate::http::request::Reply;
use crate::json::pointer::set;
use crate::json::template::{Values, fill};
use crate::resources::resource::{Resource, text};
use crate::response::call_context::Scene;
use crate::state::jobs::JobRules;
use crate::state::store::{Place, Record};

impl Scene<'_> {
    /// Begins work where the operation does, and gives the answer that the profile has for it.
    pub(crate) fn begin_job(&self) -> Option<Reply> {
        let (kind, rules) = self.rules(|rules| &rules.start)?;
        let answer = rules.answer.as_ref()?;
        if let Some((name, value)) = &rules.when
            && !self
                .request
                .query
                .iter()
                .any(|(n, v)| n == name && v == value)
        {
            return None;
        }
        let mut seed = self.seed("job", self.number);
        let key = seed.hex(24);
        self.vendor.jobs.start(kind, &key);
        let values = Values::from([("key", json!(key))]);
        let mut body = fill(answer, &values)?;
        rules.show(&mut body, 0);
        let reply = Reply::json(self.operation.success().0, &body);
        Some(self.with_declared_headers(reply))
    }

    /// Shows how far work is, in an answer that begins it or looks at it.
    pub(crate) fn look_at_job(&self, body: &mut Value) {
        if let Some((kind, rules)) = self.rules(|rules| &rules.start)
            && rules.answer.is_none()
            && let Some(mut key) = body.pointer(&rules.key).map(text)
        {
            let named = |r: &Resource| Some(&r.name) == rules.resource.as_ref();
            let resource = self.vendor.resources.all.iter().position(named);
            if let Some(index) = resource {
                key = self.new_key(self.resource(index));
                set(body, &rules.key, json!(key));
            }
            self.vendor.jobs.start(kind, &key);
            rules.show(body, 0);
            if let Some(index) = resource {
                let place = Place {
                    scope: Vec::new(),
                    key,
                };
                let record = Record {
                    value: body.clone(),
                    ..Record::default()
                };
                // Without room for it, the work is only known by its number.
                let _ = self.vendor.store.put(index, place, record);
            }
        }
        if let Some((kind, rules)) = self.rules(|rules| &rules.poll) {
            let parameter = self
                .operation
                .parameters
                .iter()
                .find(|p| p.name == rules.parameter);
            let key = parameter.and_then(|p| p.value(self.request, self.path));
            let step = key.map_or(usize::MAX, |key| self.vendor.jobs.poll(kind, &text(&key)));
            rules.show(body, step);
        }
    }

    fn rules(&self, of: impl Fn(&JobRules) -> &Vec<String>) -> Option<(usize, &JobRules)> {
        let jobs = self.vendor.profile.jobs.iter().enumerate();
        let id = &self.operation.id;
        jobs.into_iter().find(|(_, rules)| of(rules).contains(id))
    }
}

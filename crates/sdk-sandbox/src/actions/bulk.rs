//! Many records in one call: a status for each, in the order of the input.

use serde_json::{Map, Value, json};

use crate::call::parse_body::Payload;
use crate::http::body_reader::Line;
use crate::http::refusal::{FieldFault, Kind, Refusal};
use crate::http::request::Reply;
use crate::openapi::operation::{Bulk, Operation};
use crate::openapi::schema::Check;
use crate::response::call_context::Scene;
use crate::state::store::Place;

impl Scene<'_> {
    /// Works off an array and answers with an array.
    pub(crate) fn array(&self, index: usize) -> Result<Reply, Refusal> {
        let most = self.operation.bulk.map_or(usize::MAX, |bulk| bulk.most);
        let Some(Value::Array(items)) = &self.payload.value else {
            return Err(Refusal::new(Kind::Malformed, "the body is no array"));
        };
        if items.len() > most {
            let detail = format!("there are {} items where {most} is the most", items.len());
            return Err(Refusal::new(Kind::TooLarge, detail));
        }
        let document = self.document();
        let schema = self
            .operation
            .body_schema()
            .map(|schema| document.resolve(schema));
        let check = schema
            .and_then(|schema| schema.get("items"))
            .map(Check::new);
        let entries = items
            .iter()
            .map(|item| self.entry(index, None, item, check.as_ref()));
        let body = Value::Array(entries.collect());
        let reply = Reply::json(self.operation.success().0, &body);
        Ok(self.with_declared_headers(reply))
    }

    /// Works off one line and tells what became of it, with the line end.
    pub(crate) fn line(&self, index: usize, number: usize, line: &Line) -> String {
        let refused = |kind, detail: &str| {
            let refusal = Refusal::new(kind, detail);
            self.status_of(Some(number), &Map::new(), Err(refusal))
        };
        let status = match line {
            Line::TooLong => refused(Kind::TooLarge, "the line is too long"),
            Line::Whole(bytes) => match serde_json::from_slice::<Value>(bytes) {
                Ok(item @ Value::Object(_)) => {
                    let media = self.operation.body.iter().flat_map(|body| &body.media);
                    let check = media.map(|media| &media.check).next();
                    self.entry(index, Some(number), &item, check)
                }
                _ => refused(Kind::Malformed, "the line is no JSON object"),
            },
        };
        format!("{status}\n")
    }

    /// Creates or changes one record.
    fn entry(
        &self,
        index: usize,
        number: Option<usize>,
        item: &Value,
        check: Option<&Check>,
    ) -> Value {
        let resource = self.resource(index);
        let name = resource.key.clone().unwrap_or_else(|| "code".to_owned());
        let mut own = Map::new();
        let Some(key) = resource.key_in(item).filter(|_| item[&name].is_string()) else {
            let fault = FieldFault {
                field: name,
                message: "is required".to_owned(),
            };
            let refusal = Refusal::of_fields(Kind::Validation, vec![fault]);
            return self.status_of(number, &own, Err(refusal));
        };
        own.insert(name, json!(key));
        let (scope, _) = self.scope(resource);
        let outcome = self
            .check_item(item, check)
            .and_then(|()| self.upsert(index, Place { scope, key }, item));
        self.status_of(number, &own, outcome)
    }

    fn check_item(&self, item: &Value, check: Option<&Check>) -> Result<(), Refusal> {
        let document = self.document();
        let Some(check) = check else {
            return Ok(());
        };
        let faults = check
            .violations(document, item)
            .map_err(Refusal::internal)?;
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Refusal::of_fields(Kind::Validation, faults))
        }
    }

    fn upsert(&self, index: usize, place: Place, item: &Value) -> Result<Reply, Refusal> {
        let there = self.exists(index, &place);
        let payload = Payload::default();
        let scene = Scene {
            payload: &payload,
            ..*self
        };
        scene.write_one(index, place, item)?;
        Ok(Reply {
            status: if there { 204 } else { 201 },
            ..Reply::default()
        })
    }

    fn status_of(
        &self,
        number: Option<usize>,
        own: &Map<String, Value>,
        outcome: Result<Reply, Refusal>,
    ) -> Value {
        let mut status = Map::new();
        if let Some(number) = number {
            status.insert("line".to_owned(), json!(number));
        }
        status.extend(own.clone());
        match outcome {
            Ok(reply) => {
                status.insert("status_code".to_owned(), json!(reply.status));
            }
            Err(refusal) => {
                let rules = &self.vendor.profile.errors;
                let reply = refusal.render(rules, Some(self.operation));
                status.insert("status_code".to_owned(), json!(reply.status));
                if let Ok(Value::Object(body)) = serde_json::from_slice(&reply.body) {
                    let told = body.into_iter().filter(|(name, _)| name != "code");
                    status.extend(told);
                }
            }
        }
        Value::Object(status)
    }
}

/// The bounds of a body of lines.
pub(crate) fn lines(operation: &Operation) -> Option<Bulk> {
    operation.bulk.filter(|bulk| bulk.lines)
}

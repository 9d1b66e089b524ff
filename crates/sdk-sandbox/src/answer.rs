//! Answers of success, made from the document.

use serde_json::Value;

use crate::body::Payload;
use crate::document::Document;
use crate::operation::{Answer, Operation};
use crate::refusal::Refusal;
use crate::request::{Reply, Request};
use crate::route::PathValues;
use crate::sample::Sampler;
use crate::scalar::uuid;
use crate::seed::Seed;

/// What an answer is made from.
#[derive(Debug)]
pub(crate) struct Scene<'s> {
    pub(crate) document: &'s Document,
    pub(crate) operation: &'s Operation,
    pub(crate) request: &'s Request,
    pub(crate) path: &'s PathValues,
    pub(crate) payload: &'s Payload<'s>,
    pub(crate) seed: u64,
    /// How many items a list has.
    pub(crate) items: u64,
    /// The number of the request, from one.
    pub(crate) number: u64,
    /// Scheme, host and port.
    pub(crate) origin: &'s str,
    pub(crate) keys: &'s [String],
}

impl Scene<'_> {
    /// The documented answer of success.
    pub(crate) fn success(&self) -> Result<Reply, Refusal> {
        let (status, answer) = self.operation.success();
        let Some(answer) = answer else {
            return Ok(Reply {
                status,
                ..Reply::default()
            });
        };
        let mut reply = Reply {
            status,
            ..Reply::default()
        };
        if let Some((media, schema)) = self.media(answer) {
            reply = match media.as_str() {
                name if is_json(name) => reply.with_body(name, self.body(schema)?.to_string()),
                name => reply.with_body(name, self.text(schema)),
            };
        }
        Ok(self.with_declared_headers(reply))
    }

    /// Adds the headers that the document declares for the status of a reply.
    pub(crate) fn with_declared_headers(&self, reply: Reply) -> Reply {
        let exact = self
            .operation
            .answers
            .iter()
            .find(|answer| answer.status == reply.status.to_string());
        let headers = exact
            .map(|answer| answer.headers.as_slice())
            .unwrap_or_default();
        headers.iter().fold(reply, |reply, (name, schema)| {
            if reply.has_header(name) || (reply.status >= 400 && is_wait_hint(name)) {
                return reply;
            }
            reply.with_header(name, self.header(name, schema))
        })
    }

    /// The media type that the caller would rather have, or JSON, or the first.
    fn media<'a>(&self, answer: &'a Answer) -> Option<&'a (String, Value)> {
        let accept = self.request.header("accept").unwrap_or_default();
        let wanted = answer
            .media
            .iter()
            .find(|(name, _)| accept.contains(name.as_str()));
        wanted
            .or_else(|| answer.media.iter().find(|(name, _)| is_json(name)))
            .or_else(|| answer.media.first())
    }

    fn seed(&self, purpose: &str, number: u64) -> Seed {
        Seed::new((&self.operation.id, self.path, purpose, number), self.seed)
    }

    fn body(&self, schema: &Value) -> Result<Value, Refusal> {
        let mut body = Sampler::new(self.document, self.seed("body", 0)).value(schema);
        self.recall_path(&mut body);
        let Some(paging) = &self.operation.paging else {
            return Ok(body);
        };
        let parameters = &self.operation.parameters;
        let declared: Vec<&str> = parameters.iter().map(|p| p.name.as_str()).collect();
        let value = |name: &str| {
            let parameter = parameters.iter().find(|p| p.name == name)?;
            parameter
                .value(self.request, self.path)
                .or_else(|| parameter.default().cloned())
        };
        let window = paging.window(value, &declared)?;
        let Some(item) = paging.item_schema(self.document, schema) else {
            return Ok(body);
        };
        let sample = |number| Sampler::new(self.document, self.seed("item", number)).value(item);
        let items = window.numbers(self.items).map(sample).collect();
        paging.lay(&mut body, items, &window, self.items, |name, place| {
            self.link(name, place)
        });
        Ok(body)
    }

    /// What was asked for by a path parameter comes back under the same name.
    fn recall_path(&self, body: &mut Value) {
        let Value::Object(body) = body else { return };
        for parameter in &self.operation.parameters {
            if let (Some(known), Some(value)) = (
                body.get_mut(&parameter.name),
                parameter.value(self.request, self.path),
            ) && self.path.iter().any(|(name, _)| *name == parameter.name)
                && std::mem::discriminant(known) == std::mem::discriminant(&value)
            {
                *known = value;
            }
        }
    }

    fn text(&self, schema: &Value) -> String {
        match Sampler::new(self.document, self.seed("text", 0)).value(schema) {
            Value::String(text) => text,
            other => other.to_string(),
        }
    }

    /// The address of this request with one query parameter changed.
    fn link(&self, name: &str, place: &str) -> String {
        let others = self.request.query.iter().filter(|(known, _)| known != name);
        let pairs: Vec<(&str, &str)> = others
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .chain([(name, place)])
            .collect();
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        format!("{}{}?{query}", self.origin, self.request.path)
    }

    fn header(&self, name: &str, schema: &Value) -> String {
        let mut seed = self.seed(name, self.number);
        match name.to_ascii_lowercase().as_str() {
            "x-request-id" => uuid(&mut seed),
            "location" => self.location(uuid(&mut seed)),
            "content-disposition" => "attachment; filename=\"sample\"".to_owned(),
            _ => match Sampler::new(self.document, seed).value(schema) {
                Value::String(text) => text,
                other => other.to_string(),
            },
        }
    }

    /// A record is where its collection is, under its key; a change answers with its own address.
    fn location(&self, made: String) -> String {
        let own = format!("{}{}", self.origin, self.request.path);
        if self.request.method != "POST" {
            return own;
        }
        let given = self.keys.iter().find_map(|key| self.payload.text(key));
        let key = given.map_or(made, str::to_owned);
        let key = percent_encoding::utf8_percent_encode(&key, percent_encoding::NON_ALPHANUMERIC);
        format!("{own}/{key}")
    }
}

/// A made-up wait would be taken at its word, so only a fault gives one.
fn is_wait_hint(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    header == "retry-after" || header.ends_with("-reset")
}

fn is_json(media: &str) -> bool {
    media == "application/json" || media.ends_with("+json")
}

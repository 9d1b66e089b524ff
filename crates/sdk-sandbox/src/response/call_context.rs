//! Answers of success, made from the document and from what is kept.

use serde_json::Value;

use crate::call::parse_body::Payload;
use crate::http::refusal::Refusal;
use crate::http::request::{Reply, Request};
use crate::json::pointer::set;
use crate::openapi::document::{Document, reference};
use crate::openapi::operation::{Answer, Operation, Repeat, is_json};
use crate::openapi::path_template::PathValues;
use crate::records::record_view::Focus;
use crate::resources::inference::{Part, Role};
use crate::sample::prng::Seed;
use crate::sample::sampler::Sampler;
use crate::sample::scalar::uuid;
use crate::vendor::Vendor;

/// What an answer is made from.
#[derive(Debug)]
pub(crate) struct Scene<'s> {
    pub(crate) vendor: &'s Vendor,
    pub(crate) operation: &'s Operation,
    /// The number of the operation in its document.
    pub(crate) index: usize,
    pub(crate) request: &'s Request,
    pub(crate) path: &'s PathValues,
    pub(crate) payload: &'s Payload<'s>,
    /// The number of the request, from one.
    pub(crate) number: u64,
}

impl<'s> Scene<'s> {
    pub(crate) fn document(&self) -> &'s Document {
        &self.vendor.document
    }

    /// The part that the operation has in keeping records.
    pub(crate) fn part(&self) -> Option<&'s Part> {
        self.vendor.resources.part(self.index)
    }

    /// Does what is asked, and makes the documented answer of success.
    pub(crate) fn success(&self) -> Result<Reply, Refusal> {
        self.check_parents()?;
        let started = self.begin_job();
        match self.part() {
            _ if started.is_some() => Ok(started.unwrap_or_default()),
            Some(part) if part.role != Role::Act => self.on_records(part),
            Some(part) => self.act(part),
            None => self.reply(self.operation.success().0, None),
        }
    }

    /// The documented answer of a status, with the records in it that the call is about, if it is about some.
    pub(crate) fn reply(&self, status: u16, focus: Option<&[Focus<'_>]>) -> Result<Reply, Refusal> {
        let mut reply = Reply {
            status,
            ..Reply::default()
        };
        let declared = self.operation.answer(status);
        if let Some(answer) = declared.or_else(|| self.operation.success().1)
            && let Some((media, schema)) = self.media(answer)
        {
            reply = match media.as_str() {
                name if is_json(name) => {
                    let body = self.body(schema, focus)?;
                    reply.with_body(name, body.to_string())
                }
                "*/*" => reply.with_body("application/octet-stream", self.text(schema)),
                name => reply.with_body(name, self.text(schema)),
            };
        }
        if let Some([focus]) = focus {
            reply = self.with_address(reply, focus);
        }
        Ok(self.with_declared_headers(reply))
    }

    /// Adds the headers that the document declares for the status of a reply.
    pub(crate) fn with_declared_headers(&self, reply: Reply) -> Reply {
        let exact = self.operation.answer(reply.status);
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
            .find(|(name, _)| accept.contains(name.as_str()) && name != "*/*");
        wanted
            .or_else(|| answer.media.iter().find(|(name, _)| is_json(name)))
            .or_else(|| answer.media.first())
    }

    pub(crate) fn seed(&self, purpose: &str, number: u64) -> Seed {
        let id = &self.operation.id;
        Seed::new((id, self.path, purpose, number), self.vendor.seed)
    }

    fn body(&self, schema: &Value, focus: Option<&[Focus<'_>]>) -> Result<Value, Refusal> {
        let document = self.document();
        // Two messages that were sent have two ids, while the same read says the same.
        let acts = self.operation.method == "POST" && self.operation.repeat != Repeat::Safe;
        let number = if acts { self.number } else { 0 };
        let mut body = Sampler::new(document, self.seed("body", number)).value(schema);
        self.recall_path(&mut body);
        let part = self.part();
        let listed = part.filter(|part| part.role == Role::List);
        match (
            &self.operation.paging,
            listed.and_then(|p| Some((p, p.node.as_ref()?))),
        ) {
            (Some(_), _) => self.page(&mut body, schema)?,
            (None, Some((part, node))) => {
                let listing = self.listing(part);
                let items = (0..listing.total.min(1000)).map(|turn| listing.item(node, turn));
                let items = Value::Array(items.collect());
                set(&mut body, &node.pointer, items);
            }
            (None, None) => {}
        }
        if let (Some(focus), Some(node)) = (focus, part.and_then(|part| part.node.as_ref())) {
            let mut records = focus.iter().map(|focus| focus.dress(node));
            if node.list {
                set(&mut body, &node.pointer, records.collect());
            } else if let Some(record) = records.next() {
                set(&mut body, &node.pointer, record);
            }
        }
        let name = reference(schema).and_then(|name| name.rsplit('/').next());
        let facts = name.and_then(|name| self.vendor.profile.facts.get(name));
        for (name, fact) in facts.and_then(Value::as_object).into_iter().flatten() {
            set(&mut body, &format!("/{name}"), fact.clone());
        }
        self.look_at_job(&mut body);
        Ok(body)
    }

    /// Puts the page that is asked for into an answer.
    fn page(&self, body: &mut Value, schema: &Value) -> Result<(), Refusal> {
        let Some(paging) = &self.operation.paging else {
            return Ok(());
        };
        let document = self.document();
        let parameters = &self.operation.parameters;
        let declared: Vec<&str> = parameters.iter().map(|p| p.name.as_str()).collect();
        let value = |name: &str| {
            let parameter = parameters.iter().find(|p| p.name == name)?;
            parameter
                .value(self.request, self.path)
                .or_else(|| parameter.default().cloned())
        };
        let rules = &self.vendor.profile.paging;
        let window = paging.window(value, &declared, rules)?;
        let listed = self.part().filter(|part| part.role == Role::List);
        let listed = listed.or_else(|| self.vendor.resources.inner(self.index));
        let (items, total) = match listed.and_then(|part| Some((part, part.node.as_ref()?))) {
            Some((part, node)) => {
                let listing = self.listing(part);
                let turns = window.numbers(listing.total);
                let items: Vec<Value> = turns.map(|turn| listing.item(node, turn)).collect();
                (items, listing.total)
            }
            None => {
                let Some(item) = paging.item_schema(document, schema) else {
                    return Ok(());
                };
                let sample = |number| Sampler::new(document, self.seed("item", number)).value(item);
                let total = self.vendor.items;
                (window.numbers(total).map(sample).collect(), total)
            }
        };
        let counted = rules
            .count
            .as_deref()
            .is_none_or(|name| !declared.contains(&name) || value(name) == Some(Value::Bool(true)));
        paging.lay(
            body,
            items,
            &window,
            counted.then_some(total),
            total,
            |name, place| self.link(name, place),
        );
        Ok(())
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
        match Sampler::new(self.document(), self.seed("text", 0)).value(schema) {
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
        format!("{}{}?{query}", self.vendor.origin(), self.request.path)
    }

    fn header(&self, name: &str, schema: &Value) -> String {
        let mut seed = self.seed(name, self.number);
        let limits = &self.vendor.profile.limits;
        let told = [&limits.limit_header, &limits.remaining_header];
        let is_told = |known: &String| known.eq_ignore_ascii_case(name);
        // Where nothing is counted, all of it is left.
        if let Some(requests) = limits.requests
            && told.into_iter().flatten().any(is_told)
        {
            return requests.to_string();
        }
        match name.to_ascii_lowercase().as_str() {
            "x-request-id" => uuid(&mut seed),
            "location" => format!("{}{}", self.vendor.origin(), self.request.path),
            "content-disposition" => "attachment; filename=\"sample\"".to_owned(),
            _ => match Sampler::new(self.document(), seed).value(schema) {
                Value::String(text) => text,
                other => other.to_string(),
            },
        }
    }

    /// Tells where a record is, in the headers that the document declares for it.
    fn with_address(&self, reply: Reply, focus: &Focus<'_>) -> Reply {
        let answer = self.operation.answer(reply.status);
        let headers = answer.map(|a| a.headers.as_slice()).unwrap_or_default();
        headers.iter().fold(reply, |reply, (name, _)| {
            let is_key = |known: &String| known.eq_ignore_ascii_case(name);
            if name.eq_ignore_ascii_case("location") {
                match focus.address() {
                    Some(path) => {
                        reply.with_header(name, format!("{}{path}", self.vendor.base_url()))
                    }
                    None => reply,
                }
            } else if self.vendor.profile.key_headers.iter().any(is_key) {
                reply.with_header(name, focus.place.key.clone())
            } else {
                reply
            }
        })
    }
}

/// A made-up wait would be taken at its word, so only a fault gives one.
fn is_wait_hint(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    header == "retry-after" || header.ends_with("-reset")
}

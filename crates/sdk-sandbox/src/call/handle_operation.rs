//! A call being carried out: checked, the cheap and telling checks first, and then done.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::call::negotiate;
use crate::call::parse_body::{self, Payload};
use crate::call::token_exchange::exchange;
use crate::http::multipart::Trouble;
use crate::http::refusal::{Kind, Refusal};
use crate::http::request::{Reply, Request};
use crate::json::template::{Values, fill};
use crate::openapi::operation::{Operation, Repeat};
use crate::openapi::parameter;
use crate::openapi::path_template::PathValues;
use crate::openapi::security;
use crate::resources::inference::Role;
use crate::rules::profile::ExchangeRules;
use crate::state::effects::{Effect, effect};
use crate::vendor::Vendor;

impl Vendor {
    /// Carries a call out; what it says itself is the answer of success.
    pub(crate) fn perform(
        self: &Arc<Self>,
        index: usize,
        path: &PathValues,
        request: &Arc<Request>,
    ) -> Result<Reply, Refusal> {
        let document = &self.document;
        let operation = &document.operations[index];
        let exchange_rules = self
            .profile
            .tokens
            .exchanges
            .get(&operation.id)
            .filter(|_| operation.token);
        if exchange_rules.is_none() {
            let (credentials, tokens) = (&self.credentials, &self.tokens);
            security::check(&operation.security, request, credentials, tokens)?;
        }
        if self.profile.accept_checked {
            negotiate::check(operation, request)?;
        }
        if request.trouble == Some(Trouble::TooLarge) {
            return Err(Refusal::new(Kind::TooLarge, "the body is too large"));
        }
        let payload = parse_body::read(document, operation, &self.profile, request);
        if let Some(rules) = exchange_rules {
            return self.hand_out(operation, rules, request, payload);
        }
        let mut payload = payload?;
        self.recall_key(index, path, &mut payload);
        parameter::validate(document, operation, request, path)?;
        if operation.bulk.is_none() {
            payload.validate(document, Kind::Validation)?;
        }
        if operation.lines() {
            return self.stream(index, path, request);
        }
        self.once(index, path, request, &payload)
    }

    /// The key that stands in the path need not stand in the body of a change, too.
    fn recall_key(&self, index: usize, path: &PathValues, payload: &mut Payload<'_>) {
        let part = self
            .resources
            .part(index)
            .filter(|part| part.role == Role::Update);
        if let (Some(part), Some(Value::Object(body))) = (part, &mut payload.value)
            && let resource = &self.resources.all[part.resource]
            && let (Some(key), Some((_, value))) = (&resource.key, path.last())
            && !resource.single
            && self.document.operations[index].answer(201).is_some()
        {
            body.entry(key.clone())
                .or_insert_with(|| resource.key_value(&self.document, value));
        }
    }

    fn hand_out(
        &self,
        operation: &Operation,
        rules: &ExchangeRules,
        request: &Request,
        payload: Result<Payload<'_>, Refusal>,
    ) -> Result<Reply, Refusal> {
        // An exchange says itself what is lacking: the client, the grant or nothing at all.
        let payload = match payload {
            Err(refusal) if refusal.kind == Kind::MissingBody => Payload::default(),
            payload => payload?,
        };
        if let (Some(state), Some(account)) = (self.account_state(), &self.profile.account) {
            let values = Values::from([
                ("account_status", json!(state)),
                ("status", json!(account.status)),
            ]);
            let body = fill(&account.body, &values).unwrap_or_default();
            return Ok(Reply::json(account.status, &body));
        }
        let (credentials, tokens) = (&self.credentials, &self.tokens);
        let body = exchange(
            &self.document,
            rules,
            request,
            &payload,
            credentials,
            tokens,
        )?;
        Ok(Reply::json(operation.success().0, &body))
    }

    /// Works lines off while their statuses are sent.
    fn stream(
        self: &Arc<Self>,
        index: usize,
        path: &PathValues,
        request: &Arc<Request>,
    ) -> Result<Reply, Refusal> {
        let operation = &self.document.operations[index];
        let part = self
            .resources
            .part(index)
            .filter(|part| part.role == Role::Bulk);
        let (Some(part), Some(_)) = (part, &request.lines) else {
            return Err(Refusal::new(Kind::Malformed, "there are no lines"));
        };
        let payload = Payload::default();
        self.scene(index, path, request, &payload).check_parents()?;
        self.effects
            .add(effect(&self.name, &operation.id, "bulk", request, None));
        let (status, answer) = operation.success();
        let media = answer.and_then(|answer| answer.media.first());
        let media = media.map_or("application/json", |(name, _)| name.as_str());
        let resource = part.resource;
        let (vendor, request, path) = (Arc::clone(self), Arc::clone(request), path.clone());
        let mut number = 0;
        let flow = move || {
            let line = request.lines.as_ref()?.get(number)?;
            number += 1;
            let payload = Payload::default();
            let scene = vendor.scene(index, &path, &request, &payload);
            Some(Bytes::from(scene.line(resource, number, line)))
        };
        let mut reply = Reply {
            status,
            ..Reply::default()
        };
        reply.flow = Some(Box::new(flow));
        Ok(reply.with_header("Content-Type", media))
    }

    /// Does what is asked; what was asked under a key is done once.
    fn once(
        &self,
        index: usize,
        path: &PathValues,
        request: &Request,
        payload: &Payload<'_>,
    ) -> Result<Reply, Refusal> {
        let operation = &self.document.operations[index];
        let scene = self.scene(index, path, request, payload);
        let noted = self.kind_of_effect(index);
        let note = |kind: &str, key: Option<&str>| -> Effect {
            effect(&self.name, &operation.id, kind, request, key)
        };
        let Some((key, header)) = self.key(operation, request, payload) else {
            let reply = scene.success()?;
            if let Some(kind) = noted {
                self.effects.add(note(kind, None));
            }
            return Ok(reply);
        };
        let mut turn = self.effects.turn();
        if let Some(reply) = turn.answer(&operation.id, &key) {
            return Ok(reply);
        }
        let mut reply = scene.success()?;
        if let Some(header) = header {
            reply = reply.with_header(&header, key.clone());
        }
        let effect = note(noted.unwrap_or("action"), Some(&key));
        turn.keep(&operation.id, &key, &reply, effect);
        Ok(reply)
    }

    /// The key that makes a call one that is done once, and the header that repeats it.
    fn key(
        &self,
        operation: &Operation,
        request: &Request,
        payload: &Payload<'_>,
    ) -> Option<(String, Option<String>)> {
        let rules = self.profile.idempotency.as_ref();
        let field = match &operation.repeat {
            Repeat::KeyedByHeader(header) => {
                return Some((request.header(header)?.to_owned(), None));
            }
            Repeat::KeyedByBody(field) => field,
            _ => &rules.filter(|_| request.method == "POST")?.field,
        };
        let header = rules.and_then(|rules| rules.header.clone());
        Some((payload.text(field)?.to_owned(), header))
    }

    /// What a call does, if it does anything.
    fn kind_of_effect(&self, index: usize) -> Option<&str> {
        let operation = &self.document.operations[index];
        if let Some(effect) = &operation.effect {
            return Some(effect);
        }
        let reads = operation.method == "GET" || operation.method == "POST";
        match self.resources.part(index).map(|part| part.role) {
            Some(Role::Create) => Some("create"),
            Some(Role::Update) => Some("update"),
            Some(Role::Delete) => Some("delete"),
            Some(Role::Bulk) => Some("bulk"),
            Some(Role::List | Role::Read | Role::Download) => None,
            _ if reads && operation.repeat == Repeat::Safe => None,
            _ => Some("action"),
        }
    }
}

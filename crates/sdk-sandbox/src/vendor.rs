//! One vendor being played: from a request to its answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::accept;
use crate::answer::Scene;
use crate::body;
use crate::credentials::Credentials;
use crate::document::Document;
use crate::exchange::exchange;
use crate::fault::{Course, Faults, replace_body};
use crate::filling::{Values, fill_text};
use crate::log::{Log, LoggedRequest};
use crate::operation::Operation;
use crate::parameter;
use crate::profile::Profile;
use crate::refusal::{Kind, Refusal};
use crate::request::{Reply, Request};
use crate::route::{Found, PathValues, find};
use crate::security;
use crate::token::Tokens;

/// A vendor with all that it remembers.
#[derive(Debug)]
pub(crate) struct Vendor {
    pub(crate) name: String,
    pub(crate) document: Arc<Document>,
    pub(crate) profile: Profile,
    pub(crate) credentials: Credentials,
    pub(crate) tokens: Tokens,
    pub(crate) faults: Faults,
    pub(crate) log: Arc<Log>,
    pub(crate) seed: u64,
    pub(crate) items: u64,
    /// Scheme, host and port; known once the port is.
    pub(crate) origin: OnceLock<String>,
    pub(crate) requests: AtomicU64,
}

/// What is to be done with a connection after a request was read.
#[derive(Debug)]
pub(crate) enum Outcome {
    Reply(Reply),
    Late(Duration, Reply),
    Cut,
}

impl Vendor {
    /// Answers a request, and notes it.
    pub(crate) fn answer(&self, request: &Request) -> Outcome {
        let found = match request.path.strip_prefix(&self.document.base_path) {
            Some(path) if path.is_empty() || path.starts_with('/') => {
                find(&self.document.operations, &request.method, path)
            }
            _ => Found::Nothing,
        };
        let (operation, outcome) = match found {
            Found::Operation(operation, path) => {
                (Some(operation), self.play(operation, &path, request))
            }
            Found::OtherMethods(methods) => {
                let refusal = Refusal::new(
                    Kind::MethodNotAllowed,
                    format!("{} is not allowed here", request.method),
                );
                (
                    None,
                    self.refuse(&refusal.with_header("Allow", methods.join(", "))),
                )
            }
            Found::Nothing => {
                let detail = format!("there is no {}", request.path);
                (None, self.refuse(&Refusal::new(Kind::NotFound, detail)))
            }
        };
        let status = match &outcome {
            Outcome::Reply(reply) | Outcome::Late(_, reply) => reply.status,
            Outcome::Cut => 0,
        };
        let id = operation.map(|operation| operation.id.clone());
        self.log
            .add(LoggedRequest::new(&self.name, id, request, status));
        outcome
    }

    /// Refuses what is no operation.
    pub(crate) fn refuse(&self, refusal: &Refusal) -> Outcome {
        Outcome::Reply(self.with_own_headers(refusal.render(&self.profile.errors, None)))
    }

    fn play(&self, operation: &Operation, path: &PathValues, request: &Request) -> Outcome {
        let course = self.faults.next(operation);
        if matches!(course, Course::Cut) {
            return Outcome::Cut;
        }
        let reply = match &course {
            Course::Refused(refusal, _) => Err(refusal.clone()),
            _ => self.perform(operation, path, request),
        };
        let reply =
            reply.unwrap_or_else(|refusal| refusal.render(&self.profile.errors, Some(operation)));
        let scene = self.scene(
            operation,
            path,
            request,
            &body::Payload::default(),
            |scene| scene.with_declared_headers(reply),
        );
        let reply = self.with_own_headers(scene);
        match course {
            Course::Late(time) => Outcome::Late(time, reply),
            Course::Refused(_, body) => Outcome::Reply(replace_body(reply, body)),
            _ => Outcome::Reply(reply),
        }
    }

    /// Checks a request, the cheap and telling checks first, and makes its answer.
    fn perform(
        &self,
        operation: &Operation,
        path: &PathValues,
        request: &Request,
    ) -> Result<Reply, Refusal> {
        let document = &self.document;
        let exchange_rules = self
            .profile
            .tokens
            .exchanges
            .get(&operation.id)
            .filter(|_| operation.token);
        if exchange_rules.is_none() {
            security::check(
                &operation.security,
                request,
                &self.credentials,
                &self.tokens,
            )?;
        }
        if self.profile.accept_checked {
            accept::check(operation, request)?;
        }
        let payload = body::read(document, operation, &self.profile, request);
        if let Some(rules) = exchange_rules {
            // An exchange says itself what is lacking: the client, the grant or nothing at all.
            let payload = match payload {
                Err(refusal) if refusal.kind == Kind::MissingBody => body::Payload::default(),
                payload => payload?,
            };
            let body = exchange(
                document,
                rules,
                request,
                &payload,
                &self.credentials,
                &self.tokens,
            )?;
            return Ok(Reply::json(operation.success().0, &body));
        }
        let payload = payload?;
        parameter::validate(document, &operation.parameters, request, path)?;
        payload.validate(document, Kind::Validation)?;
        self.scene(operation, path, request, &payload, |scene| scene.success())
    }

    fn scene<T>(
        &self,
        operation: &Operation,
        path: &PathValues,
        request: &Request,
        payload: &body::Payload<'_>,
        make: impl FnOnce(&Scene<'_>) -> T,
    ) -> T {
        make(&Scene {
            document: &self.document,
            operation,
            request,
            path,
            payload,
            seed: self.seed,
            items: self.items,
            number: self.requests.fetch_add(1, Ordering::Relaxed),
            origin: self.origin(),
            keys: &self.profile.keys,
        })
    }

    fn with_own_headers(&self, reply: Reply) -> Reply {
        let mut seed =
            crate::seed::Seed::new(&self.name, self.requests.fetch_add(1, Ordering::Relaxed));
        let values = Values::from([("request_id", seed.hex(32).into())]);
        self.profile
            .headers
            .iter()
            .fold(reply, |reply, (name, text)| {
                if reply.has_header(name) {
                    return reply;
                }
                reply.with_header(name, fill_text(text, &values))
            })
    }

    pub(crate) fn origin(&self) -> &str {
        self.origin.get().map(String::as_str).unwrap_or_default()
    }

    /// With the base path, without a slash at its end.
    pub(crate) fn base_url(&self) -> String {
        format!("{}{}", self.origin(), self.document.base_path)
    }

    /// The sets of environment variables that a client can be configured by.
    pub(crate) fn environments(&self) -> Vec<Vec<(String, String)>> {
        let values = self.credentials.values();
        let base = format!("{}_BASE_URL", self.name.to_uppercase().replace('-', "_"));
        let filled = |variables: &std::collections::BTreeMap<String, String>| {
            let own = variables
                .iter()
                .map(|(name, text)| (name.clone(), fill_text(text, &values)));
            std::iter::once((base.clone(), self.base_url()))
                .chain(own)
                .collect()
        };
        self.profile.environments.iter().map(filled).collect()
    }
}

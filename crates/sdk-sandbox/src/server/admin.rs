//! Endpoints that don't belong to a vendor: index page, documents, admin API, and the target of
//! redirects to another origin.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use hyper::body::Body;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::http::body_reader::{BodyBudget, BodyFormat, read_body};
use crate::http::outgoing_body::OutgoingBody;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::response::job_state::advance;
use crate::server::index_page::page;
use crate::server::vendor_service::response;
use crate::state::delivery::Delivery;
use crate::state::effects::Effect;
use crate::state::fault::Fault;
use crate::state::outbox::{SentWebhook, WebhookAttempt};
use crate::state::request_log::{ELSEWHERE, Log, LoggedRequest};
use crate::state::vendor::Vendor;
use crate::webhooks::payload::family_named;
use crate::webhooks::send::send_test_webhook;
use crate::webhooks::webhook::Webhook;

const ADMIN_PREFIX: &str = "/__sandbox/";

/// Serves the sandbox's own origin.
#[derive(Debug)]
pub(crate) struct AdminServer {
    vendors: Vec<Arc<Vendor>>,
    log: Arc<Log>,
    origin: String,
    budget: BodyBudget,
}

/// Body of a request to add a fault.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultRequest {
    vendor: String,
    /// A [`Fault`] in text format.
    fault: String,
}

/// Body of a request to send a webhook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookRequest {
    vendor: String,
    event: String,
    url: String,
    family: Option<String>,
    /// Payload values by JSON pointer.
    #[serde(default)]
    set: Map<String, Value>,
    payload: Option<Value>,
    key: Option<String>,
    delivery: Option<DeliveryOptions>,
}

/// Body of a request to add a webhook subscription.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SubscriptionRequest {
    vendor: String,
    family: String,
    url: String,
}

/// Body of a request to set the delivery options of a vendor's webhooks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeliveryRequest {
    vendor: String,
    delivery: DeliveryOptions,
}

/// Options of a [`Delivery`]. Durations are in milliseconds, and `signed_at` is a Unix time in
/// seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DeliveryOptions {
    duplicates: u32,
    delay_ms: u64,
    attempts: Option<u32>,
    pause_ms: Option<u64>,
    forged: bool,
    signed_at: Option<u64>,
}

impl DeliveryOptions {
    fn delivery(self) -> Delivery {
        let mut delivery = Delivery::new()
            .duplicates(self.duplicates)
            .delay(Duration::from_millis(self.delay_ms));
        if let Some(attempts) = self.attempts {
            delivery = delivery.attempts(attempts);
        }
        if let Some(pause) = self.pause_ms {
            delivery = delivery.pause(Duration::from_millis(pause));
        }
        if let Some(time) = self.signed_at {
            delivery = delivery.signed_at(time);
        }
        if self.forged {
            delivery.forged()
        } else {
            delivery
        }
    }
}

impl AdminServer {
    pub(crate) fn new(vendors: Vec<Arc<Vendor>>, log: Arc<Log>, origin: String) -> Self {
        Self {
            vendors,
            log,
            origin,
            budget: BodyBudget::default(),
        }
    }

    pub(crate) async fn serve<B>(
        &self,
        request: http::Request<B>,
    ) -> io::Result<Response<OutgoingBody>>
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        let (parts, body) = request.into_parts();
        let mut request = Request::head(&parts);
        let received = read_body(body, BodyFormat::Whole, &self.budget).await;
        request.fill(received.map_err(io::Error::other)?);
        Ok(response(self.answer(&request), None))
    }

    fn answer(&self, request: &Request) -> Reply {
        let path = request.path.as_str();
        if let Some(path) = path.strip_prefix(ADMIN_PREFIX) {
            return self.admin(path, request);
        }
        if request.method == "GET" {
            if path == "/" {
                let page = page(&self.vendors, &self.origin);
                let reply = Reply {
                    status: 200,
                    ..Reply::default()
                };
                return reply.with_body("text/html; charset=utf-8", page);
            }
            let vendor = path
                .strip_suffix("/openapi.json")
                .and_then(|path| path.strip_prefix('/'));
            if let Some(vendor) = vendor.and_then(|name| self.vendor(name)) {
                let reply = Reply {
                    status: 200,
                    ..Reply::default()
                };
                return reply.with_body("application/json", vendor.document.text());
            }
        }
        self.log
            .add(LoggedRequest::new(ELSEWHERE, None, request, 200));
        Reply::json(200, &json!({}))
    }

    fn vendor(&self, name: &str) -> Option<&Arc<Vendor>> {
        self.vendors.iter().find(|vendor| vendor.name == name)
    }

    /// Handles a request to the admin API:
    ///
    /// - `GET vendors|requests|effects|webhooks`
    /// - `POST faults` (`{vendor, fault}`), `DELETE faults`
    /// - `POST webhooks` ([`WebhookRequest`]), `POST webhooks/delivery` ([`DeliveryRequest`]),
    ///   `POST webhooks/subscriptions` ([`SubscriptionRequest`])
    /// - `POST jobs/advance`, `POST reset`, `POST tokens/expire|revoke`
    fn admin(&self, path: &str, request: &Request) -> Reply {
        match (request.method.as_str(), path) {
            ("GET", "vendors") => {
                let told = |vendor: &Arc<Vendor>| {
                    let environment = vendor.environments().into_iter().next().unwrap_or_default();
                    let environment: serde_json::Map<String, Value> = environment
                        .into_iter()
                        .map(|(n, v)| (n, json!(v)))
                        .collect();
                    json!({ "name": vendor.name, "base_url": vendor.base_url(), "environment": environment,
                        "operations": vendor.document.operations.len(), "pending_faults": vendor.faults.len() })
                };
                Reply::json(200, &self.vendors.iter().map(told).collect())
            }
            ("GET", "requests") => {
                let told = |request: &LoggedRequest| {
                    json!({ "vendor": request.vendor, "operation_id": request.operation_id, "method": request.method,
                        "path": request.path, "query": request.query, "length": request.length, "status": request.status })
                };
                Reply::json(200, &self.log.requests().iter().map(told).collect())
            }
            ("GET", "effects") => {
                let effects = self.vendors.iter().flat_map(|vendor| vendor.effects.all());
                let told = |effect: Effect| {
                    json!({ "vendor": effect.vendor, "operation_id": effect.operation_id, "kind": effect.kind,
                        "path": effect.path, "idempotency_key": effect.idempotency_key })
                };
                Reply::json(200, &effects.map(told).collect())
            }
            ("GET", "webhooks") => {
                let sent = self.vendors.iter().flat_map(|vendor| vendor.outbox.all());
                Reply::json(200, &sent.map(|webhook| webhook_json(&webhook)).collect())
            }
            ("POST", "webhooks") => into_reply(self.send(request)),
            ("POST", "webhooks/delivery") => into_reply(self.deliver(request)),
            ("POST", "webhooks/subscriptions") => into_reply(self.subscribe(request)),
            ("POST", "jobs/advance") => self.each(|vendor| {
                for (kind, key) in vendor.jobs.open() {
                    advance(vendor, kind, &key);
                }
            }),
            ("POST", "faults") => into_reply(self.add_fault(request)),
            ("DELETE", "faults") => self.each(|vendor| vendor.faults.clear()),
            ("POST", "reset") => self.each(Vendor::reset),
            ("POST", "tokens/expire") => self.each(|vendor| vendor.tokens.expire()),
            ("POST", "tokens/revoke") => self.each(|vendor| vendor.tokens.revoke()),
            _ => Reply::json(404, &json!({ "sandbox": "unknown admin endpoint" })),
        }
    }

    fn each(&self, act: impl Fn(&Vendor)) -> Reply {
        self.vendors.iter().for_each(|vendor| act(vendor));
        Reply::json(200, &json!({}))
    }

    /// Returns the vendor with the given name.
    fn require_vendor(&self, name: &str) -> Result<&Arc<Vendor>, Reply> {
        let lacking = || bad_request(format!("the sandbox does not simulate the vendor {name}"));
        self.vendor(name).ok_or_else(lacking)
    }

    fn send(&self, request: &Request) -> Result<Reply, Reply> {
        let order: WebhookRequest = read(request)?;
        let vendor = self.require_vendor(&order.vendor)?;
        let mut webhook = Webhook::new(order.event, order.url);
        webhook.family = order.family;
        webhook.values = order.set.into_iter().collect();
        webhook.payload = order.payload;
        webhook.key = order.key;
        webhook.delivery = order.delivery.map(DeliveryOptions::delivery);
        let id = send_test_webhook(vendor, &webhook).map_err(bad_request)?;
        Ok(Reply::json(200, &json!({ "id": id })))
    }

    fn subscribe(&self, request: &Request) -> Result<Reply, Reply> {
        let order: SubscriptionRequest = read(request)?;
        let vendor = self.require_vendor(&order.vendor)?;
        let family = family_named(vendor, &order.family).map_err(bad_request)?;
        vendor.outbox.subscribe(&family.name, &order.url);
        Ok(Reply::json(200, &json!({})))
    }

    fn deliver(&self, request: &Request) -> Result<Reply, Reply> {
        let order: DeliveryRequest = read(request)?;
        let vendor = self.require_vendor(&order.vendor)?;
        vendor.outbox.deliver(order.delivery.delivery());
        Ok(Reply::json(200, &json!({})))
    }

    fn add_fault(&self, request: &Request) -> Result<Reply, Reply> {
        let order: FaultRequest = read(request)?;
        let vendor = self.require_vendor(&order.vendor)?;
        let fault: Fault = order.fault.parse().map_err(bad_request)?;
        vendor.add_fault(fault).map_err(bad_request)?;
        Ok(Reply::json(
            200,
            &json!({ "pending_faults": vendor.faults.len() }),
        ))
    }
}

/// Returns the reply to send, whether it is a success or a refusal.
fn into_reply(outcome: Result<Reply, Reply>) -> Reply {
    outcome.unwrap_or_else(|refusal| refusal)
}

fn bad_request(message: impl ToString) -> Reply {
    Reply::json(400, &json!({ "sandbox": message.to_string() }))
}

/// Parses the request body.
fn read<O: DeserializeOwned>(request: &Request) -> Result<O, Reply> {
    serde_json::from_slice(&request.body).map_err(bad_request)
}

/// Converts a webhook in the outbox and its attempts to JSON.
fn webhook_json(webhook: &SentWebhook) -> Value {
    let attempt = |attempt: &WebhookAttempt| {
        json!({ "status": attempt.status, "error": attempt.error,
            "headers": attempt.headers.iter().cloned().collect::<BTreeMap<_, _>>(),
            "body": String::from_utf8_lossy(&attempt.body) })
    };
    json!({ "vendor": webhook.vendor, "id": webhook.id, "family": webhook.family, "event": webhook.event,
        "url": webhook.url, "state": format!("{:?}", webhook.state).to_lowercase(),
        "attempts": webhook.attempts.iter().map(attempt).collect::<Vec<_>>() })
}

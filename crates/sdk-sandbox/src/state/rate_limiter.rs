//! Rate limits: number of calls per period, and number of concurrent calls.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::http::refusal::Refusal;
use crate::http::reply::Reply;
use crate::http::wall_clock::unix_now;
use crate::openapi::operation::Operation;
use crate::rules::call_rules::LimitRules;
use crate::rules::error_kind::ErrorKind;

/// Rate limiter that counts the calls to a vendor. Uses tokio's clock, which tests can pause.
#[derive(Debug)]
pub(crate) struct Limiter {
    rules: LimitRules,
    on: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    running: u64,
    /// Start of each window and number of calls in it, by operation id. The empty id means all
    /// operations.
    windows: HashMap<String, (Instant, u64)>,
}

/// A permit for one call, which counts as concurrent until the permit is dropped.
#[derive(Debug)]
pub(crate) struct Permit<'l> {
    limiter: Option<&'l Limiter>,
    remaining: u64,
}

impl Limiter {
    /// Creates a limiter. Limits in the document take precedence over limits in the profile.
    pub(crate) fn new(mut rules: LimitRules, stated: Option<&Value>, on: bool) -> Self {
        let number = |key: &str| stated?.get(key)?.as_u64();
        rules.requests = number("requests").or(rules.requests);
        rules.per_seconds = number("per_seconds").or(rules.per_seconds);
        rules.concurrent = number("concurrent").or(rules.concurrent);
        Self {
            rules,
            on: AtomicBool::new(on),
            state: Mutex::default(),
        }
    }

    /// Replaces the vendor's limits and enables them.
    pub(crate) fn set(&mut self, requests: u64, per: Duration, concurrent: Option<u64>) {
        self.rules.requests = Some(requests);
        self.rules.per_seconds = Some(per.as_secs().max(1));
        self.rules.concurrent = concurrent;
        self.on = AtomicBool::new(true);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Grants a permit, or rejects the call as the vendor would.
    pub(crate) fn acquire(&self, operation: &Operation) -> Result<Permit<'_>, Refusal> {
        if operation.token || !self.on.load(Ordering::Relaxed) {
            return Ok(Permit {
                limiter: None,
                remaining: 0,
            });
        }
        let mut state = self.state();
        if self
            .rules
            .concurrent
            .is_some_and(|most| state.running >= most)
        {
            return Err(self.refusal("too many concurrent calls", Duration::from_secs(1)));
        }
        let own = operation.limits.as_ref();
        let stated = |key: &str| {
            own.and_then(|limits| limits.get(key))
                .and_then(Value::as_u64)
        };
        for (name, most, seconds) in [
            (
                operation.id.as_str(),
                stated("requests"),
                stated("per_seconds"),
            ),
            ("", self.rules.requests, self.rules.per_seconds),
        ] {
            let Some(most) = most else { continue };
            let per = Duration::from_secs(seconds.unwrap_or(1));
            let now = Instant::now();
            let window = state.windows.entry(name.to_owned()).or_insert((now, 0));
            if now.duration_since(window.0) >= per {
                *window = (now, 0);
            }
            if window.1 >= most {
                let left = per.saturating_sub(now.duration_since(window.0));
                return Err(self.refusal("too many calls", left));
            }
            window.1 += 1;
        }
        let used = state.windows.get("").map_or(0, |(_, used)| *used);
        state.running += 1;
        Ok(Permit {
            limiter: Some(self),
            remaining: self.rules.requests.unwrap_or_default().saturating_sub(used),
        })
    }

    fn refusal(&self, detail: &str, wait: Duration) -> Refusal {
        let mut refusal = Refusal::new(ErrorKind::RateLimited, detail);
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        if self.rules.retry_after {
            refusal = refusal.with_header("Retry-After", seconds.to_string());
        }
        if let Some(name) = &self.rules.reset_header {
            refusal = refusal.with_header(name, (unix_now() + seconds).to_string());
        }
        for (name, value) in [
            (
                &self.rules.limit_header,
                self.rules.requests.unwrap_or_default(),
            ),
            (&self.rules.remaining_header, 0),
        ] {
            if let Some(name) = name {
                refusal = refusal.with_header(name, value.to_string());
            }
        }
        refusal
    }
}

impl Permit<'_> {
    /// Adds the headers with the limit and the number of remaining calls.
    pub(crate) fn mark(&self, reply: Reply) -> Reply {
        let Some(limiter) = self.limiter else {
            return reply;
        };
        let rules = &limiter.rules;
        let told = [
            (&rules.limit_header, rules.requests.unwrap_or_default()),
            (&rules.remaining_header, self.remaining),
        ];
        told.into_iter()
            .fold(reply, |reply, (name, value)| match name {
                Some(name) => reply.with_header(name, value.to_string()),
                None => reply,
            })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(limiter) = self.limiter {
            let mut state = limiter.state();
            state.running = state.running.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document::Document;
    use serde_json::json;

    fn document() -> Document {
        let text = json!({ "paths": { "/a": {
            "get": { "operationId": "read", "responses": {} },
            "put": { "operationId": "write", "responses": {}, "x-sdk-limits": { "requests": 1, "per_seconds": 5 } },
            "post": { "operationId": "token", "responses": {}, "x-sdk-token": true },
        } } });
        Document::read(&text.to_string()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn calls_are_limited_per_period_and_by_concurrency() {
        let document = document();
        let operation = |id: &str| document.operations.iter().find(|o| o.id == id).unwrap();
        let rules = LimitRules {
            retry_after: true,
            ..LimitRules::default()
        };
        let stated = json!({ "requests": 3, "per_seconds": 10, "concurrent": 2 });
        let limiter = Limiter::new(rules, Some(&stated), true);
        let one = limiter.acquire(operation("read")).unwrap();
        let two = limiter.acquire(operation("write")).unwrap();
        assert!(limiter.acquire(operation("read")).is_err());
        assert!(limiter.acquire(operation("token")).is_ok());
        drop((one, two));
        assert!(limiter.acquire(operation("write")).is_err());
        tokio::time::advance(Duration::from_secs(4)).await;
        assert_eq!(limiter.acquire(operation("read")).unwrap().remaining, 0);
        let refusal = limiter.acquire(operation("read")).unwrap_err();
        let reply = refusal.render(
            &serde_json::from_value(json!({ "body": {}, "kinds": {} })).unwrap(),
            None,
        );
        assert_eq!(
            (reply.status, reply.header("retry-after")),
            (429, Some("6"))
        );
        tokio::time::advance(Duration::from_secs(6)).await;
        assert!(limiter.acquire(operation("read")).is_ok());
    }
}

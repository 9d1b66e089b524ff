//! Tests that tokens are handled correctly in any order of events.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use acme::generated::Client;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::test_runner::{Config, TestRunner};
use sdk_runtime::{AccessToken, BoxFuture, Error, Exchange, RetryPolicy, Secret, TokenSource};
use support::{Script, Seen, json};
use tokio::task::JoinHandle;
use tokio::time::Instant;

#[derive(Debug, Clone)]
enum Step {
    /// Starts a call.
    Call,
    /// Starts a request for the token.
    Token,
    /// Starts a forced renewal.
    Renew,
    /// Cancels a task that an earlier step started.
    Cancel(usize),
    /// Lets this many milliseconds pass.
    Pass(u64),
    /// Yields to the spawned tasks this many times.
    Settle(usize),
    /// Makes the vendor reject all tokens that have been issued so far.
    Revoke,
    /// Makes the next exchanges fail or succeed.
    Fail(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Call),
        2 => Just(Step::Token),
        1 => Just(Step::Renew),
        2 => (0..40_usize).prop_map(Step::Cancel),
        4 => (1..50_000_u64).prop_map(Step::Pass),
        4 => (1..60_usize).prop_map(Step::Settle),
        1 => Just(Step::Revoke),
        1 => proptest::bool::weighted(0.3).prop_map(Step::Fail),
    ]
}

/// State of the vendor and the token source, and the violations that they detected.
#[derive(Default)]
struct World {
    issued: Mutex<HashMap<String, Instant>>,
    revoked: Mutex<Vec<String>>,
    refreshed: Mutex<Vec<String>>,
    running: AtomicUsize,
    count: AtomicUsize,
    fails: AtomicBool,
    wrong: Mutex<Vec<String>>,
}

const LIFETIME: Duration = Duration::from_secs(100);

impl World {
    fn wrong(&self, what: impl Into<String>) {
        self.wrong.lock().unwrap().push(what.into());
    }

    fn answer(&self, seen: &Seen) -> support::Reply {
        let token = seen.header("authorization").unwrap_or_default();
        let token = token.trim_start_matches("Bearer ").to_owned();
        match self.issued.lock().unwrap().get(&token) {
            Some(issued) if issued.elapsed() < LIFETIME => {}
            Some(_) => self.wrong(format!("{token} was sent after its end")),
            None => self.wrong(format!("{token:?} was never issued")),
        }
        if self.revoked.lock().unwrap().contains(&token) {
            return json(401, "{}");
        }
        json(200, r#"{"items":[]}"#)
    }
}

#[derive(Clone)]
struct Source(Arc<World>);

struct Running(Arc<World>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl TokenSource for Source {
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async move {
            let world = &self.0;
            if world.running.fetch_add(1, Ordering::SeqCst) > 0 {
                world.wrong("two exchanges at the same time");
            }
            let running = Running(Arc::clone(world));
            if let Some(token) = exchange.refresh_token() {
                let mut refreshed = world.refreshed.lock().unwrap();
                if refreshed.iter().any(|known| known == token.expose()) {
                    world.wrong("a refresh token was used twice");
                }
                refreshed.push(token.expose().to_owned());
            }
            tokio::time::sleep(Duration::from_millis(700)).await;
            drop(running);
            if world.fails.load(Ordering::SeqCst) {
                return Err(Error::configuration("the exchange fails"));
            }
            let count = world.count.fetch_add(1, Ordering::SeqCst) + 1;
            let token = format!("token-{count}");
            let mut issued = world.issued.lock().unwrap();
            issued.insert(token.clone(), Instant::now());
            Ok(AccessToken::new(token)
                .with_expires_in(LIFETIME.as_secs())
                .with_refresh_token(Secret::from(format!("refresh-{count}"))))
        })
    }
}

async fn settle(rounds: usize) {
    for _ in 0..rounds {
        tokio::task::yield_now().await;
    }
}

async fn run(steps: Vec<Step>) -> Vec<String> {
    let world = Arc::new(World::default());
    let vendor = Arc::clone(&world);
    let (script, transport) = Script::play(move |seen: &Seen| vendor.answer(seen));
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .token_source(Source(Arc::clone(&world)))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let mut running: Vec<JoinHandle<Result<(), Error>>> = Vec::new();
    for step in steps {
        let client = client.clone();
        match step {
            Step::Call => running.push(tokio::spawn(async move {
                client.list_things("o").await.map(drop)
            })),
            Step::Token => running.push(tokio::spawn(async move {
                client.access_token().await.map(drop)
            })),
            Step::Renew => running.push(tokio::spawn(async move {
                client.renew_access_token().await.map(drop)
            })),
            Step::Cancel(which) if !running.is_empty() => {
                let which = which % running.len();
                running.swap_remove(which).abort();
            }
            Step::Cancel(_) => {}
            Step::Pass(milliseconds) => {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
            Step::Settle(rounds) => settle(rounds).await,
            Step::Revoke => {
                let issued: Vec<_> = world.issued.lock().unwrap().keys().cloned().collect();
                world.revoked.lock().unwrap().extend(issued);
            }
            Step::Fail(fails) => world.fails.store(fails, Ordering::SeqCst),
        }
    }
    for handle in running {
        match tokio::time::timeout(Duration::from_secs(120), handle).await {
            Err(_) => world.wrong("a waiter got no outcome"),
            Ok(Err(panic)) => world.wrong(panic.to_string()),
            Ok(Ok(Err(error))) if error.is_configuration() || error.is_auth() => {}
            Ok(Ok(Err(error))) => world.wrong(error.to_string()),
            Ok(Ok(Ok(()))) => {}
        }
    }
    // Once exchanges succeed again, every call gets a token.
    world.fails.store(false, Ordering::SeqCst);
    if let Err(error) = client.list_things("o").await {
        world.wrong(format!("the last call failed: {error}"));
    }
    let wrong = world.wrong.lock().unwrap();
    wrong.clone()
}

#[test]
fn token_invariants_hold_in_random_interleavings() {
    let config = Config {
        cases: 256,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&proptest::collection::vec(step(), 1..60), |steps| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let wrong = runtime.block_on(run(steps));
        proptest::prop_assert!(wrong.is_empty(), "{wrong:?}");
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

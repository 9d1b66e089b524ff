//! Tests that no failure causes a call to be applied twice, and that errors report what may have
//! been applied.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use acme::generated::Client;
use sdk_runtime::{
    AccessToken, BoxFuture, Error, Exchange, Randomness, RetryPolicy, TokenSource, reqwest,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Draws the same numbers in every run.
#[derive(Clone, Default)]
struct Dice(Arc<AtomicUsize>);

impl Dice {
    fn roll(&self, sides: u64) -> u64 {
        self.next() % sides
    }
}

impl Randomness for Dice {
    fn next(&self) -> u64 {
        // The generator is SplitMix64.
        let step = self.0.fetch_add(1, Ordering::SeqCst) as u64 + 1;
        let mut z = step.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Record of one logical call at the vendor.
#[derive(Default, Clone)]
struct Account {
    applied: usize,
    keys: Vec<String>,
}

type Ledger = Arc<Mutex<HashMap<u64, Account>>>;

async fn serve(mut stream: TcpStream, dice: Dice, ledger: Ledger) -> Option<()> {
    let fault = dice.roll(17);
    // Nothing was read, so the client may not even have started sending.
    if fault == 0 {
        return None;
    }
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.ok()?;
        text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        if count == 0 {
            return None;
        }
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        // The connection ends in the middle of the request: the head has arrived, and the body is
        // not read.
        if fault == 1 {
            return None;
        }
        let length = header(head, "content-length").map_or(0, |length| length.parse().unwrap());
        if body.len() >= length {
            break;
        }
    }
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let id = body["id"].as_u64().unwrap();
    let key = header(head, "idempotency-key").or_else(|| body["shipKey"].as_str());
    let apply = |ledger: &Ledger| {
        let mut ledger = ledger.lock().unwrap();
        let account = ledger.entry(id).or_default();
        match key {
            Some(key) if account.keys.iter().any(|known| known == key) => {}
            Some(key) => {
                account.keys.push(key.to_owned());
                account.applied += 1;
            }
            None => account.applied += 1,
        }
    };
    let answer = |status: u16, headers: &str| {
        format!(
            "HTTP/1.1 {status} X\r\ncontent-length: 2\r\nconnection: close\r\n{headers}\r\n{{}}"
        )
    };
    if matches!(fault, 3..=5 | 7 | 9 | 14..) {
        apply(&ledger);
    }
    let text = match fault {
        // The connection ends after the request, which may or may not have taken effect.
        2 | 3 => return None,
        // The connection ends in the middle of the response.
        4 => answer(200, "")[..40].to_owned(),
        6 | 7 => answer(500, ""),
        8 | 9 => answer(503, "retry-after: 1\r\n"),
        10 => answer(429, ""),
        11 => answer(429, "retry-after: 1\r\n"),
        12 => answer(401, ""),
        13 => answer(422, ""),
        _ => answer(200, ""),
    };
    stream.write_all(text.as_bytes()).await.ok()
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// Resolves the host name most of the time. If the lookup fails, no connection is made.
struct FlakyResolver(SocketAddr, Dice);

impl reqwest::dns::Resolve for FlakyResolver {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let known = self.1.roll(8) != 0;
        let address = self.0;
        Box::pin(async move {
            if !known {
                return Err("no such host, for now".into());
            }
            Ok(Box::new(std::iter::once(address)) as reqwest::dns::Addrs)
        })
    }
}

/// Issues a new token each time.
struct Tokens(AtomicUsize);

impl TokenSource for Tokens {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { Ok(AccessToken::new(format!("token-{count}"))) })
    }
}

async fn client(dice: &Dice, ledger: &Ledger) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (server_dice, ledger) = (dice.clone(), Arc::clone(ledger));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, server_dice.clone(), Arc::clone(&ledger)));
        }
    });
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .dns_resolver(Arc::new(FlakyResolver(address, dice.clone())))
        .build()
        .unwrap();
    Client::builder()
        .base_url(format!("http://acme.test:{}", address.port()))
        .allow_plain_http()
        .http_client(http)
        .token_source(Tokens(AtomicUsize::new(0)))
        .randomness(dice.clone())
        // The budget is too large to run out, so only the other rules limit retries.
        .retry(RetryPolicy::new().with_budget(u32::MAX))
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn no_call_is_applied_twice_and_possibly_applied_calls_are_reported() {
    let (dice, ledger) = (Dice::default(), Ledger::default());
    let client = client(&dice, &ledger).await;
    let (mut succeeded, mut failed, mut maybe) = (0, 0, 0);
    for id in 0..10_000 {
        let outcome = match id % 6 {
            0 => client.pay(id).await.map(drop),
            1 => client.notify(id).await.map(drop),
            2 => client.sign(id).await.map(drop),
            3 => client.create(id).await.map(drop),
            4 => client.ship(id).await.map(drop),
            _ => client.order(id).await.map(drop),
        };
        let account = ledger
            .lock()
            .unwrap()
            .get(&(id as u64))
            .cloned()
            .unwrap_or_default();
        assert!(
            account.applied <= 1,
            "{id} was applied {} times",
            account.applied
        );
        match outcome {
            Ok(()) => {
                succeeded += 1;
                assert_eq!(account.applied, 1, "{id} succeeded");
            }
            Err(error) => {
                failed += 1;
                maybe += usize::from(error.is_maybe_applied());
                assert!(
                    account.applied == 0 || error.is_maybe_applied(),
                    "{id} was applied, but the error does not report it: {error}"
                );
                if error.attempts() == 1 && error.is_rate_limited() {
                    // Requests that cost money or send messages may be rejected after the vendor
                    // has begun to process them.
                    let is_final = matches!(id % 6, 0 | 1 | 4 | 5);
                    assert_eq!(error.is_maybe_applied(), is_final, "{id}: {error}");
                }
            }
        }
    }
    assert!(
        succeeded > 2000 && failed > 2000 && maybe > 1000 && maybe < failed,
        "a case is too rare: {succeeded} succeeded, {failed} failed, {maybe} may have been applied"
    );
}

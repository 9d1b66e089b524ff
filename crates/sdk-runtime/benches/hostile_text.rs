//! Measures the cost of creating an error from a hostile response, and how that cost grows with the
//! size of the response.
#![allow(missing_docs, clippy::unwrap_used)] // Nothing here is published.

#[path = "../tests/acme/mod.rs"]
mod acme;
#[path = "../tests/support/mod.rs"]
mod support;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use acme::auth::Credentials;
use acme::generated::Client;
use sdk_runtime::RetryPolicy;
use support::{Reply, Script, answer, json};

const SIZES: [usize; 4] = [8, 16, 32, 64];
const ROUNDS: usize = 11;
/// Typical length of a signed token.
const SECRET_LENGTH: usize = 800;
/// Maximum time for a call that receives a hostile response of 64 KiB.
const TIME_LIMIT: Duration = Duration::from_millis(50);

fn message(text: &str) -> Reply {
    json(422, &serde_json::json!({ "message": text }).to_string())
}

fn filled(part: &str, size: usize) -> String {
    part.repeat(size / part.len())
}

/// Returns an error message that is wrapped in JSON as often as the given size allows.
fn wrapped(size: usize) -> String {
    let mut text = "boom \"quoted\"".to_owned();
    loop {
        let next = serde_json::json!({ "message": text }).to_string();
        if next.len() > size {
            return text;
        }
        text = next;
    }
}

fn hostile(name: &str, size: usize) -> Reply {
    match name {
        "backslashes" => answer(422, &[], &"\\".repeat(size)),
        "escaped backslashes" => message(&"\\".repeat(size / 2)),
        "wrapped in JSON" => json(422, &wrapped(size)),
        "percent of percent" => message(&format!("%{}", filled("25", size))),
        "references" => message(&filled("&amp;", size)),
        "names of secrets" => message(&filled("token=bearer ", size)),
        "blanks" => answer(422, &[], &format!("x{}", " ".repeat(size))),
        "start of the secret" => message(&filled(&secret()[..SECRET_LENGTH - 1], size)),
        "field errors" => {
            let fields = vec!["token\\u0041%2541+&amp;"; size / 26];
            json(422, &serde_json::json!({ "errors": fields }).to_string())
        }
        _ => {
            let field = "f".repeat(size / 2);
            let messages = vec!["x"; size / 10];
            json(
                422,
                &serde_json::json!({ "errors": { field: messages } }).to_string(),
            )
        }
    }
}

const CASES: [&str; 10] = [
    "backslashes",
    "escaped backslashes",
    "wrapped in JSON",
    "percent of percent",
    "references",
    "names of secrets",
    "blanks",
    "start of the secret",
    "field errors",
    "one long field",
];

fn secret() -> String {
    "s3cr3t/+%\\".repeat(SECRET_LENGTH / 10)
}

/// Returns the shortest time, over several rounds, from the start of a call until its error is
/// formatted.
async fn least(client: &Client) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let error = client.list_things("o").await.unwrap_err();
        std::hint::black_box(error.to_string());
        least = least.min(started.elapsed());
    }
    least
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let reply = Arc::new(Mutex::new(Reply::Silence));
    let next = Arc::clone(&reply);
    let token = serde_json::json!({ "access_token": secret(), "expires_in": 3600 }).to_string();
    let script = Script::start(move |seen| match seen.target.as_str() {
        "/token" => json(200, &token),
        _ => next.lock().unwrap().clone(),
    })
    .await;
    let client = Client::builder()
        .base_url(script.url)
        .credentials(Credentials::new("id", "s3cret"))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let mut slowest = Duration::ZERO;
    for name in CASES {
        let mut times = Vec::new();
        for size in SIZES {
            *reply.lock().unwrap() = hostile(name, size * 1024);
            times.push(least(&client).await);
        }
        slowest = slowest.max(times[SIZES.len() - 1]);
        let shown: Vec<_> = SIZES
            .iter()
            .zip(&times)
            .map(|(size, time)| format!("{size} KiB {:.2} ms", time.as_secs_f64() * 1e3))
            .collect();
        let growth = times[SIZES.len() - 1].as_secs_f64() / times[0].as_secs_f64();
        println!(
            "{name}: {}; 8 times the size takes {growth:.1} times as long",
            shown.join(", ")
        );
    }
    println!(
        "slowest at 64 KiB: {:.2} ms (limit {} ms)",
        slowest.as_secs_f64() * 1e3,
        TIME_LIMIT.as_millis()
    );
    assert!(
        slowest < TIME_LIMIT,
        "creating the error of a hostile response takes too long"
    );
}

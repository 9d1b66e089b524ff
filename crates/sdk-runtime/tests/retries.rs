//! Which requests are retried, and when.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use acme::auth::Credentials;
use acme::generated::{Client, ClientBuilder};
use sdk_runtime::{Error, Randomness, RetryPolicy, WallClock};
use support::{Reply, Script, Seen, answer, json};
use tokio::time::Instant;

const TOKEN: &str = r#"{"access_token":"t","expires_in":36000}"#;

/// Randomness that leads to the longest delays that jitter allows.
struct MaxRandomness;

impl Randomness for MaxRandomness {
    fn next(&self) -> u64 {
        u64::MAX
    }
}

struct Noon;

impl WallClock for Noon {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_348_800)
    }
}

/// Starts a vendor that sends the replies in order, and then responds with 200.
async fn start(replies: Vec<Reply>) -> (Script, Client) {
    start_with(replies, |builder| builder).await
}

async fn start_with(
    replies: Vec<Reply>,
    settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> (Script, Client) {
    let next = AtomicUsize::new(0);
    let (script, transport) = Script::play(move |seen: &Seen| {
        if seen.target == "/token" {
            return json(200, TOKEN);
        }
        let turn = next.fetch_add(1, Ordering::SeqCst);
        replies
            .get(turn)
            .cloned()
            .unwrap_or_else(|| json(200, r#"{"items":[]}"#))
    });
    let builder = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .randomness(MaxRandomness)
        .wall_clock(Noon);
    let client = settings(builder).build().unwrap();
    client.access_token().await.unwrap();
    (script, client)
}

fn calls(script: &Script) -> usize {
    script.seen().len() - script.count("/token")
}

fn status(status: u16) -> Reply {
    json(status, "{}")
}

fn broken() -> Reply {
    Reply::Broken(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec())
}

#[tokio::test(start_paused = true)]
async fn a_read_is_retried_after_transient_failures() {
    for reply in [
        status(408),
        status(429),
        status(500),
        status(502),
        status(503),
        status(504),
        broken(),
        Reply::Broken(Vec::new()),
        Reply::Silence,
    ] {
        let (script, client) = start(vec![reply.clone(), reply.clone()]).await;
        let limit = Duration::from_secs(20);
        let things = client
            .list_things("o")
            .with_attempt_timeout(limit)
            .await
            .unwrap();
        assert_eq!((calls(&script), things.items.len()), (3, 0), "{reply:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_fails_with_the_last_response_after_three_attempts() {
    let replies = vec![status(503), status(502), status(500), status(503)];
    let (script, client) = start(replies).await;
    let error = client.list_things("o").await.unwrap_err();
    assert_eq!(
        (
            error.status().unwrap().as_u16(),
            error.attempts(),
            calls(&script)
        ),
        (500, 3, 3)
    );
    assert!(!error.is_maybe_applied(), "a read changes nothing");
}

#[tokio::test(start_paused = true)]
async fn permanent_error_statuses_are_not_retried() {
    for code in [400, 403, 404, 409, 410, 412, 422, 501, 505] {
        let (script, client) = start(vec![status(code)]).await;
        let error = client.list_things("o").await.unwrap_err();
        assert_eq!((error.attempts(), calls(&script)), (1, 1), "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_maximum_backoff_doubles_with_each_retry() {
    let (_script, client) = start(vec![status(503), status(503)]).await;
    let started = Instant::now();
    client.list_things("o").await.unwrap();
    let waited = started.elapsed();
    assert!(
        waited > Duration::from_millis(1490) && waited < Duration::from_millis(1520),
        "the delays must be 0.5 s and 1 s: {waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_write_is_not_retried_after_transient_failures() {
    for reply in [
        status(408),
        status(429),
        status(500),
        status(503),
        answer(503, &[("retry-after", "1")], "{}"),
        broken(),
        Reply::Broken(Vec::new()),
        Reply::Silence,
    ] {
        let (script, client) = start(vec![reply.clone()]).await;
        let error = client.create(1).await.unwrap_err();
        assert_eq!((error.attempts(), calls(&script)), (1, 1), "{reply:?}");
        let refused = error.is_rate_limited();
        assert_eq!(error.is_maybe_applied(), !refused, "{reply:?}: {error}");
        assert_eq!(
            error.to_string().contains("it may have taken effect"),
            !refused
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_deferred_by_retry_after_is_retried_unless_it_pays_or_notifies() {
    let later = || answer(429, &[("retry-after", "2")], "{}");
    let (script, client) = start(vec![later(), later(), later()]).await;
    let started = Instant::now();
    client.create(1).with_attempts(4).await.unwrap();
    assert_eq!((calls(&script), started.elapsed().as_secs()), (4, 6));
    let (script, client) = start(vec![later()]).await;
    client.sign(1).await.unwrap();
    assert_eq!(calls(&script), 2);
    for pays in [true, false] {
        let (script, client) = start(vec![later()]).await;
        let error = match pays {
            true => client.pay(1).await.unwrap_err(),
            false => client.notify(1).await.unwrap_err(),
        };
        // The vendor may have begun to process the request before rejecting it.
        assert!(
            error.is_rate_limited() && error.is_maybe_applied(),
            "{error}"
        );
        assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
        assert_eq!(calls(&script), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn failed_connects_are_retried_even_for_payments() {
    // No server listens on port 1.
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .token_source(Fixed)
        .randomness(MaxRandomness)
        .build()
        .unwrap();
    for error in [
        client.list_things("o").await.unwrap_err(),
        client.pay(1).await.unwrap_err(),
    ] {
        assert!(error.is_connect() && !error.is_maybe_applied(), "{error}");
        assert_eq!(error.attempts(), 3);
    }
}

struct Fixed;

impl sdk_runtime::TokenSource for Fixed {
    fn exchange<'a>(
        &'a self,
        _: sdk_runtime::Exchange<'a>,
    ) -> sdk_runtime::BoxFuture<'a, Result<sdk_runtime::AccessToken, Error>> {
        Box::pin(async { Ok(sdk_runtime::AccessToken::new("t")) })
    }
}

#[tokio::test(start_paused = true)]
async fn the_retry_delay_comes_from_seconds_a_date_or_the_quota_reset() {
    for (name, value, seconds) in [
        ("retry-after", "7", 7),
        ("retry-after", "Sun, 22 Nov 2026 12:00:09 GMT", 9),
        ("x-rate-limit-reset", "1795348811", 11),
    ] {
        let (_script, client) = start(vec![answer(429, &[(name, value)], "{}")]).await;
        let started = Instant::now();
        client.list_things("o").await.unwrap();
        assert_eq!(started.elapsed().as_secs(), seconds, "{name}: {value}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_delay_beyond_the_remaining_time_fails_immediately_with_retry_after() {
    for (name, value) in [("retry-after", "61"), ("x-rate-limit-reset", "1795348861")] {
        let (script, client) = start(vec![answer(429, &[(name, value)], "{}")]).await;
        let started = Instant::now();
        let error = client.list_things("o").await.unwrap_err();
        assert!(error.is_rate_limited() && started.elapsed().as_millis() < 100);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(61)));
        assert!(error.to_string().contains("(try again in 61 s)"), "{error}");
        assert_eq!(calls(&script), 1);
    }
    // When the second `Retry-After` arrives, 50 of the 60 s have passed.
    let slow = answer(503, &[("retry-after", "50")], "{}");
    let (script, client) = start(vec![slow, answer(503, &[("retry-after", "12")], "{}")]).await;
    let error = client.list_things("o").await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(12)));
    assert_eq!(calls(&script), 2);
}

#[tokio::test(start_paused = true)]
async fn the_total_retry_time_can_be_shorter_than_the_call_timeout() {
    let policy = RetryPolicy::new().with_total_time(Duration::from_millis(1200));
    let replies = vec![status(503), status(503), status(503)];
    let (script, client) = start_with(replies, |builder| builder.retry(policy)).await;
    let error = client.list_things("o").await.unwrap_err();
    assert_eq!(
        (calls(&script), error.attempts()),
        (2, 2),
        "0.5 s fits, but another 1 s does not"
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_can_set_its_own_number_of_attempts() {
    let replies = || vec![status(503); 4];
    for (attempts, sent) in [(0, 1), (1, 1), (2, 2), (5, 5)] {
        let (script, client) = start(replies()).await;
        let outcome = client.list_things("o").with_attempts(attempts).await;
        assert_eq!((calls(&script), outcome.is_ok()), (sent, sent == 5));
    }
    let (script, client) = start_with(replies(), |b| b.retry(RetryPolicy::never())).await;
    client.list_things("o").await.unwrap_err();
    assert_eq!(calls(&script), 1);
}

#[tokio::test(start_paused = true)]
async fn the_retry_budget_limits_retries_during_an_outage() {
    let policy = RetryPolicy::new().with_budget(20);
    let (script, client) = start_with(vec![status(503); 1000], |b| b.retry(policy)).await;
    for _ in 0..10 {
        client.list_things("o").await.unwrap_err();
    }
    assert_eq!(calls(&script), 10 + 20 / 5);
    let policy = RetryPolicy::new().with_budget(20);
    let (script, client) = start_with(vec![Reply::Silence; 1000], |b| b.retry(policy)).await;
    for _ in 0..10 {
        client
            .list_things("o")
            .with_attempt_timeout(Duration::from_secs(1))
            .await
            .unwrap_err();
    }
    assert_eq!(
        calls(&script),
        10 + 20 / 10,
        "a timeout must cost twice as much"
    );
}

#[tokio::test(start_paused = true)]
async fn a_successful_retry_refunds_the_budget() {
    let policy = RetryPolicy::new().with_budget(5);
    let mut replies = vec![status(503)];
    replies.extend([json(200, r#"{"items":[]}"#), status(503)]);
    let (script, client) = start_with(replies, |b| b.retry(policy)).await;
    client.list_things("o").await.unwrap();
    client.list_things("o").await.unwrap();
    assert_eq!(
        calls(&script),
        4,
        "the first retry succeeded, so its cost must be refunded"
    );
}

#[tokio::test(start_paused = true)]
async fn an_idempotency_key_is_generated_once_per_call_and_sent_with_every_attempt() {
    let client_of = |replies| start_with(replies, |b| b.randomness(Counting::default()));
    let (script, client) = client_of(vec![status(503), Reply::Broken(Vec::new())]).await;
    client.order(1).await.unwrap();
    client.order(2).await.unwrap();
    let keys: Vec<_> = keys(&script);
    assert_eq!(keys.len(), 4);
    assert!(
        keys[0].len() == 36 && keys[..3].iter().all(|key| *key == keys[0]),
        "{keys:?}"
    );
    assert_ne!(keys[0], keys[3]);
    let (script, client) = client_of(vec![status(503)]).await;
    client.order(1).with_idempotency_key("mine").await.unwrap();
    client
        .order(1)
        .with_header("Idempotency-Key", "hers")
        .await
        .unwrap();
    assert_eq!(self::keys(&script), ["mine", "mine", "hers"]);
}

#[tokio::test(start_paused = true)]
async fn an_idempotency_key_in_the_body_is_the_same_in_every_attempt() {
    let (script, client) = start_with(vec![status(503), Reply::Broken(Vec::new())], |b| {
        b.randomness(Counting::default())
    })
    .await;
    client.ship(7).await.unwrap();
    client.ship(8).with_idempotency_key("mine").await.unwrap();
    let bodies = bodies(&script);
    let key = bodies[0]["shipKey"].as_str().unwrap();
    assert!(key.len() == 36 && bodies[0]["id"] == 7, "{bodies:?}");
    assert!(bodies.len() == 4 && bodies[..3].iter().all(|body| *body == bodies[0]));
    assert_eq!(bodies[3], serde_json::json!({"id": 8, "shipKey": "mine"}));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_cannot_carry_its_idempotency_key_is_not_retried() {
    let (script, client) = start_with(vec![status(503)], |b| b).await;
    let error = client.ship_bytes(b"{}").await.unwrap_err();
    assert!(error.is_server() && error.is_maybe_applied());
    assert_eq!(calls(&script), 1);
    let keyed = client.ship_bytes(b"{}").with_idempotency_key("k").await;
    assert!(keyed.unwrap_err().to_string().contains("`shipKey`"));
    assert_eq!(calls(&script), 1);
}

/// Returns the JSON bodies of the requests to `/ship`.
fn bodies(script: &Script) -> Vec<serde_json::Value> {
    let seen = script.seen();
    let calls = seen.iter().filter(|seen| seen.target == "/ship");
    calls
        .map(|seen| serde_json::from_str(&seen.body).unwrap())
        .collect()
}

#[derive(Default)]
struct Counting(std::sync::atomic::AtomicU64);

impl Randomness for Counting {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

fn keys(script: &Script) -> Vec<String> {
    let seen = script.seen();
    let orders = seen.iter().filter(|seen| seen.target == "/order");
    orders
        .map(|seen| seen.header("idempotency-key").unwrap().to_owned())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn an_unsupported_or_invalid_idempotency_key_is_rejected_before_sending() {
    let (script, client) = start(Vec::new()).await;
    let error = client.pay(1).with_idempotency_key("k").await.unwrap_err();
    assert!(
        error.is_request()
            && error
                .to_string()
                .contains("does not accept an idempotency key")
    );
    for blank in [" ", "\t", "a\nb"] {
        let error = client
            .order(1)
            .with_idempotency_key(blank)
            .await
            .unwrap_err();
        assert!(error.is_request(), "{blank:?}: {error}");
        let error = client
            .ship(1)
            .with_idempotency_key(blank)
            .await
            .unwrap_err();
        assert!(error.is_request(), "{blank:?}: {error}");
    }
    let error = client.order(1).with_idempotency_key("").await.unwrap_err();
    assert!(error.is_request());
    assert_eq!(calls(&script), 0);
}

#[tokio::test(start_paused = true)]
async fn an_idempotency_key_must_be_a_uuid_if_the_vendor_requires_one() {
    let (script, client) = start(Vec::new()).await;
    for key in ["order-17", ""] {
        let post = client.post(1).with_idempotency_key(key).await;
        let buy = client.buy(1).with_idempotency_key(key).await;
        let header = client.buy(1).with_header("Idempotency-Key", key).await;
        for outcome in [post, buy, header] {
            let error = outcome.unwrap_err();
            assert!(error.is_request(), "{key:?}: {error}");
            assert!(error.to_string().contains("idempotency key"), "{error}");
        }
    }
    assert_eq!(calls(&script), 0);
    let key = "0f8fad5b-d9cb-469f-a165-70867728950e";
    client.post(1).with_idempotency_key(key).await.unwrap();
    client.buy(1).await.unwrap();
    assert_eq!(calls(&script), 2);
}

#[tokio::test(start_paused = true)]
async fn a_possibly_applied_call_says_so_even_if_a_retry_is_rejected() {
    let (_script, client) = start(vec![status(500), status(404)]).await;
    let error = client.replace(1).await.unwrap_err();
    assert!(error.is_not_found() && error.is_maybe_applied(), "{error}");
    let (_script, client) = start(vec![status(404)]).await;
    assert!(!client.replace(1).await.unwrap_err().is_maybe_applied());
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_at_most_once_per_call() {
    let (tokens, replies) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (script, transport) = Script::play(move |seen: &Seen| match seen.target.as_str() {
        "/token" => {
            let number = tokens.fetch_add(1, Ordering::SeqCst);
            json(200, &format!(r#"{{"access_token":"t-{number}"}}"#))
        }
        _ => status([401, 503][replies.fetch_add(1, Ordering::SeqCst) % 2]),
    });
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    let error = client.list_things("o").await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 401);
    // The first 401 causes a renewal, the 503 a retry, and the second 401 is final.
    assert_eq!((calls(&script), script.count("/token")), (3, 2));
}

#[tokio::test(start_paused = true)]
async fn raw_responses_follow_the_same_retry_rules() {
    let (script, client) = start(vec![status(503), status(503), status(503)]).await;
    let raw = client.list_things("o").send_raw().await.unwrap();
    assert_eq!((raw.status().as_u16(), calls(&script)), (503, 3));
    let (script, client) = start(vec![status(503)]).await;
    let raw = client.pay(1).send_raw().await.unwrap();
    assert_eq!((raw.status().as_u16(), calls(&script)), (503, 1));
}

#[tokio::test(start_paused = true)]
async fn a_token_exchange_is_retried_like_a_read() {
    let next = AtomicUsize::new(0);
    let (script, transport) = Script::play(move |seen: &Seen| match seen.target.as_str() {
        "/token" if next.fetch_add(1, Ordering::SeqCst) < 2 => status(503),
        "/token" => json(200, TOKEN),
        _ => status(200),
    });
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    client.pay(1).await.unwrap();
    assert_eq!((script.count("/token"), script.count("/pay")), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn a_failing_token_exchange_fails_the_call_without_further_retries() {
    let (script, transport) = Script::play(|_| status(503));
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    let error = client.pay(1).await.unwrap_err();
    assert!(error.is_server() && !error.is_maybe_applied(), "{error}");
    assert_eq!((script.seen().len(), error.attempts()), (3, 3));
}

//! When tokens are obtained and renewed, with paused time.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use acme::auth::Credentials;
use acme::generated::{Client, ClientBuilder};
use sdk_runtime::{
    AccessToken, BoxFuture, Call, Error, Exchange, Randomness, Secret, TokenSource, WallClock,
};
use support::{Script, json};
use tokio::time::{advance, sleep};

/// Outcome of an exchange.
#[derive(Clone, Copy, PartialEq)]
enum ExchangeOutcome {
    Give,
    Fail,
    Panic,
}

/// A token source that counts its exchanges, and checks that they never overlap.
#[derive(Clone)]
struct Source(Arc<Inner>);

struct Inner {
    exchange_count: AtomicUsize,
    running: AtomicUsize,
    takes: Mutex<Duration>,
    lifetime: Mutex<Option<f64>>,
    then: Mutex<ExchangeOutcome>,
    refresh: Mutex<Vec<Option<String>>>,
    refuses_refresh: bool,
    rotates: bool,
}

struct Running<'a>(&'a AtomicUsize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl TokenSource for Source {
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async move {
            let inner = &self.0;
            let refresh = exchange
                .refresh_token()
                .map(|token| token.expose().to_owned());
            inner.refresh.lock().unwrap().push(refresh.clone());
            assert_eq!(
                inner.running.fetch_add(1, Ordering::SeqCst),
                0,
                "two exchanges at the same time"
            );
            let running = Running(&inner.running);
            let takes = *inner.takes.lock().unwrap();
            sleep(takes).await;
            drop(running);
            let count = inner.exchange_count.fetch_add(1, Ordering::SeqCst) + 1;
            if refresh.is_some() && inner.refuses_refresh {
                return Err(refused(&exchange).await);
            }
            let then = *inner.then.lock().unwrap();
            match then {
                ExchangeOutcome::Give => {
                    let rotated = inner
                        .rotates
                        .then(|| Secret::from(format!("refresh-{count}")));
                    let lifetime = *inner.lifetime.lock().unwrap();
                    Ok(AccessToken::new(format!("token-{count}"))
                        .with_expires_in(lifetime)
                        .with_refresh_token(rotated))
                }
                ExchangeOutcome::Fail => Err(Error::configuration(format!("failure {count}"))),
                ExchangeOutcome::Panic => panic!("the source panics"),
            }
        })
    }
}

/// Makes an exchange that the vendor rejects, and returns the error.
async fn refused(exchange: &Exchange<'_>) -> Error {
    let mut call = Call::new(&acme::generated::table::GET_ACCESS_TOKEN);
    call.basic_auth("id", "wrong");
    exchange.token(call).await.unwrap_err()
}

/// Randomness that leads to the longest advisory window that jitter allows.
struct MaxRandomness;

impl Randomness for MaxRandomness {
    fn next(&self) -> u64 {
        u64::MAX
    }
}

fn source(lifetime: impl Into<Option<f64>>) -> Source {
    Source(Arc::new(Inner {
        exchange_count: AtomicUsize::new(0),
        running: AtomicUsize::new(0),
        takes: Mutex::new(Duration::from_secs(1)),
        lifetime: Mutex::new(lifetime.into()),
        then: Mutex::new(ExchangeOutcome::Give),
        refresh: Mutex::default(),
        refuses_refresh: false,
        rotates: false,
    }))
}

impl Source {
    fn edit(&mut self, edit: impl FnOnce(&mut Inner)) -> Self {
        edit(Arc::get_mut(&mut self.0).unwrap());
        self.clone()
    }

    fn then(&self, then: ExchangeOutcome) {
        *self.0.then.lock().unwrap() = then;
    }

    fn exchange_count(&self) -> usize {
        self.0.exchange_count.load(Ordering::SeqCst)
    }

    fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .base_url("http://127.0.0.1:1")
            .token_source(self.clone())
            .randomness(MaxRandomness)
    }
}

async fn token(client: &Client) -> Result<String, String> {
    client
        .access_token()
        .await
        .map(|token| token.value().expose().to_owned())
        .map_err(|error| error.to_string())
}

/// Lets spawned tasks run until they wait.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_cached_until_its_renewal_window_opens() {
    let source = source(1000.0);
    let client = source.client();
    assert_eq!(token(&client).await.unwrap(), "token-1");
    // A token's lifetime begins with the exchange, which began one second ago. The advisory window
    // is the last 120 s.
    advance(Duration::from_secs(878)).await;
    assert_eq!(token(&client.clone()).await.unwrap(), "token-1");
    settle().await;
    assert_eq!(source.0.refresh.lock().unwrap().len(), 1);
    advance(Duration::from_secs(2)).await;
    assert_eq!(
        token(&client).await.unwrap(),
        "token-1",
        "the old token must be used during the renewal"
    );
    sleep(Duration::from_secs(2)).await;
    assert_eq!(token(&client).await.unwrap(), "token-2");
    assert_eq!(source.exchange_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn all_callers_wait_for_the_new_token_in_the_mandatory_window() {
    let source = source(1000.0);
    let client = source.client();
    token(&client).await.unwrap();
    advance(Duration::from_secs(970)).await;
    let (one, two) = tokio::join!(token(&client), token(&client));
    assert_eq!(
        (one.unwrap().as_str(), two.unwrap().as_str()),
        ("token-2", "token-2")
    );
    assert_eq!(source.exchange_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_concurrent_callers_share_one_exchange() {
    let source = source(3600.0);
    let client = source.client();
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            tokio::spawn({
                let client = client.clone();
                async move { token(&client).await }
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), "token-1");
    }
    assert_eq!(source.exchange_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_aborted_first_caller_does_not_cancel_the_exchange_for_others() {
    let source = source(3600.0);
    let client = source.client();
    let leader = tokio::spawn({
        let client = client.clone();
        async move { token(&client).await }
    });
    settle().await;
    let waiter = tokio::spawn({
        let client = client.clone();
        async move { token(&client).await }
    });
    settle().await;
    leader.abort();
    assert_eq!(waiter.await.unwrap().unwrap(), "token-1");
    assert_eq!(source.exchange_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_exchange_continues_after_all_waiters_are_dropped() {
    let source = source(3600.0);
    let client = source.client();
    assert!(
        tokio::time::timeout(Duration::from_millis(10), token(&client))
            .await
            .is_err()
    );
    sleep(Duration::from_secs(2)).await;
    assert_eq!(
        (
            token(&client).await.unwrap().as_str(),
            source.exchange_count()
        ),
        ("token-1", 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_shared_by_all_waiters_but_not_cached() {
    let source = source(3600.0);
    let client = source.client();
    source.then(ExchangeOutcome::Fail);
    let calls: Vec<_> = (0..100)
        .map(|_| {
            tokio::spawn({
                let client = client.clone();
                async move { token(&client).await }
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap_err(), "failure 1");
    }
    assert_eq!(token(&client).await.unwrap_err(), "failure 2");
    source.then(ExchangeOutcome::Give);
    assert_eq!(token(&client).await.unwrap(), "token-3");
}

#[tokio::test(start_paused = true)]
async fn a_failed_early_renewal_is_not_an_error_and_is_retried_after_5_s() {
    let source = source(1000.0);
    let client = source.client();
    token(&client).await.unwrap();
    source.then(ExchangeOutcome::Fail);
    advance(Duration::from_secs(890)).await;
    for _ in 0..3 {
        assert_eq!(token(&client).await.unwrap(), "token-1");
        sleep(Duration::from_secs(2)).await;
    }
    assert_eq!(
        source.exchange_count(),
        2,
        "an attempt that takes 1 s must be followed by a pause of 5 s"
    );
    source.then(ExchangeOutcome::Give);
    advance(Duration::from_secs(1)).await;
    assert_eq!(token(&client).await.unwrap(), "token-1");
    sleep(Duration::from_secs(2)).await;
    assert_eq!(token(&client).await.unwrap(), "token-3");
}

#[tokio::test(start_paused = true)]
async fn a_failed_early_renewal_is_repeated_in_the_mandatory_window() {
    let source = source(100.0);
    *source.0.takes.lock().unwrap() = Duration::from_secs(10);
    let client = source.client();
    token(&client).await.unwrap();
    source.then(ExchangeOutcome::Fail);
    advance(Duration::from_secs(80)).await;
    assert_eq!(
        token(&client).await.unwrap(),
        "token-1",
        "the old token must be used when the early renewal begins, at 90 s"
    );
    settle().await;
    advance(Duration::from_secs(6)).await;
    let waiter = tokio::spawn({
        let client = client.clone();
        async move { token(&client).await }
    });
    settle().await;
    advance(Duration::from_secs(5)).await;
    settle().await;
    source.then(ExchangeOutcome::Give);
    assert_eq!(waiter.await.unwrap().unwrap(), "token-3");
}

#[tokio::test(start_paused = true)]
async fn a_token_without_a_lifetime_never_expires() {
    for lifetime in [None, Some(0.0), Some(-5.0), Some(f64::MAX)] {
        let source = source(lifetime);
        let client = source.client();
        token(&client).await.unwrap();
        advance(Duration::from_secs(10 * 365 * 86_400)).await;
        assert_eq!(token(&client).await.unwrap(), "token-1", "{lifetime:?}");
        assert_eq!(client.access_token().await.unwrap().expires(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_forced_renewal_joins_the_exchange_in_progress() {
    let source = source(3600.0);
    let client = source.client();
    let (one, two) = tokio::join!(token(&client), client.renew_access_token());
    assert_eq!(one.unwrap(), two.unwrap().value().expose());
    assert_eq!(source.exchange_count(), 1);
    assert_eq!(
        client.renew_access_token().await.unwrap().value().expose(),
        "token-2"
    );
    assert_eq!(token(&client).await.unwrap(), "token-2");
}

#[tokio::test(start_paused = true)]
async fn a_failed_forced_renewal_keeps_the_old_token() {
    let source = source(3600.0);
    let client = source.client();
    token(&client).await.unwrap();
    source.then(ExchangeOutcome::Fail);
    client.renew_access_token().await.unwrap_err();
    assert_eq!(token(&client).await.unwrap(), "token-1");
}

#[tokio::test(start_paused = true)]
async fn a_panicking_token_source_is_reported_as_an_error() {
    let source = source(3600.0);
    let client = source.client();
    source.then(ExchangeOutcome::Panic);
    assert!(token(&client).await.unwrap_err().contains("aborted"));
    source.then(ExchangeOutcome::Give);
    assert!(token(&client).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_aborted_exchange_is_retried() {
    let source = source(3600.0);
    let client = source.client();
    source.then(ExchangeOutcome::Panic);
    let caller = tokio::spawn(async move { token(&client).await });
    sleep(Duration::from_millis(1500)).await;
    source.then(ExchangeOutcome::Give);
    assert!(caller.await.unwrap().is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_is_used_first_and_only_once() {
    let mut source = source(1000.0);
    let client = source.edit(|inner| inner.rotates = true).client();
    for count in 1..=3 {
        assert_eq!(
            client.renew_access_token().await.unwrap().value().expose(),
            format!("token-{count}")
        );
    }
    let used: Vec<_> = source.0.refresh.lock().unwrap().clone();
    assert_eq!(
        used,
        [
            None,
            Some("refresh-1".to_owned()),
            Some("refresh-2".to_owned())
        ]
    );
    source.then(ExchangeOutcome::Fail);
    client.renew_access_token().await.unwrap_err();
    source.then(ExchangeOutcome::Give);
    client.renew_access_token().await.unwrap();
    let last = source.0.refresh.lock().unwrap().last().cloned().unwrap();
    assert_eq!(
        last, None,
        "after a failure, it is unknown whether the refresh token was used up"
    );
}

#[tokio::test(start_paused = true)]
async fn the_full_grant_is_used_after_a_refresh_token_is_rejected() {
    let (_script, transport) = Script::play(|_| json(422, r#"{"code":422,"message":"expired"}"#));
    let mut source = source(1000.0);
    let client = source
        .edit(|inner| (inner.rotates, inner.refuses_refresh) = (true, true))
        .builder()
        .transport(transport)
        .build()
        .unwrap();
    client.access_token().await.unwrap();
    assert_eq!(
        client.renew_access_token().await.unwrap().value().expose(),
        "token-3"
    );
    assert_eq!(
        *source.0.refresh.lock().unwrap(),
        [None, Some("refresh-1".to_owned()), None]
    );
}

#[tokio::test(start_paused = true)]
async fn the_expiry_time_comes_from_the_configured_wall_clock() {
    struct Noon;

    impl WallClock for Noon {
        fn now(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH + Duration::from_secs(43_200)
        }
    }

    let builder = Client::builder()
        .base_url("http://127.0.0.1:1")
        .token_source(source(60.0));
    let client = builder
        .wall_clock(Noon)
        .credentials(Credentials::new("id", "s"))
        .build()
        .unwrap();
    let expires = client.access_token().await.unwrap().expires().unwrap();
    assert_eq!(
        expires.duration_since(SystemTime::UNIX_EPOCH).unwrap(),
        Duration::from_secs(43_260)
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_with_invalid_header_characters_is_not_shown_in_the_error() {
    struct Odd;

    impl TokenSource for Odd {
        fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
            Box::pin(async { Ok(AccessToken::new("hush\nhush")) })
        }
    }

    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .token_source(Odd)
        .build()
        .unwrap();
    let error = client.access_token().await.unwrap_err();
    assert!(
        error.is_decode() && !format!("{error} {error:?}").contains("hush"),
        "{error}"
    );
}

/// A wall clock that the test sets.
#[derive(Clone, Default)]
struct ManualClock(Arc<Mutex<Duration>>);

impl WallClock for ManualClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000) + *self.0.lock().unwrap()
    }
}

impl ManualClock {
    fn to(&self, seconds: u64) {
        *self.0.lock().unwrap() = Duration::from_secs(seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn a_forward_clock_jump_renews_the_token_and_a_backward_one_does_not() {
    let (source, clock) = (source(1000.0), ManualClock::default());
    clock.to(500_000);
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .token_source(source.clone())
        .wall_clock(clock.clone())
        .build()
        .unwrap();
    assert_eq!(token(&client).await.unwrap(), "token-1");
    clock.to(0);
    assert_eq!(token(&client).await.unwrap(), "token-1");
    // tokio's clock has not moved. The token is considered expired 30 s before its actual expiry.
    clock.to(500_969);
    assert_eq!(token(&client).await.unwrap(), "token-1");
    clock.to(500_970);
    assert_eq!(token(&client).await.unwrap(), "token-2");
    clock.to(9_000_000);
    assert_eq!(token(&client).await.unwrap(), "token-3");
    assert_eq!(
        token(&client).await.unwrap(),
        "token-3",
        "one jump must cost one exchange"
    );
    settle().await;
    assert_eq!(source.exchange_count(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_custom_token_source_replaces_that_of_the_credentials() {
    let source = source(1000.0);
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .credentials(Credentials::new("id", "s3cret"))
        .token_source(source.clone())
        .build()
        .unwrap();
    assert_eq!(token(&client).await.unwrap(), "token-1");
}

#[tokio::test(start_paused = true)]
async fn the_initial_refresh_token_is_used_first_and_only_once() {
    struct Initial(Source);

    impl TokenSource for Initial {
        fn exchange<'a>(
            &'a self,
            exchange: Exchange<'a>,
        ) -> BoxFuture<'a, Result<AccessToken, Error>> {
            self.0.exchange(exchange)
        }

        fn initial_refresh_token(&self) -> Option<Secret> {
            Some("initial".into())
        }
    }

    let source = source(1000.0);
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .token_source(Initial(source.clone()))
        .build()
        .unwrap();
    source.then(ExchangeOutcome::Fail);
    token(&client).await.unwrap_err();
    source.then(ExchangeOutcome::Give);
    token(&client).await.unwrap();
    let used = source.0.refresh.lock().unwrap().clone();
    assert_eq!(used, [Some("initial".to_owned()), None]);
}

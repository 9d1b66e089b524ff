//! Credentials that consist only of a refresh token.
//!
//! Two tests use sockets, because they test connections that are never established.
#![cfg(feature = "file-store")]
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use acme::generated::Client;
use sdk_runtime::{
    AccessToken, BoxFuture, Call, Error, Exchange, FileStore, Fingerprint, MemoryStore, Secret,
    TokenRules, TokenSource, TokenStore,
};
use support::{Reply, Script, Seen, json};
use tokio::runtime::Runtime;

/// A token source that starts with only a refresh token.
#[derive(Clone)]
struct RefreshOnlySource {
    token: &'static str,
    retries_doubtful: bool,
}

impl TokenSource for RefreshOnlySource {
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async move {
            let refresh = exchange.refresh_token().unwrap();
            let mut call = Call::new(&acme::generated::table::GET_ACCESS_TOKEN);
            call.basic_auth("id", "s3cret");
            call.json_body(&serde_json::json!({ "refresh_token": refresh }));
            exchange.token(call).await
        })
    }

    fn rules(&self) -> TokenRules {
        TokenRules {
            refresh_only: Some("there is no other grant"),
            retries_doubtful: self.retries_doubtful,
            ..TokenRules::DEFAULT
        }
    }

    fn initial_refresh_token(&self) -> Option<Secret> {
        Some(self.token.into())
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        let fields = [("refresh_token", Some(self.token))];
        Some(Fingerprint::of(&"s3cret".into(), &fields))
    }
}

const STRICT: RefreshOnlySource = RefreshOnlySource {
    token: "r-0",
    retries_doubtful: false,
};
const RETRYING: RefreshOnlySource = RefreshOnlySource {
    token: "r-0",
    retries_doubtful: true,
};

fn client(script: &Script, source: RefreshOnlySource, store: impl TokenStore + 'static) -> Client {
    let client = Client::builder().base_url(&script.url).token_source(source);
    let client = client.transport(script.transport()).token_store(store);
    client.build().unwrap()
}

/// Accepts the refresh tokens `r-0`, `r-1`, … once each, in this order, and rejects all others.
///
/// The first exchanges get the responses in `answers`, if there are any.
struct Vendor {
    answers: Mutex<Vec<Reply>>,
    lifetime: u64,
    next: AtomicUsize,
    sent: Mutex<Vec<String>>,
}

impl Vendor {
    fn new(lifetime: u64, answers: Vec<Reply>) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers),
            lifetime,
            next: AtomicUsize::new(0),
            sent: Mutex::default(),
        })
    }

    fn answer(&self, seen: &Seen) -> Reply {
        if seen.target != "/token" {
            return json(200, r#"{"items":[]}"#);
        }
        let body: serde_json::Value = serde_json::from_str(&seen.body).unwrap();
        let given = body["refresh_token"].as_str().unwrap().to_owned();
        self.sent.lock().unwrap().push(given.clone());
        let mut answers = self.answers.lock().unwrap();
        if !answers.is_empty() {
            return answers.remove(0);
        }
        let next = self.next.load(Ordering::SeqCst);
        if given != format!("r-{next}") {
            return json(400, r#"{"error":"invalid_grant"}"#);
        }
        self.next.store(next + 1, Ordering::SeqCst);
        let (token, lifetime) = (next + 1, self.lifetime);
        json(
            200,
            &format!(
                r#"{{"access_token":"token-{token}","expires_in":{lifetime},"refresh_token":"r-{token}"}}"#
            ),
        )
    }

    fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap().clone()
    }

    fn play(self: &Arc<Self>) -> Script {
        let vendor = Arc::clone(self);
        Script::without_socket(move |seen: &Seen| vendor.answer(seen))
    }

    async fn serve(self: &Arc<Self>) -> Script {
        let vendor = Arc::clone(self);
        Script::start(move |seen: &Seen| vendor.answer(seen)).await
    }
}

fn stores() -> (tempfile::TempDir, [Arc<dyn TokenStore>; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let file = FileStore::new(folder.path().join("t"));
    (folder, [Arc::new(MemoryStore::new()), Arc::new(file)])
}

#[tokio::test]
async fn a_doubtful_refresh_token_is_retried_if_the_vendor_allows_it() {
    for unclear in [json(503, "{}"), json(500, "{}"), Reply::Broken(Vec::new())] {
        let (_folder, stores) = stores();
        for store in stores {
            let vendor = Vendor::new(3600, vec![unclear.clone()]);
            let script = vendor.play();
            let first = client(&script, RETRYING, Arc::clone(&store));
            first.access_token().await.unwrap_err();
            // The second client finds the possibly used token in the store, as another process
            // would.
            let second = client(&script, RETRYING, Arc::clone(&store));
            second.access_token().await.unwrap();
            assert_eq!(vendor.sent(), ["r-0", "r-0"]);
        }
    }
}

#[tokio::test]
async fn a_doubtful_refresh_token_is_retried_once_across_all_clients_of_a_store() {
    let (_folder, stores) = stores();
    for store in stores {
        let unclear = vec![json(503, "{}"), json(503, "{}")];
        let vendor = Vendor::new(3600, unclear);
        let script = vendor.play();
        for _ in 0..4 {
            let client = client(&script, RETRYING, Arc::clone(&store));
            client.access_token().await.unwrap_err();
        }
        assert_eq!(vendor.sent(), ["r-0", "r-0"]);
    }
}

#[tokio::test]
async fn a_doubtful_refresh_token_is_not_retried_by_default() {
    let vendor = Vendor::new(3600, vec![json(503, "{}")]);
    let script = vendor.play();
    let client = client(&script, STRICT, MemoryStore::new());
    assert!(client.access_token().await.unwrap_err().is_server());
    let error = client.access_token().await.unwrap_err();
    let text = error.to_string();
    assert!(
        error.is_auth() && text.contains("no other grant") && text.contains("is unknown"),
        "{text}"
    );
    assert_eq!(vendor.sent(), ["r-0"]);
}

#[tokio::test]
async fn an_error_other_than_invalid_grant_keeps_the_refresh_token_usable() {
    for answer in [
        json(429, "{}"),
        json(401, r#"{"error":"invalid_client"}"#),
        json(403, "{}"),
        json(400, r#"{"code":"invalid_request"}"#),
    ] {
        let (_folder, stores) = stores();
        for store in stores {
            let vendor = Vendor::new(3600, vec![answer.clone()]);
            let script = vendor.play();
            let first = client(&script, STRICT, Arc::clone(&store));
            first.access_token().await.unwrap_err();
            let second = client(&script, STRICT, Arc::clone(&store));
            second.access_token().await.unwrap();
            assert_eq!(vendor.sent(), ["r-0", "r-0"]);
        }
    }
}

#[tokio::test]
async fn a_failure_before_the_request_is_sent_keeps_the_refresh_token() {
    let (_folder, stores) = stores();
    for store in stores {
        let vendor = Vendor::new(3600, Vec::new());
        let script = vendor.serve().await;
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = format!("http://{}", closed.local_addr().unwrap());
        drop(closed);
        let cut_off = Client::builder()
            .base_url(&script.url)
            .token_source(STRICT)
            .token_store(Arc::clone(&store))
            .proxy(sdk_runtime::reqwest::Proxy::all(&proxy).unwrap())
            .build()
            .unwrap();
        assert!(cut_off.access_token().await.unwrap_err().is_connect());
        let connected = Client::builder().base_url(&script.url);
        let connected = connected.token_source(STRICT).token_store(store);
        let connected = connected.build().unwrap();
        connected.access_token().await.unwrap();
        assert_eq!(vendor.sent(), ["r-0"]);
    }
}

/// Runs work in its own runtime, like a short program.
fn program<T>(work: impl Future<Output = T>) -> T {
    let runtime = Runtime::new().unwrap();
    let outcome = runtime.block_on(work);
    // Unfinished work ends here.
    runtime.shutdown_timeout(Duration::from_secs(5));
    outcome
}

/// A resolver that never returns an address.
struct PendingResolver;

impl sdk_runtime::reqwest::dns::Resolve for PendingResolver {
    fn resolve(&self, _: sdk_runtime::reqwest::dns::Name) -> sdk_runtime::reqwest::dns::Resolving {
        Box::pin(std::future::pending())
    }
}

#[test]
fn an_exchange_dropped_before_connecting_keeps_its_refresh_token() {
    let (_folder, stores) = stores();
    for store in stores {
        let vendor = Vendor::new(3600, Vec::new());
        let (send, receive) = std::sync::mpsc::channel();
        let serving = Arc::clone(&vendor);
        std::thread::spawn(move || {
            Runtime::new().unwrap().block_on(async move {
                let script = serving.serve().await;
                send.send(script.url.clone()).unwrap();
                std::future::pending::<()>().await;
            });
        });
        let url = receive.recv().unwrap();
        let address: std::net::SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
        let start = |http: sdk_runtime::reqwest::ClientBuilder| {
            let http = http.redirect(sdk_runtime::reqwest::redirect::Policy::none());
            let client = Client::builder()
                .base_url(format!("http://acme.test:{}", address.port()))
                .allow_plain_http()
                .http_client(http.no_proxy().build().unwrap());
            let client = client.token_source(STRICT).token_store(Arc::clone(&store));
            client.build().unwrap()
        };
        program(async {
            let client = start(
                sdk_runtime::reqwest::Client::builder().dns_resolver(Arc::new(PendingResolver)),
            );
            let waiting = tokio::time::timeout(Duration::from_millis(300), client.access_token());
            assert!(waiting.await.is_err());
        });
        program(async {
            let client =
                start(sdk_runtime::reqwest::Client::builder().resolve("acme.test", address));
            client.access_token().await.unwrap();
        });
        assert_eq!(vendor.sent(), ["r-0"]);
    }
}

#[test]
fn a_thousand_short_runs_with_short_lived_tokens_never_lose_the_login() {
    let folder = tempfile::tempdir().unwrap();
    let vendor = Vendor::new(20, Vec::new());
    let script = vendor.play();
    for run in 0..1_000 {
        // The runs are 0.7 s apart, so that they cover every window of a token's lifetime.
        let now = FixedClock(1_000_000_000 + run * 700);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let client = Client::builder()
                .base_url(&script.url)
                .token_source(STRICT)
                .token_store(FileStore::new(folder.path().join("t")))
                .wall_clock(now)
                .transport(script.transport())
                .build()
                .unwrap();
            // The first call reads the token from the store. The second call may find this token in
            // the advisory window.
            for _ in 0..2 {
                let called = client.list_things("o").await;
                called.unwrap_or_else(|error| panic!("run {run}: {error}"));
            }
        });
    }
    let exchanges = vendor.sent().len();
    assert!((30..=80).contains(&exchanges), "{exchanges} exchanges");
}

struct FixedClock(u64);

impl sdk_runtime::WallClock for FixedClock {
    fn now(&self) -> std::time::SystemTime {
        std::time::SystemTime::UNIX_EPOCH + Duration::from_millis(self.0)
    }
}

#[test]
fn a_stalled_exchange_with_the_only_refresh_token_is_awaited_not_repeated() {
    let held = Arc::new(tokio::sync::Semaphore::new(0));
    let vendor = Vendor::new(3600, Vec::new());
    let (serving, permits) = (Arc::clone(&vendor), Arc::clone(&held));
    let script = Script::without_socket(move |seen: &Seen| {
        Reply::Held(Arc::clone(&permits), Box::new(serving.answer(seen)))
    });
    let client = client(&script, STRICT, MemoryStore::new());
    let current_thread = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let resting = current_thread();
    resting.block_on(async {
        // The request is sent, and then its runtime stops running.
        let waiting = tokio::time::timeout(Duration::from_millis(500), client.access_token());
        assert!(waiting.await.is_err());
    });
    assert_eq!(vendor.sent(), ["r-0"]);
    current_thread().block_on(async {
        let waiting = tokio::time::timeout(Duration::from_secs(4), client.access_token());
        assert!(waiting.await.is_err(), "the second wait must not end");
    });
    assert_eq!(vendor.sent(), ["r-0"]);
    held.add_permits(1);
    let token = resting.block_on(client.access_token()).unwrap();
    assert_eq!(token.value().expose(), "token-1");
}

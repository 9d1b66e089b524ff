//! Tokens shared between clients and processes.
//!
//! Separate processes reach the vendor through a socket. The other tests don't use sockets.
#![cfg(feature = "file-store")]
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use acme::auth::Credentials;
use acme::generated::Client;
use sdk_runtime::{
    AccessToken, BoxFuture, Call, Error, Exchange, FileStore, Fingerprint, LockedToken,
    MemoryStore, SavedToken, Secret, TokenKey, TokenRules, TokenSource, TokenStore, WallClock,
};
use support::{Reply, Script, Seen, json};

/// Issues numbered tokens with refresh tokens, and panics if a refresh token is used twice.
///
/// Breaks the connection at exchange number `fails_at`.
fn rotating(fails_at: usize) -> impl Fn(&Seen) -> Reply {
    let count = AtomicUsize::new(0);
    let used = Mutex::new(Vec::new());
    move |seen: &Seen| {
        if seen.target != "/token" {
            return json(200, r#"{"items":[]}"#);
        }
        let body: serde_json::Value = serde_json::from_str(&seen.body).unwrap();
        if let Some(refresh) = body["refresh_token"].as_str() {
            let mut used = used.lock().unwrap();
            assert!(
                !used.contains(&refresh.to_owned()),
                "{refresh} was used twice"
            );
            used.push(refresh.to_owned());
        }
        let count = count.fetch_add(1, Ordering::SeqCst) + 1;
        if count == fails_at {
            return Reply::Broken(Vec::new());
        }
        json(
            200,
            &format!(
                r#"{{"access_token":"token-{count}","expires_in":3600,"refresh_token":"refresh-{count}"}}"#
            ),
        )
    }
}

fn client(script: &Script, store: impl TokenStore + 'static) -> Client {
    Client::builder()
        .base_url(&script.url)
        .transport(script.transport())
        .credentials(Credentials::new("id", "s3cret"))
        .token_store(store)
        .build()
        .unwrap()
}

async fn token(client: &Client) -> String {
    client
        .access_token()
        .await
        .unwrap()
        .value()
        .expose()
        .to_owned()
}

fn grants(script: &Script) -> Vec<String> {
    let seen = script.seen();
    let exchanges = seen.iter().filter(|seen| seen.target == "/token");
    exchanges
        .map(|seen| {
            let body: serde_json::Value = serde_json::from_str(&seen.body).unwrap();
            body["refresh_token"].as_str().unwrap_or("full").to_owned()
        })
        .collect()
}

#[tokio::test]
async fn clients_of_a_store_share_exchanges_and_refresh_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let stores: [Box<dyn Fn() -> Arc<dyn TokenStore>>; 2] = [
        Box::new({
            let store = MemoryStore::new();
            move || Arc::new(store.clone())
        }),
        Box::new({
            let path = folder.path().join("tokens");
            move || Arc::new(FileStore::new(&path))
        }),
    ];
    for store in stores {
        let script = Script::without_socket(rotating(0));
        let (one, two) = (client(&script, store()), client(&script, store()));
        let (first, second) = tokio::join!(token(&one), token(&two));
        assert_eq!((first.as_str(), second.as_str()), ("token-1", "token-1"));
        one.renew_access_token().await.unwrap();
        // This client still has the old token, but renews with the refresh token that the other
        // client stored.
        two.renew_access_token().await.unwrap();
        one.renew_access_token().await.unwrap();
        assert_eq!(
            grants(&script),
            ["full", "refresh-1", "refresh-2", "refresh-3"]
        );
        assert_eq!(token(&client(&script, store())).await, "token-4");
        let other = Client::builder()
            .base_url(&script.url)
            .transport(script.transport())
            .credentials(Credentials::new("other", "s3cret"))
            .token_store(store())
            .build()
            .unwrap();
        assert_eq!(
            token(&other).await,
            "token-5",
            "another client id must have its own entry"
        );
    }
}

#[tokio::test]
async fn an_unrotated_refresh_token_is_reused_by_all_clients_of_a_store() {
    let count = AtomicUsize::new(0);
    let script = Script::without_socket(move |_| {
        let refresh = match count.fetch_add(1, Ordering::SeqCst) {
            0 => r#","refresh_token":"refresh""#,
            _ => "",
        };
        json(
            200,
            &format!(r#"{{"access_token":"token","expires_in":3600{refresh}}}"#),
        )
    });
    let store = MemoryStore::new();
    let (one, two) = (client(&script, store.clone()), client(&script, store));
    for client in [&one, &two, &one, &two] {
        client.renew_access_token().await.unwrap();
    }
    assert_eq!(grants(&script), ["full", "refresh", "refresh", "refresh"]);
}

#[tokio::test]
async fn a_doubtful_refresh_token_is_not_reused_by_any_client() {
    let store = MemoryStore::new();
    let script = Script::without_socket(rotating(2));
    let one = client(&script, store.clone());
    token(&one).await;
    assert!(one.renew_access_token().await.unwrap_err().is_transport());
    for client in [&one, &client(&script, store.clone())] {
        client.renew_access_token().await.unwrap();
    }
    assert_eq!(grants(&script), ["full", "refresh-1", "full", "refresh-3"]);
}

/// A token source that starts with only a refresh token.
struct RefreshOnlySource(&'static str);

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

    fn initial_refresh_token(&self) -> Option<Secret> {
        Some(self.0.into())
    }

    fn rules(&self) -> TokenRules {
        TokenRules {
            refresh_only: Some("there is no other grant"),
            ..TokenRules::DEFAULT
        }
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        let fields = [("id", Some("id")), ("refresh_token", Some(self.0))];
        Some(Fingerprint::of(&"s3cret".into(), &fields))
    }
}

#[tokio::test]
async fn the_initial_refresh_token_is_used_only_once_across_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::without_socket(rotating(3));
    let start = || {
        Client::builder()
            .base_url(&script.url)
            .transport(script.transport())
            .token_source(RefreshOnlySource("initial"))
            .token_store(FileStore::new(folder.path().join("t")))
            .build()
            .unwrap()
    };
    start().renew_access_token().await.unwrap();
    start().renew_access_token().await.unwrap();
    assert!(
        start()
            .renew_access_token()
            .await
            .unwrap_err()
            .is_transport()
    );
    let error = start().renew_access_token().await.unwrap_err();
    assert!(
        error.is_auth() && error.to_string().contains("no other grant"),
        "{error}"
    );
    assert_eq!(grants(&script), ["initial", "refresh-1", "refresh-2"]);
}

#[tokio::test]
async fn clients_with_different_initial_refresh_tokens_share_no_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let store: [Arc<dyn TokenStore>; 2] = [
        Arc::new(MemoryStore::new()),
        Arc::new(FileStore::new(folder.path().join("t"))),
    ];
    for store in store {
        let script = Script::without_socket(rotating(0));
        let start = |refresh_token| {
            let client = Client::builder()
                .base_url(&script.url)
                .transport(script.transport());
            let client = client.token_source(RefreshOnlySource(refresh_token));
            client.token_store(Arc::clone(&store)).build().unwrap()
        };
        assert_eq!(token(&start("of-alice")).await, "token-1");
        assert_eq!(token(&start("of-bob")).await, "token-2");
        assert_eq!(token(&start("of-alice")).await, "token-1");
        assert_eq!(grants(&script), ["of-alice", "of-bob"]);
    }
}

#[tokio::test]
async fn an_empty_or_invalid_token_is_an_error_and_is_not_stored() {
    for bad in [r"line\nbreak", ""] {
        let folder = tempfile::tempdir().unwrap();
        let count = AtomicUsize::new(0);
        let script = Script::without_socket(move |_| {
            let bad = (count.fetch_add(1, Ordering::SeqCst) == 0).then_some(bad);
            let token = bad.unwrap_or("good");
            json(200, &format!(r#"{{"access_token":"{token}"}}"#))
        });
        let start = || client(&script, FileStore::new(folder.path().join("t")));
        let error = start().access_token().await.unwrap_err();
        assert!(
            error.is_decode() && error.operation() == Some("get_access_token"),
            "{error}"
        );
        assert_eq!(token(&start()).await, "good");
    }
}

/// A store that contains only a token damaged by another program.
struct DamagedStore;

impl TokenStore for DamagedStore {
    fn load<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, Result<Option<SavedToken>, Error>> {
        let saved = SavedToken::from_json(br#"{"access_token":"a\nb","obtained":0}"#);
        Box::pin(async { Ok(saved) })
    }

    fn lock<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn LockedToken>, Error>> {
        Box::pin(async { Ok(Box::new(Self) as Box<dyn LockedToken>) })
    }
}

impl LockedToken for DamagedStore {
    fn load(&mut self) -> BoxFuture<'_, Result<Option<SavedToken>, Error>> {
        let saved = SavedToken::from_json(br#"{"access_token":"a\nb","obtained":0}"#);
        Box::pin(async { Ok(saved) })
    }

    fn save<'a>(&'a mut self, _: &'a SavedToken) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn a_damaged_token_in_a_store_is_replaced() {
    let script = Script::without_socket(rotating(0));
    assert_eq!(token(&client(&script, DamagedStore)).await, "token-1");
}

#[tokio::test]
async fn without_another_grant_a_rejected_refresh_token_returns_the_vendors_error() {
    let script = Script::without_socket(|_| json(400, r#"{"code":"invalid_grant"}"#));
    let client = Client::builder()
        .base_url(&script.url)
        .transport(script.transport())
        .token_source(RefreshOnlySource("initial"))
        .build()
        .unwrap();
    let error = client.access_token().await.unwrap_err();
    assert_eq!(error.code(), Some("invalid_grant"));
    let error = client.access_token().await.unwrap_err();
    assert!(error.is_auth() && error.to_string().contains("no other grant"));
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn a_rejected_or_expired_stored_token_is_not_used() {
    struct Clock(u64);

    impl WallClock for Clock {
        fn now(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH + Duration::from_secs(self.0)
        }
    }

    let store = MemoryStore::new();
    let script = Script::without_socket(rotating(0));
    let at = |seconds: u64| {
        Client::builder()
            .base_url(&script.url)
            .transport(script.transport())
            .credentials(Credentials::new("id", "s3cret"))
            .token_store(store.clone())
            .wall_clock(Clock(seconds))
            .build()
            .unwrap()
    };
    assert_eq!(token(&at(1_000_000)).await, "token-1");
    assert_eq!(token(&at(1_003_569)).await, "token-1");
    assert_eq!(
        token(&at(1_003_570)).await,
        "token-2",
        "the token must not be used in the last 30 s of its lifetime"
    );
    assert_eq!(
        token(&at(1_000_000)).await,
        "token-2",
        "the clock was set back"
    );
    let refused = AtomicUsize::new(0);
    let refusing = Script::without_socket(move |seen: &Seen| {
        let fresh = seen.header("authorization") == Some("Bearer token-1");
        match seen.target.as_str() {
            "/token" => json(
                200,
                &format!(
                    r#"{{"access_token":"token-{}"}}"#,
                    refused.fetch_add(1, Ordering::SeqCst)
                ),
            ),
            _ => json(if fresh { 200 } else { 401 }, r#"{"items":[]}"#),
        }
    });
    let one = client(&refusing, store.clone());
    one.list_things("o").await.unwrap();
    assert_eq!(refusing.count("/token"), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn token_files_are_private_and_rejected_if_others_can_access_them() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/tokens");
    let script = Script::without_socket(rotating(0));
    let start = || client(&script, FileStore::new(&path));
    token(&start()).await;
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    let files: Vec<_> = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 2, "expected the token and its lock: {files:?}");
    for file in &files {
        assert_eq!(mode(file), 0o600);
        let name = file.file_stem().unwrap().to_str().unwrap();
        assert!(
            name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{name}"
        );
    }
    let json = files
        .iter()
        .find(|file| file.extension().unwrap() == "json")
        .unwrap();
    for (open, closed, target) in [(0o640, 0o600, json), (0o750, 0o700, &path)] {
        std::fs::set_permissions(target, PermissionsExt::from_mode(open)).unwrap();
        let error = start().access_token().await.unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains("chmod"),
            "{error}"
        );
        std::fs::set_permissions(target, PermissionsExt::from_mode(closed)).unwrap();
    }
    assert_eq!(token(&start()).await, "token-1");
    // Damaged content, or content of another program or vendor, is treated as absent.
    let whole = std::fs::read_to_string(json).unwrap();
    let others = whole.replace("\"acme\"", "\"other\"");
    for (text, expected) in [
        (&whole[..whole.len() / 2], "token-2"),
        ("", "token-3"),
        ("{}", "token-4"),
        (&others, "token-5"),
    ] {
        std::fs::write(json, text).unwrap();
        assert_eq!(token(&start()).await, expected, "{text}");
    }
    // A crash between writing and renaming left a temporary file.
    std::fs::write(json.with_extension("new"), "half").unwrap();
    assert_eq!(
        start().renew_access_token().await.unwrap().value().expose(),
        "token-6"
    );
    assert_eq!(token(&start()).await, "token-6");
}

#[tokio::test]
async fn without_another_grant_a_folder_that_cannot_be_created_is_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let script = Script::without_socket(rotating(0));
    let client = Client::builder()
        .base_url(&script.url)
        .transport(script.transport())
        .token_source(RefreshOnlySource("initial"))
        .token_store(FileStore::new(file.path().join("t")))
        .build()
        .unwrap();
    let error = client.access_token().await.unwrap_err();
    assert!(
        error.is_store() && error.to_string().contains("cannot be"),
        "{error}"
    );
    assert_eq!(script.seen().len(), 0);
}

const URL: &str = "SDK_RUNTIME_TEST_URL";
const FOLDER: &str = "SDK_RUNTIME_TEST_FOLDER";

#[tokio::test(flavor = "multi_thread")]
async fn fifty_concurrent_processes_share_one_exchange() {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::start(rotating(0)).await;
    let children: Vec<_> = (0..50)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args([
                    "child_process_makes_a_call",
                    "--exact",
                    "--ignored",
                    "--nocapture",
                ])
                .env(URL, &script.url)
                .env(FOLDER, folder.path().join("tokens"))
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let output = tokio::task::spawn_blocking(|| child.wait_with_output())
            .await
            .unwrap()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && said.contains("has token-1"),
            "{said}"
        );
    }
    assert_eq!(
        (script.count("/token"), script.count("/owners/o/things")),
        (1, 50)
    );
}

#[tokio::test]
#[ignore = "run by the test above, in separate processes"]
async fn child_process_makes_a_call() {
    let client = Client::builder()
        .base_url(std::env::var(URL).unwrap())
        .credentials(Credentials::new("id", "s3cret"))
        .token_store(FileStore::new(std::env::var(FOLDER).unwrap()))
        .build()
        .unwrap();
    client.list_things("o").await.unwrap();
    println!("has {}", token(&client).await);
}

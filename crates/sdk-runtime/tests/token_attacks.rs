//! Ordinary events and hostile neighbors must not invalidate a login or reveal another tenant's
//! token.
#![cfg(feature = "file-store")]
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use acme::auth::Credentials;
use acme::generated::Client;
use sdk_runtime::{FileStore, MemoryStore, TokenStore};
use support::{Script, Seen, json};

/// Starts a vendor that issues numbered tokens, and rejects wrong credentials.
async fn vendor() -> Script {
    let count = AtomicUsize::new(0);
    Script::start(move |seen: &Seen| {
        if seen.target != "/token" {
            return json(200, r#"{"items":[]}"#);
        }
        // The credentials `id:s3cret` in Base64.
        if seen.header("authorization") != Some("Basic aWQ6czNjcmV0") {
            return json(401, r#"{"code":"invalid_client","message":"wrong"}"#);
        }
        let count = count.fetch_add(1, Ordering::SeqCst) + 1;
        json(
            200,
            &format!(r#"{{"access_token":"token-{count}","expires_in":3600}}"#),
        )
    })
    .await
}

fn client(script: &Script, secret: &str, store: impl TokenStore + 'static) -> Client {
    Client::builder()
        .base_url(&script.url)
        .credentials(Credentials::new("id", secret))
        .token_store(store)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_store_gives_no_token_to_a_client_that_knows_only_the_id() {
    let folder = tempfile::tempdir().unwrap();
    let stores: [Arc<dyn TokenStore>; 2] = [
        Arc::new(MemoryStore::new()),
        Arc::new(FileStore::new(folder.path().join("t"))),
    ];
    for store in stores {
        let script = vendor().await;
        let owner = client(&script, "s3cret", Arc::clone(&store));
        owner.list_things("o").await.unwrap();
        let stranger = client(&script, "guess", Arc::clone(&store));
        let error = stranger.list_things("o").await.unwrap_err();
        assert!(error.is_auth(), "{error}");
        client(&script, "s3cret", store)
            .list_things("o")
            .await
            .unwrap();
        assert_eq!(
            script.count("/token"),
            2,
            "the owner's token must be shared"
        );
    }
}

#[tokio::test]
async fn malformed_token_fields_do_not_fail_the_exchange() {
    for lifetime in ["1e400", "-1e400", "-5", r#""soon""#, "[1e999]", "null"] {
        for name in ["expires_in", "expiresIn", "scope", "refresh_token", "other"] {
            let script = Script::start(move |_| {
                json(
                    200,
                    &format!(r#"{{"access_token":"t","{name}":{lifetime}}}"#),
                )
            })
            .await;
            let token = client(&script, "s3cret", MemoryStore::new());
            let token = token.access_token().await;
            assert!(token.is_ok(), "{name} {lifetime}: {}", token.unwrap_err());
        }
    }
}

#[tokio::test]
async fn twenty_calls_that_are_always_rejected_make_at_most_two_exchanges() {
    for others_accept in [false, true] {
        let count = AtomicUsize::new(0);
        let script = Script::start(move |seen: &Seen| {
            if seen.target == "/token" {
                let count = count.fetch_add(1, Ordering::SeqCst) + 1;
                return json(
                    200,
                    &format!(r#"{{"access_token":"token-{count}","expires_in":3600}}"#),
                );
            }
            let status = if seen.target == "/things" { 200 } else { 401 };
            json(status, r#"{"id":1,"items":[]}"#)
        })
        .await;
        let client = client(&script, "s3cret", MemoryStore::new());
        for _ in 0..20 {
            if others_accept {
                let thing = acme::generated::things::Thing {
                    id: 1,
                    span: None,
                    made: None,
                };
                client.create_thing(&thing).await.unwrap();
            }
            let error = client.list_things("o").await.unwrap_err();
            assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
        }
        assert!(
            script.count("/token") <= 2,
            "{} exchanges",
            script.count("/token")
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_failing_store_does_not_affect_a_client_with_a_full_grant() {
    let folder = tempfile::tempdir().unwrap();
    let script = vendor().await;
    let full = client(&script, "s3cret", FileStore::new("/dev/full/tokens"));
    full.list_things("o").await.unwrap();
    let path = folder.path().join("t");
    let spoilt = client(&script, "s3cret", FileStore::new(&path));
    spoilt.list_things("o").await.unwrap();
    std::fs::remove_dir_all(&path).unwrap();
    std::fs::write(&path, "a file where the folder was").unwrap();
    spoilt.renew_access_token().await.unwrap();
}

fn current_thread_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// Starts a server in its own thread and runtime.
fn start_in_own_thread<T: Send + 'static>(start: impl Future<Output = T> + Send + 'static) -> T {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        current_thread_runtime().block_on(async move {
            send.send(start.await).ok();
            std::future::pending::<()>().await;
        });
    });
    receive.recv().unwrap()
}

#[test]
fn an_exchange_of_an_idle_runtime_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let stores: [Arc<dyn TokenStore>; 2] = [
        Arc::new(MemoryStore::new()),
        Arc::new(FileStore::new(folder.path().join("t"))),
    ];
    for store in stores {
        let script = start_in_own_thread(vendor());
        let client = client(&script, "s3cret", store);
        let first = current_thread_runtime();
        // The exchange starts, and then its runtime stops running.
        first.block_on(async {
            let _ = tokio::time::timeout(Duration::from_millis(1), client.access_token()).await;
        });
        let token = current_thread_runtime().block_on(async {
            tokio::time::timeout(Duration::from_secs(20), client.access_token()).await
        });
        assert!(
            token
                .expect("the caller must not wait for a runtime that has stopped running")
                .is_ok()
        );
        drop(first);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_valid_stored_token_is_read_while_the_lock_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t");
    let script = vendor().await;
    client(&script, "s3cret", FileStore::new(&path))
        .list_things("o")
        .await
        .unwrap();
    let locks: Vec<_> = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().unwrap() == "lock")
        .collect();
    let held = std::fs::File::open(&locks[0]).unwrap();
    held.lock().unwrap();
    let reader = client(&script, "s3cret", FileStore::new(&path));
    let token = tokio::time::timeout(Duration::from_secs(5), reader.access_token()).await;
    assert_eq!(token.unwrap().unwrap().value().expose(), "token-1");
}

#[cfg(unix)]
#[tokio::test]
async fn waiting_for_a_lock_respects_the_clients_timeout() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t");
    let script = vendor().await;
    let first = client(&script, "s3cret", FileStore::new(&path));
    first.access_token().await.unwrap();
    let locks: Vec<_> = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().unwrap() == "lock")
        .collect();
    let held = std::fs::File::open(&locks[0]).unwrap();
    held.lock().unwrap();
    let hurried = Client::builder()
        .base_url(&script.url)
        .credentials(Credentials::new("id", "s3cret"))
        .token_store(FileStore::new(&path))
        .timeout(Duration::from_secs(2))
        .build()
        .unwrap();
    let renewed = tokio::time::timeout(Duration::from_secs(10), hurried.renew_access_token());
    let renewed = renewed
        .await
        .expect("the caller must not wait longer than the timeout of the call");
    assert_eq!(renewed.unwrap().value().expose(), "token-2");
}

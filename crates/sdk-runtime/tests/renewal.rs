//! Effects of a 401.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use acme::auth::Credentials;
use acme::generated::Client;
use acme::generated::things::Thing;
use sdk_runtime::{Error, Transport};
use support::{Reply, Script, Seen, json};
use tokio::sync::Semaphore;

/// Issues numbered tokens, and accepts tokens whose number is at least `valid_from`. Rejects
/// exchange number `refused_from` and all later ones.
fn play(valid_from: usize, refused_from: usize) -> (Script, impl Transport) {
    let handed_out = Arc::new(AtomicUsize::new(0));
    Script::play(move |seen: &Seen| -> Reply {
        if seen.target == "/token" {
            let count = handed_out.fetch_add(1, Ordering::SeqCst) + 1;
            if count >= refused_from {
                return json(
                    401,
                    r#"{"code":"invalid_client","message":"unknown client"}"#,
                );
            }
            return json(
                200,
                &format!(r#"{{"access_token":"token-{count}","expires_in":3600}}"#),
            );
        }
        let token = seen
            .header("authorization")
            .and_then(|value| value.strip_prefix("Bearer token-"))
            .unwrap();
        if token.parse::<usize>().unwrap() < valid_from {
            return json(
                401,
                r#"{"code":"expired","message":"the token has expired"}"#,
            );
        }
        json(200, r#"{"items":[]}"#)
    })
}

async fn start(valid_from: usize, refused_from: usize) -> (Script, Client) {
    let (script, transport) = play(valid_from, refused_from);
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    (script, client)
}

#[tokio::test]
async fn a_rejected_token_is_renewed_and_the_call_is_retried_once() {
    let (script, client) = start(2, usize::MAX).await;
    client.list_things("o").await.unwrap();
    assert_eq!(
        (script.count("/token"), script.count("/owners/o/things")),
        (2, 2)
    );
    let (script, client) = start(2, usize::MAX).await;
    client
        .create_thing(&Thing {
            id: 1,
            span: None,
            made: None,
        })
        .await
        .unwrap();
    let bodies: Vec<_> = script
        .seen()
        .into_iter()
        .filter(|seen| seen.target == "/things")
        .map(|seen| seen.body)
        .collect();
    assert_eq!(bodies, [r#"{"id":1}"#, r#"{"id":1}"#]);
}

#[tokio::test]
async fn a_second_rejection_is_returned_to_the_caller() {
    let (script, client) = start(99, usize::MAX).await;
    let error = client.list_things("o").await.unwrap_err();
    assert!(error.is_auth());
    assert_eq!((error.code(), error.attempts()), (Some("expired"), 2));
    assert_eq!(
        (script.count("/token"), script.count("/owners/o/things")),
        (2, 2)
    );
    let raw = client.list_things("o").send_raw().await.unwrap();
    assert_eq!(raw.status(), 401);
}

#[tokio::test]
async fn concurrent_rejections_renew_the_token_once() {
    let (script, client) = start(2, usize::MAX).await;
    client.access_token().await.unwrap();
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                client
                    .list_things("o")
                    .await
                    .map(|things| things.items.len())
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(script.count("/token"), 2);
}

#[tokio::test]
async fn concurrent_rejections_share_one_failed_renewal() {
    let (script, client) = start(2, 2).await;
    client.access_token().await.unwrap();
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.list_things("o").await.unwrap_err() })
        })
        .collect();
    for call in calls {
        let error = call.await.unwrap();
        assert!(
            error.is_auth() && error.code() == Some("invalid_client"),
            "{error}"
        );
        assert!(
            error.to_string().starts_with(
                "list_things: could not obtain an access token: get_access_token: 401"
            ),
            "{error}"
        );
    }
    // One exchange is for the first token, and one for the storm of rejected calls.
    assert_eq!(script.count("/token"), 2);
    // A new call is not part of the storm.
    client.list_things("o").await.unwrap_err();
    assert_eq!(script.count("/token"), 3);
}

#[tokio::test]
async fn invalid_credentials_are_an_authentication_error_and_are_not_retried() {
    let (script, client) = start(1, 1).await;
    let error = client.list_things("o").await.unwrap_err();
    assert!(error.is_auth() && !error.is_configuration());
    assert_eq!(
        (error.code(), error.message(), error.operation()),
        (
            Some("invalid_client"),
            "unknown client",
            Some("get_access_token")
        )
    );
    assert_eq!((script.count("/token"), script.seen().len()), (1, 1));
}

#[tokio::test]
async fn a_rejected_token_is_not_resent_if_the_renewal_returns_the_same_one() {
    use sdk_runtime::{AccessToken, BoxFuture, Exchange, TokenSource};

    struct Fixed;

    impl TokenSource for Fixed {
        fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
            Box::pin(async { Ok(AccessToken::new("token-0")) })
        }
    }

    let (script, transport) = play(1, usize::MAX);
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .token_source(Fixed)
        .build()
        .unwrap();
    let error = client.list_things("o").await.unwrap_err();
    assert_eq!(
        (error.code(), error.attempts(), script.seen().len()),
        (Some("expired"), 1, 1)
    );
}

#[tokio::test]
async fn a_rejected_token_is_renewed_even_after_a_failed_forced_renewal() {
    let refusing = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let exchanges = Arc::new(AtomicUsize::new(0));
    let (refuse, count) = (Arc::clone(&refusing), Arc::clone(&exchanges));
    let (script, transport) = Script::play(move |seen: &Seen| {
        if seen.target != "/token" {
            let fresh = seen.header("authorization") == Some("Bearer token-3");
            return json(if fresh { 200 } else { 401 }, r#"{"items":[]}"#);
        }
        let count = count.fetch_add(1, Ordering::SeqCst) + 1;
        let token = format!(r#"{{"access_token":"token-{count}"}}"#);
        json(
            if refuse.load(Ordering::SeqCst) {
                501
            } else {
                200
            },
            &token,
        )
    });
    let credentials = Credentials::new("id", "s3cret");
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(credentials)
        .build()
        .unwrap();
    client.access_token().await.unwrap();
    refusing.store(true, Ordering::SeqCst);
    assert!(client.renew_access_token().await.unwrap_err().is_server());
    refusing.store(false, Ordering::SeqCst);
    client.list_things("o").await.unwrap();
    assert_eq!(exchanges.load(Ordering::SeqCst), 3);
}

/// Makes two calls with the same token. One call is rejected immediately, and the other is rejected
/// after the first call has finished.
///
/// Exchange number `refused_from` and all later ones are rejected.
async fn late_rejection(refused_from: usize) -> (Script, [Result<(), Error>; 2]) {
    let permits = Arc::new(Semaphore::new(0));
    let (held, exchanges) = (Arc::clone(&permits), AtomicUsize::new(0));
    let (script, transport) = Script::play(move |seen: &Seen| {
        if seen.target == "/token" {
            let count = exchanges.fetch_add(1, Ordering::SeqCst) + 1;
            let status = if count >= refused_from { 401 } else { 200 };
            return json(
                status,
                &format!(r#"{{"access_token":"token-{count}","code":"c-{count}"}}"#),
            );
        }
        let stale = seen.header("authorization") == Some("Bearer token-1");
        match (stale, seen.target.starts_with("/owners/late/")) {
            (false, _) => json(200, r#"{"items":[]}"#),
            (true, false) => json(401, "{}"),
            (true, true) => Reply::Held(Arc::clone(&held), Box::new(json(401, "{}"))),
        }
    });
    let credentials = Credentials::new("id", "s3cret");
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(credentials)
        .build()
        .unwrap();
    client.access_token().await.unwrap();
    let late = tokio::spawn({
        let client = client.clone();
        async move { client.list_things("late").await.map(drop) }
    });
    while script.count("/owners/late/things") == 0 {
        tokio::task::yield_now().await;
    }
    let early = client.list_things("early").await.map(drop);
    permits.add_permits(1);
    let late = late.await.unwrap();
    (script, [early, late])
}

#[tokio::test]
async fn a_late_rejection_uses_the_token_that_was_already_renewed() {
    let (script, outcomes) = late_rejection(usize::MAX).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(script.count("/token"), 2);
}

#[tokio::test]
async fn a_late_rejection_does_not_repeat_a_failed_renewal() {
    let (script, outcomes) = late_rejection(2).await;
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().code(), Some("c-2"));
    }
    assert_eq!(script.count("/token"), 2);
}

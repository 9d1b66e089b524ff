//! Tests a client outside a tokio runtime, in several runtimes, and in a runtime that has shut
//! down.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;

use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use acme::generated::Client;
use sdk_runtime::{AccessToken, BoxFuture, Error, ErrorKind, Exchange, TokenSource};
use tokio::runtime::Runtime;

struct Source;

impl TokenSource for Source {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new("token")) })
    }
}

fn client() -> Client {
    let builder = Client::builder().base_url("http://127.0.0.1:9");
    builder.token_source(Source).build().unwrap()
}

#[test]
fn a_client_fails_outside_a_runtime_and_works_inside_one_later() {
    let client = client();
    let mut context = Context::from_waker(Waker::noop());
    let polled = pin!(client.access_token()).poll(&mut context);
    let Poll::Ready(Err(error)) = polled else {
        panic!("{polled:?}");
    };
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("tokio runtime"), "{error}");
    let token = Runtime::new().unwrap().block_on(client.access_token());
    assert_eq!(token.unwrap().value().expose(), "token");
}

#[test]
fn lists_and_bulk_writes_report_a_missing_runtime() {
    let client = client();
    let mut context = Context::from_waker(Waker::noop());
    let mut items = client.list_by_page().items();
    let Poll::Ready(Err(error)) = pin!(items.try_next()).poll(&mut context) else {
        panic!("no error");
    };
    assert!(error.to_string().contains("tokio runtime"), "{error}");
    let lines: Vec<acme::shop::Line> = vec![acme::shop::Line {
        code: "a".to_owned(),
        data: 1.into(),
    }];
    let mut statuses = client.upsert_lines(lines).send();
    let Poll::Ready(Err(error)) = pin!(statuses.try_next()).poll(&mut context) else {
        panic!("no error");
    };
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}

#[test]
fn a_call_in_a_shut_down_runtime_fails_instead_of_hanging() {
    let client = client();
    let (send, receive) = mpsc::channel();
    let user = client.clone();
    std::thread::spawn(move || {
        let runtime = Runtime::new().unwrap();
        let handle = runtime.handle().clone();
        drop(runtime);
        send.send(handle.block_on(user.access_token()))
    });
    // Only a caller that waits forever takes this long.
    let outcome = receive.recv_timeout(Duration::from_secs(60));
    let error = outcome.expect("the caller hangs").unwrap_err();
    assert!(error.to_string().contains("shutting down"), "{error}");
    let token = Runtime::new().unwrap().block_on(client.access_token());
    assert_eq!(token.unwrap().value().expose(), "token");
}

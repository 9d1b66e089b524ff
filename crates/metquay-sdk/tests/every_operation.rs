//! Calls every operation of the crate in every media type that it takes.
#![allow(clippy::unwrap_used)] // What a test's own helper unwraps fails the test.

#[rustfmt::skip]
#[path = "generated/every_operation.rs"]
mod generated;

/// Against the sandbox every call succeeds; against the server of `EVERY_OPERATION_BASE_URL` every call is answered.
#[tokio::test]
async fn every_operation_is_called_in_every_media_type() {
    let walk = sdk_sandbox::every_operation::walk(generated::cases())
        .await
        .unwrap();
    assert!(walk.unanswered.is_empty(), "{:#?}", walk.unanswered);
    assert!(!walk.own || walk.failed.is_empty(), "{:#?}", walk.failed);
}

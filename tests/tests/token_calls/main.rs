//! Tests the five token calls in the merged OpenAPI documents, in the rustdoc and on the wire.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Everything here runs in tests.

mod akeneo;
mod column;
mod documented;
mod metquay;
mod motaword;
mod oneshot;
mod secrets;
mod smscx;

use sdk_runtime::VendorClient;
use workspace_tests::recorder::{Recorder, ScriptedResponse};

/// Creates one response per token, with the token in the given field.
fn tokens<const N: usize>(field: &str, values: [&str; N]) -> [ScriptedResponse; N] {
    values.map(|value| ScriptedResponse::json(200, format!(r#"{{"{field}":"{value}"}}"#)))
}

/// Checks that a direct call to a token operation sends no token and does not change the client's
/// own token.
///
/// The server must issue `kept`, `direct-1` and `direct-2`, in this order.
async fn assert_leaves_the_cache_alone(
    client: &dyn VendorClient,
    server: &Recorder,
    call: impl AsyncFn() -> String,
) {
    assert_eq!(
        client.access_token().await.unwrap().value().expose(),
        "kept"
    );
    assert_eq!(call().await, "direct-1");
    assert_eq!(call().await, "direct-2");
    assert_eq!(
        client.access_token().await.unwrap().value().expose(),
        "kept"
    );
    let requests = server.requests();
    assert_eq!(requests.len(), 3, "{requests:#?}");
    for request in requests {
        assert_eq!(request.count("Bearer"), 0, "{request:?}");
        assert_eq!(request.count("kept"), 0, "{request:?}");
    }
}

/// Checks that a token operation sends a single request, without a token, if no token is cached.
///
/// The server must issue `direct-1`.
async fn assert_needs_no_token(server: &Recorder, call: impl AsyncFn() -> String) {
    assert_eq!(call().await, "direct-1");
    let request = server.only();
    assert_eq!(request.count("Bearer"), 0, "{request:?}");
}

//! How long a start takes: alone in its process, so that nothing has been read before.

#![cfg(all(
    feature = "akeneo",
    feature = "metquay",
    feature = "motaword",
    feature = "oneshot",
    feature = "smscx"
))]

use std::time::Instant;

use sdk_sandbox::Sandbox;

#[tokio::test]
async fn all_vendors_start_within_a_tenth_of_a_second() {
    let begun = Instant::now();
    let sandbox = Sandbox::start().await.unwrap();
    let took = begun.elapsed();
    assert_eq!(
        sandbox.vendors(),
        ["akeneo", "metquay", "motaword", "oneshot", "smscx"]
    );
    assert!(took.as_millis() < 100, "{took:?}");
}

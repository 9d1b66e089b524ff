//! Runs the example of the token call against the sandbox.
#![allow(clippy::unwrap_used)] // What a test's own helper unwraps fails the test.

use metquay_sdk::ClientConfig;
use sdk_sandbox::Sandbox;

#[path = "../examples/metquay_get_access_token.rs"]
#[allow(dead_code)] // Its `main` reads the process's environment, which tests leave alone.
mod example;

async fn sandbox() -> (Sandbox, ClientConfig) {
    let sandbox = Sandbox::builder().vendor("metquay").start().await.unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("metquay"));
    (sandbox, config)
}

#[tokio::test]
async fn the_example_prints_the_answer_and_no_secret() {
    let (sandbox, config) = sandbox().await;
    let printed = example::run(config).await.unwrap();
    assert!(
        printed.contains("TokenResponse") && printed.contains("[redacted]"),
        "{printed}"
    );
    for (name, value) in sandbox.environment("metquay") {
        assert!(
            !name.contains("SECRET") || !printed.contains(&value),
            "{name} is printed"
        );
    }
    assert!(sandbox.exchanges("metquay") >= 1);
}

#[tokio::test]
async fn the_example_prints_the_vendors_error_for_wrong_credentials() {
    let (sandbox, config) = sandbox().await;
    let error = example::run(config.variable("METQUAY_SECRET_KEY", "a-wrong-one"))
        .await
        .unwrap_err();
    assert!(error.is_auth(), "{error:?}");
    assert!(!error.message().is_empty(), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("a-wrong-one"));
    assert_eq!(
        sandbox.requests_of("metquay").len(),
        1,
        "wrong credentials are not tried again"
    );
}

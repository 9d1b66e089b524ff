//! Runs the example of the token call against the sandbox.

#[path = "../examples/metquay_get_access_token.rs"]
#[allow(dead_code)] // Its `main` reads the environment, so tests do not call it.
mod example;

sdk_conformance::token_example!(metquay_sdk, example);

//! Runs the example of the token call against the sandbox.

#[path = "../examples/akeneo_get_access_token.rs"]
#[allow(dead_code)] // Its `main` reads the environment, so tests do not call it.
mod example;

sdk_conformance::token_example!(akeneo_sdk, example);

//! Emits the part of a vendor crate that differs from its siblings only in names: its modules, re-exports and the test of its example.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::Api;
use crate::name;
use crate::progenitor::RustApi;

/// The modules of the crate, for `lib.rs`; formatted as rustfmt does.
pub(crate) const MODULES: &str = "\
// Not `mod auth`: a tag of the API may have that name.
#[path = \"auth.rs\"]
mod credentials;
#[rustfmt::skip]
mod generated;

pub use credentials::Credentials;
pub use generated::*;
";

/// The re-exports of the runtime that a user of the crate needs.
pub(crate) fn re_exports(rust_api: &RustApi) -> TokenStream {
    let file = rust_api
        .types
        .values()
        .any(|ty| ty.parts)
        .then(|| quote! { File, });
    quote! {
        #[cfg(feature = "file-store")]
        pub use ::sdk_runtime::FileStore;
        pub use ::sdk_runtime::{
            AccessToken, ClientConfig, Error, #file Limits, MemoryStore, RawResponse, Response,
            RetryPolicy, Secret, TokenSource, TokenStore, VendorClient,
        };
    }
}

/// The test of the example of the token call, against the sandbox.
pub(crate) fn example_test(api: &Api<'_>) -> TokenStream {
    let krate = format_ident!("{}", name::library(api.vendor));
    let vendor = api.vendor;
    let example = format!("../../examples/{vendor}_get_access_token.rs");
    quote! {
        use #krate::ClientConfig;
        use sdk_sandbox::Sandbox;

        #[path = #example]
        #[allow(dead_code)]
        mod example;

        async fn sandbox() -> (Sandbox, ClientConfig) {
            let sandbox = Sandbox::builder().vendor(#vendor).start().await.unwrap();
            let config = ClientConfig::new()
                .without_environment()
                .variables(sandbox.environment(#vendor));
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
            for (name, value) in sandbox.environment(#vendor) {
                assert!(
                    !name.contains("SECRET") || !printed.contains(&value),
                    "{name} is printed"
                );
            }
            assert!(sandbox.exchanges(#vendor) >= 1);
        }

        #[tokio::test]
        async fn the_example_prints_the_vendors_error_for_wrong_credentials() {
            let (sandbox, config) = sandbox().await;
            let variables = sandbox.environment(#vendor);
            let (secret, _) = variables.iter().find(|(name, _)| name.contains("SECRET")).unwrap();
            let error = example::run(config.variable(secret.as_str(), "a-wrong-one")).await.unwrap_err();
            assert!(error.is_auth(), "{error:?}");
            assert!(!error.message().is_empty(), "{error:?}");
            assert!(!format!("{error} {error:?}").contains("a-wrong-one"));
            assert_eq!(
                sandbox.requests_of(#vendor).len(),
                1,
                "wrong credentials are not tried again"
            );
        }
    }
}

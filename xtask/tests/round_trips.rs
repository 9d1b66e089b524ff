//! Reads samples of every type of the fixtures, and writes them again.
#![cfg(feature = "serde-both-ways")]
#![allow(clippy::unwrap_used)] // Everything here runs in tests.

use sdk_runtime::{
    AccessToken, Authenticate, BoxFuture, Error, Exchange, TokenSource, Variables, Vendor,
};

/// Includes the generated code of one fixture, and defines the test of its types.
macro_rules! fixture {
    ($name:ident, $library:ident, $path:literal, $types:literal, $document:literal) => {
        #[rustfmt::skip]
        #[allow(dead_code, missing_docs, unreachable_pub, unused_imports, clippy::module_inception)]
        #[path = $path]
        mod $name;

        #[test]
        fn $library() {
            mod cases {
                use crate::$name as $library;

                include!($types);
            }
            let report = sdk_conformance::round_trips(include_str!($document), &cases::types());
            report.unwrap().verdict().unwrap();
        }
    };
}

fixture!(
    second_corpus,
    x2nd_corpus_sdk,
    "../fixtures/generate/crates/x2nd-corpus-sdk/src/generated/mod.rs",
    "../fixtures/generate/crates/x2nd-corpus-sdk/tests/generated/round_trips.rs",
    "../fixtures/generate/crates/x2nd-corpus-sdk/openapi.json"
);
fixture!(
    bodies,
    bodies_sdk,
    "../fixtures/generate/crates/bodies-sdk/src/generated/mod.rs",
    "../fixtures/generate/crates/bodies-sdk/tests/generated/round_trips.rs",
    "../fixtures/generate/crates/bodies-sdk/openapi.json"
);
fixture!(
    corpus,
    corpus_sdk,
    "../fixtures/generate/crates/corpus-sdk/src/generated/mod.rs",
    "../fixtures/generate/crates/corpus-sdk/tests/generated/round_trips.rs",
    "../fixtures/generate/crates/corpus-sdk/openapi.json"
);
fixture!(
    jobs,
    jobs_sdk,
    "../fixtures/generate/crates/jobs-sdk/src/generated/mod.rs",
    "../fixtures/generate/crates/jobs-sdk/tests/generated/round_trips.rs",
    "../fixtures/generate/crates/jobs-sdk/openapi.json"
);
fixture!(
    open,
    open_sdk,
    "../fixtures/generate/crates/open-sdk/src/generated/mod.rs",
    "../fixtures/generate/crates/open-sdk/tests/generated/round_trips.rs",
    "../fixtures/generate/crates/open-sdk/openapi.json"
);
fixture!(
    parameters,
    parameters_sdk,
    "../fixtures/generate/crates/parameters-sdk/src/generated/mod.rs",
    "../fixtures/generate/crates/parameters-sdk/tests/generated/round_trips.rs",
    "../fixtures/generate/crates/parameters-sdk/openapi.json"
);
fixture!(
    transfers,
    transfers_sdk,
    "../fixtures/generate/crates/transfers-sdk/src/generated/mod.rs",
    "../fixtures/generate/crates/transfers-sdk/tests/generated/round_trips.rs",
    "../fixtures/generate/crates/transfers-sdk/openapi.json"
);
fixture!(
    types,
    types_sdk,
    "../fixtures/generate/crates/types-sdk/src/generated/mod.rs",
    "../fixtures/generate/crates/types-sdk/tests/generated/round_trips.rs",
    "../fixtures/generate/crates/types-sdk/openapi.json"
);
fixture!(
    unions,
    unions_sdk,
    "../fixtures/generate/crates/unions-sdk/src/generated/mod.rs",
    "../fixtures/generate/crates/unions-sdk/tests/generated/round_trips.rs",
    "../fixtures/generate/crates/unions-sdk/openapi.json"
);
fixture!(
    vendors,
    vendors_sdk,
    "../fixtures/generate/crates/vendors-sdk/src/generated/mod.rs",
    "../fixtures/generate/crates/vendors-sdk/tests/generated/round_trips.rs",
    "../fixtures/generate/crates/vendors-sdk/openapi.json"
);

/// Credentials for all fixtures. The tests don't send requests with them.
#[derive(Debug)]
#[allow(unreachable_pub)] // The fixtures are public, like the crates that they replace.
pub struct Credentials;

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new("token")) })
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &types::VENDOR;
    const VARIABLES: &'static [&'static str] = &[];

    fn from_variables(_: &Variables) -> Result<Self, Error> {
        Ok(Self)
    }
}

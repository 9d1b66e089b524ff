//! Macros that define the tests of a vendor crate.

/// Defines the tests of `tests/every_operation.rs`.
///
/// They cover typed calls, calls by operation id, errors, faults and changed responses. The macro
/// takes the name of the vendor crate and reads the calls from
/// `tests/generated/every_operation.rs`. The tests need `tokio` as a dev-dependency.
#[macro_export]
macro_rules! every_operation {
    ($vendor_crate:ident) => {
        // rustfmt doesn't expand macros, so it doesn't reformat the generated file.
        #[path = "generated/every_operation.rs"]
        mod generated;

        type TestResult = ::std::result::Result<(), ::std::boxed::Box<dyn ::std::error::Error>>;

        #[tokio::test]
        async fn every_operation_is_called_with_every_media_type() -> TestResult {
            let report = $crate::call_typed(generated::cases()).await?;
            Ok(report.verdict()?)
        }

        #[tokio::test]
        async fn every_operation_can_be_called_by_its_id() -> TestResult {
            let report = $crate::call_by_table::<$vendor_crate::Client>().await?;
            Ok(report.verdict()?)
        }

        #[tokio::test]
        async fn every_operation_returns_its_documented_errors() -> TestResult {
            let decodes = |error: &$crate::sdk_runtime::Error| {
                error.vendor::<$vendor_crate::types::ApiError>().is_some()
            };
            let report = $crate::provoke_errors(generated::cases(), decodes).await?;
            Ok(report.verdict()?)
        }

        #[tokio::test]
        async fn every_fault_has_the_expected_result() -> TestResult {
            let matrix = $crate::fault_matrix(generated::cases()).await?;
            Ok(matrix.verdict()?)
        }

        #[tokio::test]
        async fn every_changed_response_decodes_or_reports_a_json_path() -> TestResult {
            let report = $crate::change_answers(generated::cases()).await?;
            Ok(report.verdict()?)
        }
    };
}

/// Defines the tests of `tests/round_trips.rs`.
///
/// They read and write samples of every type. They also send samples of all parameters and bodies,
/// and compare them with the received requests.
///
/// The macro takes the name of the vendor crate. It reads the types from
/// `tests/generated/round_trips.rs` and the schemas of the samples from `openapi.json`. The tests
/// need the feature `serde-both-ways`, and `tokio` as a dev-dependency.
#[macro_export]
macro_rules! round_trips {
    ($vendor_crate:ident) => {
        #[path = "generated/round_trips.rs"]
        mod generated;

        type TestResult = ::std::result::Result<(), ::std::boxed::Box<dyn ::std::error::Error>>;

        #[test]
        fn every_type_survives_a_round_trip() -> TestResult {
            let document = include_str!("../openapi.json");
            let report = $crate::round_trips(document, &generated::types())?;
            report.verdict()?;
            Ok(report.nulls_are_sent()?)
        }

        #[tokio::test]
        async fn every_parameter_and_body_arrives_unchanged() -> TestResult {
            let document = include_str!("../openapi.json");
            let report = $crate::wire_trips::<$vendor_crate::Client>(document).await?;
            Ok(report.verdict()?)
        }
    };
}

/// Defines the test of `tests/example.rs` for an example that makes a first call.
///
/// The macro takes the names of the vendor crate and of the example's module. The module must
/// contain `async fn run(ClientConfig) -> Result<String, Error>`. The test needs `tokio` as a
/// dev-dependency.
#[macro_export]
macro_rules! first_call_example {
    ($vendor_crate:ident, $example:ident) => {
        type TestResult = ::std::result::Result<(), ::std::boxed::Box<dyn ::std::error::Error>>;

        #[tokio::test]
        async fn the_example_prints_a_response_and_no_secret() -> TestResult {
            $crate::make_first_call::<$vendor_crate::Client, _, _>($example::run).await
        }
    };
}

/// Defines the tests of `tests/example.rs` for an example of the token call.
///
/// They run the example with correct and with wrong credentials. The macro takes the names of the
/// vendor crate and of the example's module. The module must contain `async fn run(ClientConfig) ->
/// Result<String, Error>`. The tests need `tokio` as a dev-dependency.
#[macro_export]
macro_rules! token_example {
    ($vendor_crate:ident, $example:ident) => {
        type TestResult = ::std::result::Result<(), ::std::boxed::Box<dyn ::std::error::Error>>;

        #[tokio::test]
        async fn the_example_prints_the_response_and_no_secret() -> TestResult {
            $crate::print_no_secret::<$vendor_crate::Client, _, _>($example::run).await
        }

        #[tokio::test]
        async fn the_example_prints_the_vendors_error_for_wrong_credentials() -> TestResult {
            $crate::report_wrong_credentials::<$vendor_crate::Client, _, _>($example::run).await
        }
    };
}

//! Runs four of the examples against the sandbox. `example.rs` and `receive_webhooks.rs` run the
//! others.
#![allow(clippy::unwrap_used, dead_code)] // An unwrap in a helper fails the test. The `main` functions read the environment, so tests do not call them.

use std::time::Duration;

use sdk_conformance::ClientConfigOf;
use sdk_sandbox::{Fault, Sandbox};
use smscx_sdk::ErrorCode;
use smscx_sdk::types::{DeliveryStatus, LookupStatus, OtpStatus};

#[path = "../examples/smscx_export_report.rs"]
mod export_report;
#[path = "../examples/smscx_lookup_numbers.rs"]
mod lookup_numbers;
#[path = "../examples/smscx_send_sms.rs"]
mod send_sms;
#[path = "../examples/smscx_verify_otp.rs"]
mod verify_otp;

const ID: &str = "2f1c1a52-7c0e-4f1e-9a43-5a1f0f3f9b11";
const POLL_INTERVAL: Duration = Duration::from_millis(5);

async fn start() -> Sandbox {
    Sandbox::builder().vendor("smscx").start().await.unwrap()
}

#[tokio::test]
async fn a_message_is_polled_until_delivered_and_sent_only_once_in_two_runs() {
    let sandbox = start().await;
    for _ in 0..2 {
        let config = sandbox.client_config("smscx").unwrap();
        let states = send_sms::run(
            config,
            "+336122464",
            "Your table is ready.",
            ID,
            POLL_INTERVAL,
        )
        .await
        .unwrap();
        assert_eq!(
            states.last(),
            Some(&DeliveryStatus::Delivered),
            "{states:?}"
        );
    }
    let effects = sandbox.effects_of("smscx").unwrap();
    assert_eq!(effects.len(), 1, "{effects:?}");
    assert_eq!(effects[0].idempotency_key.as_deref(), Some(ID));
}

#[tokio::test]
async fn an_otp_is_verified_with_the_second_pin_after_a_wrong_one() {
    let sandbox = start().await;
    let wrong =
        r#"{"error": {"type": "invalid_pin", "message": "Invalid PIN", "uri": "", "code": 2029}}"#;
    let fault = Fault::status(400).body("application/json", wrong);
    sandbox.fault("smscx", fault.on("verify_otp")).unwrap();
    let pins = ["0000", "1234", "5678"].map(str::to_owned).into_iter();
    let config = sandbox.client_config("smscx").unwrap();
    let status = verify_otp::run(config, "+33612424105", pins).await.unwrap();
    assert_eq!(status, Some(OtpStatus::Verified));
    let tries = sandbox.requests_of("smscx").unwrap();
    let tries = tries
        .iter()
        .filter(|call| call.operation_id.as_deref() == Some("verify_otp"));
    assert_eq!(tries.count(), 2);
}

#[tokio::test]
async fn every_looked_up_number_has_a_result() {
    let sandbox = start().await;
    let numbers: Vec<_> = (0..1_001)
        .map(|number| format!("+33612{number:06}"))
        .collect();
    let config = sandbox.client_config("smscx").unwrap();
    let results = lookup_numbers::run(config, numbers.clone().into_iter(), POLL_INTERVAL)
        .await
        .unwrap();
    let found: Vec<_> = results.iter().map(|(number, _)| number.clone()).collect();
    assert!(
        found == numbers,
        "expected 1,001 results in order, got {}",
        found.len()
    );
    let known = |status: &Option<LookupStatus>| status.is_some();
    assert!(results.iter().all(|(_, status)| known(status)));
    assert_eq!(sandbox.effects_of("smscx").unwrap().len(), 1);
}

#[tokio::test]
async fn a_report_is_written_to_a_file() {
    let sandbox = start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.csv");
    let config = sandbox.client_config("smscx").unwrap();
    let bytes = export_report::run(config, "2026-10", &path).await.unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().len(), bytes);
    let call = sandbox.requests_of("smscx").unwrap().pop().unwrap();
    assert!(call.query.contains("period=2026-10"), "{}", call.query);

    let fault = Fault::status(400).on("download_advanced_report_csv");
    sandbox.fault("smscx", fault).unwrap();
    let config = sandbox.client_config("smscx").unwrap();
    let error = export_report::run(config, "October", &path)
        .await
        .unwrap_err();
    let error = error.downcast_ref::<smscx_sdk::Error>().unwrap();
    assert_eq!(ErrorCode::of(error), Some(ErrorCode::InvalidParam1820));
    assert_eq!(
        std::fs::metadata(&path).unwrap().len(),
        bytes,
        "the file must not change"
    );
}

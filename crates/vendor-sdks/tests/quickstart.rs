//! Runs the quickstart, with and without rejected tokens.
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

#[path = "../examples/quickstart.rs"]
#[allow(dead_code)] // Its `main` only prints what `run` returns.
mod quickstart;

use vendor_sdks::operation_table::{Parameter, Place, Repeat};
use vendor_sdks::{Operation, Vendor};

#[tokio::test]
async fn the_quickstart_reports_every_vendor_and_prints_no_secrets() {
    let sandbox = sdk_sandbox::Sandbox::builder()
        .token_lifetime(quickstart::LIFETIME)
        .start()
        .await
        .unwrap();
    let report = quickstart::visit_all(&sandbox).await.unwrap();
    for vendor in Vendor::ALL {
        let issued = sandbox.issue_token(vendor.name()).unwrap();
        let variables = sandbox.environment(vendor.name()).unwrap();
        let credentials = variables
            .iter()
            .filter(|(name, _)| !name.ends_with("_BASE_URL"));
        let secrets: Vec<&str> = credentials
            .map(|(_, value)| value.as_str())
            .chain([issued.as_str()])
            .collect();
        assert!(secrets.len() > 1, "{vendor} has no credentials");
        for secret in secrets {
            assert!(
                !report.contains(secret),
                "{vendor}: {secret} is in\n{report}"
            );
        }
        let part = report.split(&format!("{vendor} (")).nth(1).unwrap();
        let lines: Vec<&str> = part.lines().skip(1).collect();
        let sent = |method: &str| {
            let start = format!("  sent      {method} /");
            let mut sent = lines.iter().take_while(|line| line.starts_with("  "));
            sent.any(|line| line.starts_with(&start) && line.ends_with("-> 200"))
        };
        if has_tokens(*vendor) {
            assert!(sent("POST"), "{part}");
        }
        if quickstart::list_without_arguments(vendor.about().operations).is_none() {
            assert!(
                lines.iter().any(|line| line.starts_with("  no call   ")),
                "{part}"
            );
            continue;
        }
        assert!(sent("GET"), "{part}");
        let received = lines
            .iter()
            .find_map(|line| line.strip_prefix("  received  "));
        assert!(received.unwrap().starts_with(['{', '[']), "{part}");
        if has_tokens(*vendor) {
            let then = lines.iter().find(|line| line.starts_with("  then      "));
            assert!(
                then.unwrap().ends_with("expired: 1 token exchange"),
                "{part}"
            );
        }
    }
}

#[tokio::test]
async fn the_quickstart_fails_for_a_vendor_that_rejects_its_own_tokens() {
    for vendor in Vendor::ALL.iter().filter(|vendor| has_tokens(**vendor)) {
        let error = quickstart::run(Some(vendor.name())).await.unwrap_err();
        assert!(
            error.starts_with(vendor.display_name()) && error.contains("401"),
            "{error}"
        );
    }
    let error = quickstart::run(Some("nobody")).await.unwrap_err();
    assert!(error.starts_with("unknown vendor \"nobody\""), "{error}");
}

#[test]
fn an_operation_with_required_arguments_is_not_chosen() {
    static NEEDS_ONE: Operation = Operation {
        id: "list_things",
        path: "/owners/{owner}/things",
        repeat: Repeat::Safe,
        parameters: &[Parameter {
            name: "owner",
            place: Place::Path,
            required: true,
            ..Parameter::EMPTY
        }],
        ..Operation::EMPTY
    };
    static NEEDS_NONE: Operation = Operation {
        path: "/things",
        parameters: &[],
        ..NEEDS_ONE
    };
    assert!(quickstart::list_without_arguments(&[&NEEDS_ONE]).is_none());
    let chosen = quickstart::list_without_arguments(&[&NEEDS_ONE, &NEEDS_NONE]);
    assert_eq!(chosen.unwrap().path, "/things");
}

fn has_tokens(vendor: Vendor) -> bool {
    vendor
        .about()
        .operations
        .iter()
        .any(|operation| operation.token)
}

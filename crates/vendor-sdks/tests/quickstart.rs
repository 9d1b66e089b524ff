//! Runs the quickstart, whole and damaged.
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

#[path = "../examples/quickstart.rs"]
#[allow(dead_code)] // Its `main` only prints what `run` returns.
mod quickstart;

#[tokio::test]
async fn the_quickstart_shows_every_vendor_and_no_secret() {
    let sandbox = sdk_sandbox::Sandbox::builder()
        .token_lifetime(quickstart::LIFETIME)
        .start()
        .await
        .unwrap();
    let report = quickstart::visit_all(&sandbox).await.unwrap();
    for vendor in vendor_sdks::Vendor::ALL {
        let issued = sandbox.issue_token(vendor.name());
        let variables = sandbox.environment(vendor.name());
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
        let lines: Vec<&str> = part.lines().take(5).collect();
        assert!(
            lines[1].starts_with("  sent      POST ") && lines[1].ends_with("-> 200"),
            "{part}"
        );
        assert!(
            lines[2].starts_with("  sent      GET ") && lines[2].ends_with("-> 200"),
            "{part}"
        );
        assert!(
            lines[3].starts_with("  received  {") || lines[3].starts_with("  received  ["),
            "{part}"
        );
        assert!(lines[4].ends_with("expired: 1 token exchange"), "{part}");
    }
}

#[tokio::test]
async fn the_quickstart_fails_for_a_vendor_that_rejects_its_own_tokens() {
    for vendor in vendor_sdks::Vendor::ALL {
        let error = quickstart::run(Some(vendor.name())).await.unwrap_err();
        assert!(
            error.starts_with(vendor.display_name()) && error.contains("401"),
            "{error}"
        );
    }
    let error = quickstart::run(Some("nobody")).await.unwrap_err();
    assert!(error.starts_with("no vendor \"nobody\""), "{error}");
}

#[test]
fn an_operation_that_needs_arguments_is_not_called_without() {
    assert!(quickstart::list_without_arguments(&[]).is_none());
    for vendor in vendor_sdks::Vendor::ALL {
        let operations = vendor.about().operations;
        let chosen = quickstart::list_without_arguments(operations).unwrap();
        assert!(!chosen.path.contains('{'), "{vendor}: {}", chosen.path);
    }
}

//! Runs the quickstart, whole and damaged.
#![allow(clippy::unwrap_used)] // What a test's own helper unwraps fails the test.

#[path = "../examples/quickstart.rs"]
#[allow(dead_code)] // Its `main` only prints what `run` gives.
mod quickstart;

#[tokio::test]
async fn the_quickstart_shows_every_vendor_and_no_secret() {
    let sandbox = sdk_sandbox::Sandbox::builder()
        .token_lifetime(quickstart::LIFETIME)
        .start()
        .await
        .unwrap();
    let table = quickstart::walk(&sandbox).await.unwrap();
    for vendor in vendor_sdks::Vendor::ALL {
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
            assert!(!table.contains(secret), "{vendor}: {secret} is in\n{table}");
        }
    }
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 6, "{table}");
    for (line, vendor) in
        lines[1..]
            .iter()
            .zip(["Akeneo PIM", "Metquay", "MotaWord", "1Shot", "SMSCX"])
    {
        assert!(
            line.starts_with(vendor) && line.trim_end().ends_with('2'),
            "{line}"
        );
    }
}

#[tokio::test]
async fn the_quickstart_fails_for_a_vendor_that_refuses_its_own_tokens() {
    for vendor in vendor_sdks::Vendor::ALL {
        let said = quickstart::run(Some(vendor.name())).await.unwrap_err();
        assert!(
            said.starts_with(vendor.display_name()) && said.contains("401"),
            "{said}"
        );
    }
}

//! Start-up, request log and shutdown of a sandbox.

use reqwest::Method;
use sdk_sandbox::{Delivery, Fault, Sandbox};

use crate::parcels::{PARCELS, Parcels};

#[tokio::test]
async fn requests_are_logged_as_received() {
    let parcels = Parcels::start().await;
    parcels.get("/parcels?page=1&since=2026-01-31").await;
    parcels
        .bare(Method::POST, "/nothing")
        .body("abc")
        .send()
        .await
        .unwrap();
    let requests = parcels.sandbox.requests_of(PARCELS).unwrap();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].operation_id.as_deref(), Some("list_parcels"));
    assert_eq!(
        (requests[0].path.as_str(), requests[0].query.as_str()),
        ("/v2/parcels", "page=1&since=2026-01-31")
    );
    assert_eq!(
        requests[0].header("Authorization"),
        Some("Bearer parcel-standing")
    );
    assert_eq!(requests[0].status, 200);
    assert_eq!(
        (requests[1].operation_id.as_deref(), requests[1].status),
        (None, 404)
    );
    assert_eq!(requests[1].text(), "abc");
}

#[tokio::test]
async fn dropping_the_sandbox_stops_its_server() {
    let parcels = Parcels::start().await;
    assert_eq!(parcels.get("/parcels/1").await.status(), 200);
    let Parcels { sandbox, http } = parcels;
    let url = format!("{}/status", sandbox.base_url(PARCELS).unwrap());
    drop(sandbox);
    // The tasks end the next time the runtime polls them.
    while http.get(&url).send().await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn starting_an_unknown_vendor_fails_with_a_list_of_known_vendors() {
    let error = Parcels::builder()
        .vendor("nobody")
        .start()
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("unknown vendor `nobody`; the sandbox can simulate: ")
            && text.ends_with("parcels"),
        "{text}"
    );
}

#[tokio::test]
async fn an_invalid_document_or_profile_is_rejected() {
    let good = include_str!("../documents/parcels.json");
    for (document, profile, expected) in [
        ("no json", "{}", "parcels: the document is not JSON"),
        (
            good,
            "credentials: {}",
            "parcels: the profile: missing field `environments`",
        ),
    ] {
        let error = Sandbox::builder()
            .document(PARCELS, document, profile)
            .start()
            .await
            .unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[tokio::test]
async fn a_token_operation_without_an_exchange_rule_is_rejected() {
    let profile =
        include_str!("../documents/parcels.yaml").replace("get_access_token:", "another:");
    let builder =
        Sandbox::builder().document(PARCELS, include_str!("../documents/parcels.json"), profile);
    let error = builder.start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "parcels: the profile has no token exchange for get_access_token"
    );
}

#[tokio::test]
async fn starting_on_a_port_in_use_fails() {
    let parcels = Parcels::start().await;
    let port = parcels
        .sandbox
        .base_url(PARCELS)
        .unwrap()
        .rsplit(':')
        .next()
        .unwrap()
        .trim_end_matches("/v2")
        .parse()
        .unwrap();
    let error = Parcels::builder().port(port).start().await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("could not bind a port for parcels: "),
        "{error}"
    );
}

#[tokio::test]
async fn methods_that_take_a_vendor_reject_an_unknown_name() {
    let parcels = Parcels::start().await;
    let sandbox = &parcels.sandbox;
    assert_eq!(sandbox.vendors(), [PARCELS]);
    let name = "parcel";
    let delivery = Delivery::new();
    let outcomes = [
        sandbox.base_url(name).err(),
        sandbox.environment(name).err(),
        sandbox.environments(name).err(),
        sandbox.credentials(name).err(),
        sandbox.requests_of(name).err(),
        sandbox.exchanges(name).err(),
        sandbox.expire_tokens(name).err(),
        sandbox.revoke_tokens(name).err(),
        sandbox.reject_tokens(name, true).err(),
        sandbox.effects_of(name).err(),
        sandbox.issue_token(name).err(),
        sandbox.account_status(name, "suspended").err(),
        sandbox.sample_arguments(name, "list_parcels").err(),
        sandbox
            .sample_arguments_in(name, "list_parcels", None)
            .err(),
        sandbox
            .sample_exchange(name, "get_access_token", None)
            .err(),
        sandbox.clear_faults(name).err(),
        sandbox.pending_faults(name).err(),
        sandbox.reset(name).err(),
        sandbox.kept_bytes(name).err(),
        sandbox.send_webhook(name, "a", "http://127.0.0.1:1").err(),
        sandbox.deliver_webhooks(name, delivery).err(),
        sandbox.webhooks(name).err(),
        sandbox
            .subscribe_webhooks(name, "a", "http://127.0.0.1:1")
            .err(),
        sandbox.webhooks_settled(name).await.err(),
        sandbox.webhook_keys(name, "a").err(),
        sandbox.advance_jobs(name).err(),
        sandbox.fault(name, Fault::status(503)).err(),
    ];
    for (index, outcome) in outcomes.into_iter().enumerate() {
        let error = outcome.map(|error| error.to_string());
        assert_eq!(
            error.as_deref(),
            Some("this sandbox does not simulate \"parcel\"; it simulates parcels"),
            "call {index}"
        );
    }
    assert!(sandbox.requests_of("elsewhere").unwrap().is_empty());
}

#[tokio::test]
async fn an_unknown_operation_or_webhook_family_is_rejected() {
    let parcels = Parcels::start().await;
    let sandbox = &parcels.sandbox;
    let fault = sandbox.fault(PARCELS, Fault::status(503).on("list_parcel"));
    assert_eq!(
        fault.unwrap_err().to_string(),
        "parcels does not have the operation \"list_parcel\" of the fault"
    );
    assert_eq!(sandbox.pending_faults(PARCELS).unwrap(), 0);
    let sample = sandbox.sample_arguments(PARCELS, "list_parcel");
    assert_eq!(
        sample.unwrap_err().to_string(),
        "parcels has no operation \"list_parcel\"; see its document for the operation ids"
    );
    let told = "parcels does not have a webhook family \"no-such\"; known families: none";
    let keys = sandbox.webhook_keys(PARCELS, "no-such");
    assert_eq!(keys.unwrap_err().to_string(), told);
    let subscribed = sandbox.subscribe_webhooks(PARCELS, "no-such", "http://127.0.0.1:1");
    assert_eq!(subscribed.unwrap_err().to_string(), told);
}

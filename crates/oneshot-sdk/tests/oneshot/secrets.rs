//! Signatures, delegations and API keys are not printed.

use oneshot_sdk::types::*;

use crate::scripted::Scripted;

/// Value of all secrets in these tests.
const SECRET: &str = "0xcafe5ec12e7";

#[tokio::test]
async fn signatures_and_delegations_in_responses_are_redacted() {
    let body = format!(
        r#"{{"id": "t", "signature": "{SECRET}", "redelegation": "{SECRET}", "parent": "{SECRET}", "delegationData": "{SECRET}", "apiKey": "{SECRET}"}}"#
    );
    let (server, client) = Scripted::always(200, body.clone());
    let data = DataRedelegationRequest::new(SECRET, "0x0");
    let by_id = RedelegationRequest::new("0x0");
    let mut printed = vec![format!("{data:?}")];
    let signed = client
        .get_wallet_signature("w", SignatureType::Erc191)
        .await
        .unwrap();
    assert_eq!(signed.signature.expose(), SECRET);
    printed.push(format!("{signed:?}"));
    let signed =
        client.create_wallet_signature("w", SignatureType::Erc191, &SignatureRequest::default());
    printed.push(format!("{signed:?}"));
    printed.push(format!("{:?}", signed.await.unwrap()));
    let redelegation = client.redelegate("d", &by_id).await.unwrap();
    assert_eq!(redelegation.redelegation.expose(), SECRET);
    printed.push(format!("{redelegation:?}"));
    let request = client.redelegate_with_delegation_data("w", &data);
    printed.push(format!("{request:?}"));
    printed.push(format!("{:?}", request.await.unwrap()));
    let delegation = client
        .create_delegation("w", &DelegationRequest::new(SECRET))
        .await
        .unwrap();
    printed.push(format!("{delegation:?}"));
    printed.push(format!("{:?}", client.get_transaction("t").await.unwrap()));
    for text in printed {
        assert!(!text.contains(SECRET), "{text}");
    }
    assert!(
        server.seen().iter().any(|seen| seen.text.contains(SECRET)),
        "secrets are sent unchanged"
    );
}

#[tokio::test]
async fn signatures_in_requests_and_their_errors_are_redacted() {
    let echo = format!(r#"{{"type": "ValidationError", "message": "cannot use {SECRET}"}}"#);
    let (_, client) = Scripted::always(422, echo);
    let mut request = DelegatedExecutionRequest::new(Default::default());
    request.delegation_data = Some(vec![SECRET.into()]);
    request.authorization_list = Some(vec![Erc7702Authorization::new("0x0", 0, 1, SECRET)]);
    let payment = format!(r#"{{"payload": {{"signature": "{SECRET}"}}}}"#);
    let payment = X402PaymentPayload::from_json(&payment).unwrap();
    let payment = X402PaymentRequest::new(payment, X402PaymentRequirements::default(), 1);
    let mut printed = vec![format!("{request:?} {payment:?}")];
    for error in [
        client
            .execute_contract_method_as_delegator("m", &request)
            .await
            .unwrap_err(),
        client.verify_x402_payment(&payment).await.unwrap_err(),
        client.settle_x402_payment(&payment).await.unwrap_err(),
    ] {
        assert!(error.is_validation(), "{error}");
        printed.push(format!("{error} {error:?}"));
    }
    for text in printed {
        assert!(!text.contains(SECRET), "{text}");
    }
}

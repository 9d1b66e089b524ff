//! Webhooks that the sandbox sends: triggers, signatures and delivery.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use hmac::{Hmac, Mac};
use reqwest::Method;
use sdk_sandbox::{Delivery, Fault, Webhook, WebhookState};
use serde_json::{Value, json as value};

use crate::parcels::json;
use crate::receiver::{Received, Receiver};
use crate::whole_records::VendorSandbox;

const BUSINESS: &str = "00000000-0000-4000-a000-000000000001";

/// A sandbox with a wallet, a method with or without a callback URL, and an endpoint for an event.
struct OneShot {
    played: VendorSandbox,
    endpoint: Value,
    method: Value,
}

impl OneShot {
    async fn start(endpoint: &str, event: &str, callback: Option<&str>) -> Self {
        let played = VendorSandbox::start("oneshot").await;
        let make = async |path: String, body: Value| {
            let response = played.send(Method::POST, &path, body).await;
            assert_eq!(response.status(), 200, "{path}");
            json(response).await
        };
        let wallet = make(
            format!("/business/{BUSINESS}/wallets"),
            value!({ "chainId": 11155111, "name": "w" }),
        );
        let wallet = wallet.await;
        let body = value!({ "destinationUrl": endpoint, "name": "e" });
        let endpoint = make(format!("/business/{BUSINESS}/webhooks/endpoints"), body).await;
        let body = value!({ "endpointId": endpoint["id"], "name": "t", "description": "", "eventNames": [event] });
        make(format!("/business/{BUSINESS}/webhooks/triggers"), body).await;
        let body = value!({
            "chainId": 11155111, "contractAddress": "0x5AEDA56215b167893e80B4fE645BA6d5Bab767DE", "walletId": wallet["id"],
            "name": "m", "description": "d", "functionName": "transfer", "stateMutability": "nonpayable",
            "inputs": [], "outputs": [], "callbackUrl": callback,
        });
        let method = make(format!("/business/{BUSINESS}/methods"), body).await;
        Self {
            played,
            endpoint,
            method,
        }
    }

    async fn execute(&self, memo: &str) -> Value {
        let path = format!("/methods/{}/execute", self.method["id"].as_str().unwrap());
        let body = value!({ "params": {}, "memo": memo });
        let response = self.played.send(Method::POST, &path, body).await;
        assert_eq!(response.status(), 200);
        json(response).await
    }

    async fn transaction(&self, id: &Value) -> Value {
        let path = format!("/transactions/{}", id.as_str().unwrap());
        self.played.get(&path).await
    }
}

/// Returns whether a public key verifies a body. In these bodies, plain sorting produces the
/// canonical key order.
fn verifies(key: &Value, received: &Received) -> bool {
    let key: [u8; 32] = STANDARD
        .decode(key.as_str().unwrap())
        .unwrap()
        .try_into()
        .unwrap();
    let mut body = received.json();
    let signature = body.as_object_mut().unwrap().remove("signature").unwrap();
    let signature = STANDARD.decode(signature.as_str().unwrap()).unwrap();
    let signature = Signature::from_slice(&signature).unwrap();
    let key = VerifyingKey::from_bytes(&key).unwrap();
    body.sort_all_objects();
    key.verify(body.to_string().as_bytes(), &signature).is_ok()
}

#[tokio::test]
async fn a_completed_transaction_is_sent_to_the_endpoint_and_the_method_callback() {
    let (endpoint, callback) = (Receiver::start(&[]).await, Receiver::start(&[]).await);
    let event = "TransactionExecutionSuccess";
    let vendor = OneShot::start(&endpoint.url, event, Some(&callback.url)).await;
    let transaction = vendor.execute("for é").await;
    assert_eq!(transaction["status"], "Pending");
    assert_eq!(transaction["transactionHash"], Value::Null);
    assert_eq!(
        transaction["contractMethodIds"],
        value!([vendor.method["id"]])
    );
    vendor
        .played
        .sandbox
        .webhooks_settled("oneshot")
        .await
        .unwrap();

    for (receiver, key) in [
        (&endpoint, &vendor.endpoint["publicKey"]),
        (&callback, &vendor.method["publicKey"]),
    ] {
        let received = receiver.received();
        assert_eq!(received.len(), 1);
        let body = received[0].json();
        assert_eq!(body["eventName"], event);
        assert_eq!(body["data"]["transactionId"], transaction["id"]);
        assert_eq!(body["data"]["transactionExecutionMemo"], "for é");
        assert_eq!(body["data"]["businessId"], BUSINESS);
        assert!(verifies(key, &received[0]), "{body}");
    }
    let now = vendor.transaction(&transaction["id"]).await;
    assert_eq!(now["status"], "Completed");
    assert!(now["completed"].as_u64() > Some(1_700_000_000), "{now}");
    assert!(now["transactionHash"].is_string(), "{now}");
}

#[tokio::test]
async fn a_trigger_of_another_business_sends_nothing() {
    let (own, other) = (Receiver::start(&[]).await, Receiver::start(&[]).await);
    let event = "TransactionExecutionSuccess";
    let vendor = OneShot::start(&own.url, event, None).await;
    let elsewhere = "/business/00000000-0000-4000-a000-000000000002/webhooks";
    let body = value!({ "destinationUrl": other.url, "name": "e" });
    let path = format!("{elsewhere}/endpoints");
    let endpoint = json(vendor.played.send(Method::POST, &path, body).await).await;
    let body = value!({ "endpointId": endpoint["id"], "name": "t", "description": "", "eventNames": [event] });
    let path = format!("{elsewhere}/triggers");
    assert_eq!(
        vendor.played.send(Method::POST, &path, body).await.status(),
        200
    );
    vendor.execute("").await;
    vendor
        .played
        .sandbox
        .webhooks_settled("oneshot")
        .await
        .unwrap();
    assert_eq!((own.received().len(), other.received().len()), (1, 0));
}

#[tokio::test]
async fn an_endpoint_without_a_trigger_for_the_event_receives_nothing() {
    let endpoint = Receiver::start(&[]).await;
    let vendor = OneShot::start(&endpoint.url, "TransactionExecutionFailure", None).await;
    assert_eq!(vendor.method["publicKey"], Value::Null);
    let transaction = vendor.execute("").await;
    // The transaction has no webhook, so it advances only when it is polled.
    for state in ["Submitted", "Completed", "Completed"] {
        assert_eq!(
            vendor.transaction(&transaction["id"]).await["status"],
            state
        );
    }
    vendor
        .played
        .sandbox
        .webhooks_settled("oneshot")
        .await
        .unwrap();
    assert!(endpoint.received().is_empty());
    assert!(
        vendor
            .played
            .sandbox
            .webhooks("oneshot")
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_transaction_can_be_made_to_fail_and_is_then_listed_as_failed() {
    let endpoint = Receiver::start(&[]).await;
    let vendor = OneShot::start(&endpoint.url, "TransactionExecutionFailure", None).await;
    let sandbox = &vendor.played.sandbox;
    sandbox
        .fault(
            "oneshot",
            Fault::job(["Pending", "Retrying", "Failed"]).on("execute_contract_method"),
        )
        .unwrap();
    let transaction = vendor.execute("").await;
    sandbox.webhooks_settled("oneshot").await.unwrap();
    assert_eq!(
        endpoint.received()[0].json()["eventName"],
        "TransactionExecutionFailure"
    );
    let failed = vendor.transaction(&transaction["id"]).await;
    assert_eq!(failed["failureReason"], "execution reverted");
    let path = format!("/business/{BUSINESS}/transactions?status=Failed");
    let list = vendor.played.get(&path).await;
    let all = list["response"].as_array().unwrap();
    assert!(
        all.iter().any(|listed| listed["id"] == transaction["id"]),
        "{list}"
    );
}

#[tokio::test]
async fn an_endpoint_lists_its_webhooks_and_a_webhook_lists_its_attempts() {
    let endpoint = Receiver::start(&[500]).await;
    let event = "TransactionExecutionSuccess";
    let vendor = OneShot::start(&endpoint.url, event, None).await;
    let transaction = vendor.execute("").await;
    vendor
        .played
        .sandbox
        .webhooks_settled("oneshot")
        .await
        .unwrap();
    let id = vendor.endpoint["id"].as_str().unwrap();
    let list = vendor
        .played
        .get(&format!("/webhooks/endpoints/{id}/webhooks"))
        .await;
    let all = list["response"].as_array().unwrap();
    assert_eq!(all.len(), 1, "{list}");
    assert_eq!(
        (&all[0]["endpointId"], &all[0]["eventName"]),
        (&vendor.endpoint["id"], &value!(event))
    );
    assert_eq!(all[0]["status"], "Success");
    let content: Value = serde_json::from_str(all[0]["content"].as_str().unwrap()).unwrap();
    assert_eq!(content["data"]["transactionId"], transaction["id"]);
    let webhook = all[0]["id"].as_str().unwrap();
    let list = vendor
        .played
        .get(&format!("/webhooks/{webhook}/attempts"))
        .await;
    let statuses: Vec<&Value> = list["response"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| &a["httpResponse"])
        .collect();
    assert_eq!(statuses, [500, 200]);
    let sent = endpoint.received()[1].json()["signature"].clone();
    assert_eq!(list["response"][1]["signature"], sent);
}

#[tokio::test]
async fn webhooks_are_signed_with_the_new_key_after_a_rotation() {
    let endpoint = Receiver::start(&[]).await;
    let vendor = OneShot::start(&endpoint.url, "TransactionExecutionSuccess", None).await;
    let path = format!(
        "/webhooks/endpoints/{}/rotate",
        vendor.endpoint["id"].as_str().unwrap()
    );
    let rotated = json(vendor.played.send(Method::PUT, &path, Value::Null).await).await;
    let shown = vendor.played.get(path.trim_end_matches("/rotate")).await;
    assert_eq!(rotated["publicKey"], shown["publicKey"]);
    vendor.execute("").await;
    vendor
        .played
        .sandbox
        .webhooks_settled("oneshot")
        .await
        .unwrap();
    let received = endpoint.received();
    assert!(verifies(&rotated["publicKey"], &received[0]));
    assert!(!verifies(&vendor.endpoint["publicKey"], &received[0]));
}

#[tokio::test]
async fn a_webhook_is_retried_until_it_succeeds_or_runs_out_of_attempts() {
    let played = VendorSandbox::start("smscx").await;
    let sandbox = &played.sandbox;
    let send = |url: &str, attempts| {
        let delivery = Delivery::new()
            .attempts(attempts)
            .pause(Duration::from_millis(1));
        let webhook = Webhook::new("dlr_update", url).delivery(delivery);
        sandbox.send("smscx", &webhook).unwrap()
    };
    let late = Receiver::start(&[500, 302]).await;
    let never = Receiver::start(&[400; 9]).await;
    assert_eq!([send(&late.url, 4), send(&never.url, 3)], [1, 2]);
    sandbox.webhooks_settled("smscx").await.unwrap();
    let sent = sandbox.webhooks("smscx").unwrap();
    let statuses = |number: usize| -> Vec<Option<u16>> {
        sent[number]
            .attempts
            .iter()
            .map(|attempt| attempt.status)
            .collect()
    };
    assert_eq!(sent[0].state, WebhookState::Delivered);
    assert_eq!(statuses(0), [Some(500), Some(302), Some(200)]);
    assert_eq!(sent[1].state, WebhookState::Failed);
    assert_eq!(statuses(1), [Some(400); 3]);
    assert_eq!((late.received().len(), never.received().len()), (3, 3));
}

#[tokio::test]
async fn a_webhook_can_be_delivered_twice_with_identical_bodies() {
    let played = VendorSandbox::start("oneshot").await;
    let receiver = Receiver::start(&[]).await;
    let webhook = Webhook::new("InvoiceCreated", &receiver.url)
        .set("/data", value!({ "invoice": 7 }))
        .delivery(
            Delivery::new()
                .duplicates(1)
                .delay(Duration::from_millis(1)),
        );
    played.sandbox.send("oneshot", &webhook).unwrap();
    played.sandbox.webhooks_settled("oneshot").await.unwrap();
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].body, received[1].body);
    assert_eq!(received[0].json()["data"], value!({ "invoice": 7 }));
    let key = value!(played.sandbox.webhook_keys("oneshot", "delivery").unwrap()[0]);
    assert!(verifies(&key, &received[1]));
}

#[tokio::test]
async fn webhooks_can_be_forged_or_signed_with_an_old_timestamp() {
    let played = VendorSandbox::start("oneshot").await;
    let receiver = Receiver::start(&[]).await;
    for delivery in [Delivery::new().forged(), Delivery::new().signed_at(7)] {
        let webhook = Webhook::new("InvoiceCreated", &receiver.url).delivery(delivery);
        played.sandbox.send("oneshot", &webhook).unwrap();
        played.sandbox.webhooks_settled("oneshot").await.unwrap();
    }
    let received = receiver.received();
    let key = value!(played.sandbox.webhook_keys("oneshot", "delivery").unwrap()[0]);
    assert!(!verifies(&key, &received[0]));
    assert!(verifies(&key, &received[1]));
    assert_eq!(received[1].json()["timestamp"], 7);
}

#[tokio::test]
async fn webhooks_are_sent_only_to_loopback_addresses() {
    let played = VendorSandbox::start("smscx").await;
    let delivery = Delivery::new().attempts(1);
    let webhook = Webhook::new("dlr_update", "http://192.0.2.7/hook").delivery(delivery);
    played.sandbox.send("smscx", &webhook).unwrap();
    played.sandbox.webhooks_settled("smscx").await.unwrap();
    let sent = played.sandbox.webhooks("smscx").unwrap();
    assert_eq!(sent[0].state, WebhookState::Failed);
    let told = sent[0].attempts[0].error.as_deref().unwrap();
    assert!(
        told.starts_with("192.0.2.7 is not a loopback address"),
        "{told}"
    );
}

#[tokio::test]
async fn an_unresponsive_receiver_does_not_block_the_call() {
    let played = VendorSandbox::start("smscx").await;
    let silent = Receiver::start(&[0; 9]).await;
    let body = value!({ "to": ["+40700000001"], "text": "hi", "from": "sender", "dlrCallbackUrl": silent.url });
    let answer = played.send(Method::POST, "/sms", body).await;
    assert!(answer.status().is_success());
    assert_eq!(
        played.sandbox.webhooks("smscx").unwrap()[0].state,
        WebhookState::Pending
    );
}

#[tokio::test]
async fn a_delivery_report_lists_all_messages_and_goes_to_the_url_in_the_request() {
    let played = VendorSandbox::start("smscx").await;
    let (own, account) = (Receiver::start(&[]).await, Receiver::start(&[]).await);
    played
        .sandbox
        .subscribe_webhooks("smscx", "callback", &account.url)
        .unwrap();
    let to = ["+40700000001", "+40700000002"];
    let mut body = value!({ "to": to, "text": "hi", "from": "sender", "dlrCallbackUrl": own.url });
    let answer = json(played.send(Method::POST, "/sms", body.clone()).await).await;
    body.as_object_mut().unwrap().remove("dlrCallbackUrl");
    played.send(Method::POST, "/sms", body).await;
    played.sandbox.webhooks_settled("smscx").await.unwrap();
    let report = own.received()[0].json();
    assert_eq!(report["event"], "dlr_update");
    let ids = |list: &Value| -> Vec<Value> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|item| item["msgId"].clone())
            .collect()
    };
    assert_eq!(ids(&report["data"]), ids(&answer["data"]));
    assert_eq!(report["data"][1]["status"], "DELIVERED");
    assert_eq!((own.received().len(), account.received().len()), (1, 1));
}

#[tokio::test]
async fn payloads_that_share_an_event_name_can_be_sent_separately() {
    let played = VendorSandbox::start("smscx").await;
    let receiver = Receiver::start(&[]).await;
    for event in ["otp_update", "lookup_update"] {
        played
            .sandbox
            .send_webhook("smscx", event, &receiver.url)
            .unwrap();
        played.sandbox.webhooks_settled("smscx").await.unwrap();
    }
    let bodies: Vec<Value> = receiver.received().iter().map(Received::json).collect();
    assert!(bodies.iter().all(|body| body["event"] == "otp_update"));
    assert!(bodies[0]["data"][0]["otpId"].is_string(), "{}", bodies[0]);
    assert!(
        bodies[1]["data"][0]["lookupId"].is_string(),
        "{}",
        bodies[1]
    );
}

#[tokio::test]
async fn an_undocumented_event_can_be_sent_only_with_its_family() {
    let played = VendorSandbox::start("smscx").await;
    let receiver = Receiver::start(&[]).await;
    let error = played
        .sandbox
        .send_webhook("smscx", "receive_viber", &receiver.url);
    let told = error.unwrap_err().to_string();
    assert!(
        told.starts_with("smscx does not have a webhook event \"receive_viber\""),
        "{told}"
    );
    let webhook = Webhook::new("receive_viber", &receiver.url).family("callback");
    played.sandbox.send("smscx", &webhook).unwrap();
    played.sandbox.webhooks_settled("smscx").await.unwrap();
    assert_eq!(
        receiver.received()[0].json(),
        value!({ "event": "receive_viber" })
    );
}

#[tokio::test]
async fn a_launched_project_reports_each_stage_to_its_callback_url() {
    let played = VendorSandbox::start("motaword").await;
    let receiver = Receiver::start(&[]).await;
    let body = value!({ "source_language": "en-US", "target_languages": ["tr"], "callback_url": receiver.url });
    let project = json(played.send(Method::POST, "/projects", body).await).await;
    let path = format!("/projects/{}", project["id"]);
    played
        .send(Method::POST, &format!("{path}/launch"), value!({}))
        .await;
    played.sandbox.webhooks_settled("motaword").await.unwrap();
    let told: Vec<Value> = receiver.received().iter().map(Received::json).collect();
    let stages: Vec<&Value> = told.iter().map(|body| &body["action"]).collect();
    assert_eq!(stages, ["translated", "proofread", "completed"]);
    for body in &told {
        assert_eq!(body["type"], "project");
        assert_eq!(body["project"]["id"], project["id"]);
        assert_eq!(body["project"]["status"], body["action"]);
    }
    assert_eq!(played.get(&path).await["status"], "completed");
}

#[tokio::test]
async fn product_changes_are_sent_to_the_subscribed_url_with_a_signature() {
    let played = VendorSandbox::start("akeneo").await;
    let receiver = Receiver::start(&[]).await;
    played
        .sandbox
        .subscribe_webhooks("akeneo", "events_api", &receiver.url)
        .unwrap();
    let path = "/api/rest/v1/products/lamp";
    for enabled in [true, false] {
        played
            .send(Method::PATCH, path, value!({ "enabled": enabled }))
            .await;
        played.sandbox.webhooks_settled("akeneo").await.unwrap();
    }
    let deleted = played
        .request(Method::DELETE, path)
        .header("content-type", "application/json");
    assert_eq!(deleted.send().await.unwrap().status(), 204);
    played.sandbox.webhooks_settled("akeneo").await.unwrap();
    let received = receiver.received();
    let of = |number: usize| received[number].json()["events"][0].clone();
    assert_eq!(received[0].json()["events"].as_array().unwrap().len(), 1);
    assert_eq!(of(0)["action"], "product.created");
    assert_eq!(of(1)["action"], "product.updated");
    assert_eq!(of(1)["data"]["resource"]["enabled"], false);
    assert_eq!(of(2)["action"], "product.removed");
    assert_eq!(of(2)["data"]["resource"], value!({ "identifier": "lamp" }));
    let secret = &played.sandbox.webhook_keys("akeneo", "events_api").unwrap()[0];
    let time = received[0].header("X-Akeneo-Request-Timestamp").unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{time}.{}", received[0].body).as_bytes());
    let expected: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        received[0].header("X-Akeneo-Request-Signature"),
        Some(expected.as_str())
    );
}

#[tokio::test]
async fn the_admin_api_sends_and_lists_webhooks() {
    let played = VendorSandbox::start("akeneo").await;
    let receiver = Receiver::start(&[]).await;
    let http = reqwest::Client::new();
    let admin = format!("{}/__sandbox", played.sandbox.elsewhere());
    let order = value!({
        "vendor": "akeneo", "event": "com.akeneo.pim.v1.product.created", "url": receiver.url,
        "set": { "/data/product/uuid": "u" }, "delivery": { "duplicates": 1 },
    });
    let post = async |path: &str, body: &Value| {
        let sent = http.post(format!("{admin}/{path}")).json(body).send();
        sent.await.unwrap().status().as_u16()
    };
    assert_eq!(post("webhooks", &order).await, 200);
    played.sandbox.webhooks_settled("akeneo").await.unwrap();
    assert_eq!(receiver.received().len(), 2);
    assert_eq!(
        receiver.received()[0].json()["data"]["product"]["uuid"],
        "u"
    );
    assert!(
        receiver.received()[0]
            .header("X-AKENEO-SIGNATURE-SECONDARY")
            .is_some()
    );
    let list = json(http.get(format!("{admin}/webhooks")).send().await.unwrap()).await;
    assert_eq!(list[0]["state"], "delivered");
    assert_eq!(list[0]["attempts"][1]["status"], 200);
    let delivery = value!({ "vendor": "akeneo", "delivery": { "attempts": 1 } });
    assert_eq!(post("webhooks/delivery", &delivery).await, 200);
    let subscription = value!({ "vendor": "akeneo", "family": "events_api", "url": receiver.url });
    assert_eq!(post("webhooks/subscriptions", &subscription).await, 200);
    assert_eq!(post("jobs/advance", &value!({})).await, 200);
    assert_eq!(
        post(
            "webhooks",
            &value!({ "vendor": "akeneo", "event": "x", "url": "y" })
        )
        .await,
        400
    );
}

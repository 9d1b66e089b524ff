//! Records of the embedded vendors as clients expect them: complete, related, and merged as
//! documented.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response};
use sdk_sandbox::{Builder, Sandbox};
use serde_json::{Value, json as value};

use crate::parcels::json;

/// A sandbox with one vendor, and a client whose token has all scopes.
pub(crate) struct VendorSandbox {
    pub(crate) vendor: &'static str,
    pub(crate) sandbox: Sandbox,
    http: reqwest::Client,
}

impl VendorSandbox {
    pub(crate) async fn start(vendor: &'static str) -> Self {
        Self::with(vendor, |builder| builder).await
    }

    pub(crate) async fn with(
        vendor: &'static str,
        settings: impl FnOnce(Builder) -> Builder,
    ) -> Self {
        let builder = settings(Sandbox::builder().vendor(vendor));
        Self {
            vendor,
            sandbox: builder.start().await.unwrap(),
            http: reqwest::Client::new(),
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.sandbox.base_url(self.vendor).unwrap());
        let token = self.sandbox.issue_token(self.vendor).unwrap();
        self.http.request(method, url).bearer_auth(token)
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        let request = self.request(method, path).json(&body);
        request.send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        json(response).await
    }

    async fn status(&self, method: Method, path: &str, body: Value) -> u16 {
        self.send(method, path, body).await.status().as_u16()
    }
}

const BUSINESS: &str = "00000000-0000-4000-a000-000000000001";

#[tokio::test]
async fn a_new_wallet_has_an_address_a_business_and_a_creation_time() {
    let played = VendorSandbox::start("oneshot").await;
    let path = format!("/business/{BUSINESS}/wallets");
    let body = value!({ "chainId": "1", "name": "w" });
    let body = match played.send(Method::POST, &path, body).await {
        refused if refused.status() != 200 => {
            let body = value!({ "chainId": 1, "name": "w" });
            json(played.send(Method::POST, &path, body).await).await
        }
        made => json(made).await,
    };
    assert!(
        body["accountAddress"].as_str().unwrap().starts_with("0x"),
        "{body}"
    );
    assert_eq!(body["businessId"], BUSINESS);
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    assert!(
        (now - body["created"].as_f64().unwrap()).abs() < 60.0,
        "{body}"
    );
    let id = body["id"].as_str().unwrap();
    let read = played
        .get(&format!("/wallets/{id}?includeBalances=true"))
        .await;
    assert_eq!(read["accountAddress"], body["accountAddress"]);
    let listed = played.get(&path).await;
    let listed = listed["response"].as_array().unwrap();
    let own = listed.iter().find(|wallet| wallet["id"] == id).unwrap();
    assert_eq!(own["accountAddress"], body["accountAddress"]);
}

#[tokio::test]
async fn a_new_product_is_enabled_and_includes_completenesses_only_on_request() {
    let played = VendorSandbox::start("akeneo").await;
    let path = "/api/rest/v1/products";
    let made = played
        .send(Method::POST, path, value!({ "identifier": "lamp" }))
        .await;
    assert_eq!(made.status(), 201);
    let product = played.get("/api/rest/v1/products/lamp").await;
    assert_eq!(product["enabled"], true);
    assert_eq!(product["values"], value!({}));
    assert_eq!(product["categories"], value!([]));
    assert_eq!(product["family"], Value::Null);
    assert!(product["uuid"].is_string() && product["created"].is_string());
    assert!(product.get("completenesses").is_none() && product.get("quality_scores").is_none());
    let asked = played
        .get("/api/rest/v1/products/lamp?with_completenesses=true")
        .await;
    assert!(asked["completenesses"].is_array() && asked.get("quality_scores").is_none());
}

#[tokio::test]
async fn a_value_is_replaced_only_in_its_own_channel() {
    let played = VendorSandbox::start("akeneo").await;
    for (property, path) in [
        ("scope", "/api/rest/v1/products/lamp"),
        (
            "channel",
            "/api/rest/v1/reference-entities/brand/records/acme",
        ),
    ] {
        for (channel, data) in [("print", "a"), ("web", "b"), ("print", "c")] {
            let entry = value!({ "locale": null, property: channel, "data": data });
            let body = value!({ "values": { "title": [entry] } });
            assert!(played.status(Method::PATCH, path, body).await < 300);
        }
        let record = played.get(path).await;
        let told = |value: &Value| (value[property].clone(), value["data"].clone());
        let values = record["values"]["title"].as_array().unwrap();
        let values: Vec<_> = values.iter().map(told).collect();
        let wanted = [("print", "c"), ("web", "b")];
        assert_eq!(
            values,
            wanted.map(|(c, d)| (value!(c), value!(d))),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_uploaded_picture_becomes_a_value_of_its_product() {
    let played = VendorSandbox::start("akeneo").await;
    let target =
        value!({ "identifier": "lamp", "attribute": "picture", "locale": null, "scope": null });
    let file = Part::bytes(vec![1, 2]).file_name("lamp.png");
    let form = Form::new()
        .text("product", target.to_string())
        .part("file", file);
    let request = played.request(Method::POST, "/api/rest/v1/media-files");
    let response = request.multipart(form).send().await.unwrap();
    assert_eq!(response.status(), 201);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let product = played.get("/api/rest/v1/products/lamp").await;
    let data = product["values"]["picture"][0]["data"].as_str().unwrap();
    assert!(location.ends_with(data), "{location} {data}");
}

#[tokio::test]
async fn attribute_codes_and_types_are_immutable_and_used_families_cannot_be_deleted() {
    let played = VendorSandbox::start("akeneo").await;
    let root = "/api/rest/v1";
    let status = async |method: Method, path: &str, body: Value| {
        played.status(method, &format!("{root}{path}"), body).await
    };
    let (patch, delete) = (Method::PATCH, Method::DELETE);
    let attribute = value!({ "type": "pim_catalog_text", "group": "other" });
    assert_eq!(
        status(patch.clone(), "/attributes/a", value!({ "labels": {} })).await,
        422
    );
    assert_eq!(status(patch.clone(), "/attributes/a", attribute).await, 201);
    let number = value!({ "type": "pim_catalog_number" });
    assert_eq!(status(patch.clone(), "/attributes/a", number).await, 422);
    assert_eq!(
        status(patch.clone(), "/attributes/a", value!({ "code": "b" })).await,
        422
    );
    assert_eq!(
        status(patch.clone(), "/attributes/a", value!({ "code": "a" })).await,
        204
    );

    let family = value!({ "attribute_as_label": "a" });
    assert_eq!(status(patch.clone(), "/families/lamps", family).await, 201);
    let lamp = value!({ "family": "lamps" });
    assert_eq!(status(patch.clone(), "/products/lamp", lamp).await, 201);
    assert_eq!(
        status(delete.clone(), "/families/lamps", value!({})).await,
        422
    );
    assert_eq!(
        status(patch, "/products/lamp", value!({ "family": null })).await,
        204
    );
    assert_eq!(status(delete, "/families/lamps", value!({})).await, 204);
}

#[tokio::test]
async fn a_strict_vendor_rejects_references_to_unknown_records() {
    let played = VendorSandbox::with("metquay", Builder::strict).await;
    let customer = value!({ "companyName": "Acme" });
    let made = played.send(Method::POST, "/customers", customer).await;
    assert_eq!(made.status(), 201);
    let id = json(made).await["metquayId"].as_i64().unwrap();
    let customers = played.get("/customers?limit=100").await;
    let own = customers.as_array().unwrap().iter().find(|c| c["id"] == id);
    let code = own.unwrap()["companyCode"].as_str().unwrap().to_owned();
    assert_eq!(own.unwrap()["isPerson"], false);

    let category = value!({ "name": "c" });
    let made = played.send(Method::POST, "/instrument-categories", category);
    assert_eq!(made.await.status(), 201);
    let path = "/customer-instrument-details";
    let instrument = |company: &str| value!({ "companyId": company, "name": "scale", "instrumentCategoryName": "c" });
    for (company, status) in [
        ("nobody", 400),
        (code.as_str(), 201),
        (&id.to_string(), 201),
    ] {
        let body = instrument(company);
        assert_eq!(
            played.status(Method::POST, path, body).await,
            status,
            "{company}"
        );
    }
    let renamed = value!({ "companyName": "Acme", "companyCode": "other" });
    let customer = format!("/customers/{id}");
    assert_eq!(played.status(Method::PUT, &customer, renamed).await, 400);

    let category = |name: &str| value!({ "name": name });
    let path = "/instrument-categories";
    assert_eq!(
        played.status(Method::POST, path, category("Scales")).await,
        201
    );
    assert_eq!(
        played.status(Method::POST, path, category("sCALES")).await,
        409
    );
}

#[tokio::test]
async fn project_progress_requires_a_launch_and_uploads_are_rejected_after_it() {
    let played = VendorSandbox::start("motaword").await;
    let form = Form::new()
        .text("source_language", "en-US")
        .text("target_languages[]", "fr")
        .text("custom[order]", "7");
    let request = played.request(Method::POST, "/projects").multipart(form);
    let project = json(request.send().await.unwrap()).await;
    assert_eq!(project["status"], "pending", "{project}");
    assert_eq!(project["custom"], value!({ "order": "7" }));
    assert_eq!(project["target_languages"], value!(["fr"]));
    let path = format!("/projects/{}", project["id"]);
    let progress = format!("{path}/progress");
    let answer = played.request(Method::GET, &progress).send().await.unwrap();
    assert_eq!(answer.status(), 402);
    assert_eq!(json(answer).await["code"], "ProjectNotLaunchedYet");
    let upload = async || {
        let form = Form::new().part("documents[]", Part::bytes(vec![1]).file_name("a.txt"));
        let request = played.request(Method::POST, &format!("{path}/documents"));
        request.multipart(form).send().await.unwrap()
    };
    assert!(upload().await.status().is_success());
    let launch = played.request(Method::POST, &format!("{path}/launch"));
    assert!(launch.send().await.unwrap().status().is_success());
    assert_eq!(played.get(&path).await["status"], "started");
    played.get(&progress).await;
    let refused = upload().await;
    assert_eq!(refused.status(), 409);
    assert_eq!(json(refused).await["code"], "ProjectAlreadyStarted");
    let documents = played.get(&format!("{path}/documents")).await;
    let paging = &documents["meta"]["paging"];
    assert_eq!(
        (&paging["count"], &paging["total_count"]),
        (&value!(1), &value!(1)),
        "{documents}"
    );
}

#[tokio::test]
async fn an_invalid_field_is_rejected_with_its_documented_code() {
    let played = VendorSandbox::start("smscx").await;
    let whole = value!({ "to": ["+33612424105"], "from": "me", "text": "x" });
    let lacking = value!({ "to": ["+33612424105"], "text": "x" });
    let id =
        value!({ "to": ["+33612424105"], "from": "sender", "text": "x", "idempotencyId": "no" });
    for (body, code) in [(whole, 1106), (lacking, 1105), (id, 1111)] {
        let refused = played.send(Method::POST, "/sms", body).await;
        assert_eq!(refused.status(), 400);
        assert_eq!(json(refused).await["error"]["code"], code);
    }
}

#[tokio::test]
async fn every_recipient_has_a_result_and_opted_out_recipients_are_rejected() {
    let played = VendorSandbox::start("smscx").await;
    let (first, second) = ("+33612424105", "+33612424106");
    let out = value!({ "phoneNumbers": [second] });
    assert!(
        played
            .send(Method::POST, "/optouts", out)
            .await
            .status()
            .is_success()
    );
    let sms = value!({ "to": [first, second], "from": "sender", "text": "hello" });
    let sent = json(played.send(Method::POST, "/sms", sms).await).await;
    let results = sent["data"].as_array().unwrap_or_else(|| panic!("{sent}"));
    let told: Vec<_> = results
        .iter()
        .map(|r| (&r["to"], &r["status"], &r["text"]))
        .collect();
    let (accepted, rejected, text) = (value!("ACCEPTED"), value!("REJECTED"), value!("hello"));
    let (first, second) = (value!(first), value!(second));
    assert_eq!(
        told,
        [(&first, &accepted, &text), (&second, &rejected, &text)]
    );
    assert_ne!(results[0]["msgId"], results[1]["msgId"]);
    assert_eq!(sent["info"]["totalPhoneNumbers"], 2);
}

#[tokio::test]
async fn a_rented_number_and_a_bulk_lookup_are_listed() {
    let played = VendorSandbox::start("smscx").await;
    let rent = value!({ "numberId": "2f0c4b1e-8f5a-4b1e-9c5e-2f0c4b1e8f5a", "rentPeriod": 7 });
    let rented = json(played.send(Method::POST, "/numbers/rent", rent).await).await;
    let listed = played.get("/numbers/rent").await;
    let own = |r: &&Value| r["rentId"] == rented["info"]["rentId"];
    assert_eq!(
        listed["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(own)
            .count(),
        1,
        "{rented}"
    );
    let lookup = value!({ "phoneNumbers": ["+33612424105"] });
    let started = json(played.send(Method::POST, "/numbers/lookup", lookup).await).await;
    let listed = played.get("/numbers/lookup").await;
    let own = |r: &&Value| r["id"] == started["info"]["lookupBulkId"];
    assert_eq!(
        listed["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(own)
            .count(),
        1,
        "{started}"
    );
    assert_eq!(started["data"][0]["phoneNumber"], "+33612424105");
}

#[tokio::test]
async fn rotating_a_key_replaces_it() {
    let played = VendorSandbox::start("oneshot").await;
    let path = "/webhooks/endpoints/00000000-0000-4000-a000-000000000003";
    let before = played.get(path).await["publicKey"].clone();
    let rotated = played
        .send(Method::PUT, &format!("{path}/rotate"), value!({}))
        .await;
    let rotated = json(rotated).await["publicKey"].clone();
    assert_ne!(rotated, before);
    assert_eq!(played.get(path).await["publicKey"], rotated);
}

#[tokio::test]
async fn the_api_browser_of_a_vendor_is_served_on_its_port_with_a_token() {
    let played = VendorSandbox::start("metquay").await;
    let base = played.sandbox.base_url("metquay").unwrap();
    let origin = base.trim_end_matches("/api/v1");
    let get = async |path: &str| {
        let response = reqwest::get(format!("{origin}/__sandbox/{path}"))
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.unwrap()
    };
    assert!(get("browser/").await.contains("swagger-ui"));
    assert!(get("browser/swagger-ui-bundle.js").await.len() > 100_000);
    let script = get("browser/swagger-initializer.js").await;
    assert!(
        script.contains(&played.sandbox.issue_token("metquay").unwrap()),
        "{script}"
    );
    let document: Value = serde_json::from_str(&get("openapi.json").await).unwrap();
    assert_eq!(document["servers"][0]["url"], base);
}

#[tokio::test]
async fn a_deleted_method_is_archived_and_listed_only_on_request() {
    let played = VendorSandbox::start("oneshot").await;
    let path = format!("/business/{BUSINESS}/methods");
    let first = played.get(&path).await["response"][0]["id"].clone();
    let deleted = played.request(
        Method::DELETE,
        &format!("/methods/{}", first.as_str().unwrap()),
    );
    assert!(deleted.send().await.unwrap().status().is_success());
    let has = async |status: &str| {
        let list = played.get(&format!("{path}{status}")).await;
        let list = list["response"].as_array().unwrap();
        list.iter().any(|method| method["id"] == first)
    };
    assert!(!has("").await && !has("?status=live").await);
    assert!(has("?status=archived").await && has("?status=both").await);
}

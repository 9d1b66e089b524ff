//! Dependencies between the records of an embedded vendor.

use reqwest::Method;
use sdk_sandbox::Sandbox;
use serde_json::{Value, json as value};

struct Laboratory {
    sandbox: Sandbox,
    token: String,
}

impl Laboratory {
    async fn start() -> Self {
        let sandbox = Sandbox::builder().vendor("metquay").start().await.unwrap();
        let token = sandbox.issue_token("metquay").unwrap();
        Self { sandbox, token }
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}{path}", self.sandbox.base_url("metquay").unwrap());
        let request = reqwest::Client::new().request(method, url);
        let request = request.bearer_auth(&self.token);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    async fn create(&self, path: &str, body: Value) -> i64 {
        let (status, body) = self.send(Method::POST, path, Some(body)).await;
        assert_eq!(status, 201, "{body}");
        body["metquayId"].as_i64().unwrap()
    }

    /// Deletes a record, and returns the status. A refusal must contain the status in its body.
    async fn delete(&self, path: &str, id: i64) -> u16 {
        let (status, body) = self
            .send(Method::DELETE, &format!("{path}/{id}"), None)
            .await;
        assert!(status == 200 || body["code"] == status, "{body}");
        status
    }
}

#[tokio::test]
async fn records_with_dependents_cannot_be_deleted_or_renamed() {
    let lab = Laboratory::start().await;
    let category = value!({ "name": "Scales", "description": "d" });
    let category = lab.create("/instrument-categories", category).await;
    let customer = value!({ "companyName": "Anna's", "companyCode": "ANNA" });
    let customer = lab.create("/customers", customer).await;
    let other = lab
        .create("/customers", value!({ "companyName": "Other" }))
        .await;
    let instrument = async |company: String| {
        let body =
            value!({ "name": "s", "companyId": company, "instrumentCategoryName": "Scales" });
        lab.create("/customer-instrument-details", body).await
    };
    let by_id = instrument(customer.to_string()).await;
    let by_code = instrument("ANNA".to_owned()).await;
    let work = value!({ "customerInstrumentId": by_id, "workFlowType": "Calibration" });
    lab.create("/works", work).await;

    assert_eq!(lab.delete("/customers", other).await, 200);
    assert_eq!(lab.delete("/customers", customer).await, 409);
    assert_eq!(lab.delete("/instrument-categories", category).await, 409);
    let rename = async |name: &str| {
        let path = format!("/instrument-categories/{category}");
        let body = value!({ "name": name, "description": "e" });
        lab.send(Method::PUT, &path, Some(body)).await.0
    };
    assert_eq!((rename("Rulers").await, rename("Scales").await), (409, 200));
    // The instrument of a work can't be deleted, but the other instrument can.
    assert_eq!(lab.delete("/customer-instrument-details", by_id).await, 409);
    assert_eq!(
        lab.delete("/customer-instrument-details", by_code).await,
        200
    );
    assert_eq!(lab.delete("/customers", customer).await, 409);

    // After the instrument moves to a different customer and category, the old customer and
    // category can be deleted.
    let path = format!("/customer-instrument-details/{by_id}");
    let moved = value!({ "name": "s", "companyId": "1", "instrumentCategoryName": "Levels" });
    lab.create(
        "/instrument-categories",
        value!({ "name": "Levels", "description": "l" }),
    )
    .await;
    assert_eq!(lab.send(Method::PUT, &path, Some(moved)).await.0, 200);
    assert_eq!(lab.delete("/customers", customer).await, 200);
    assert_eq!(lab.delete("/customers", customer).await, 404);
    assert_eq!(rename("Rules").await, 200);
    assert_eq!(lab.delete("/instrument-categories", category).await, 200);
    assert_eq!(lab.delete("/customers", 1).await, 409);
}

#[tokio::test]
async fn references_to_unknown_records_are_rejected_unless_unchanged() {
    let lab = Laboratory::start().await;
    lab.create(
        "/instrument-categories",
        value!({ "name": "Scales", "description": "d" }),
    )
    .await;
    let instrument = |company: &str, category: &str| value!({ "name": "s", "companyId": company, "instrumentCategoryName": category });
    let path = "/customer-instrument-details";
    for (company, category, field) in [
        ("nobody", "Scales", "companyId"),
        ("1", "Rulers", "instrumentCategoryName"),
    ] {
        let (status, body) = lab
            .send(Method::POST, path, Some(instrument(company, category)))
            .await;
        assert_eq!(status, 400, "{body}");
        assert!(body["message"].as_str().unwrap().contains(field), "{body}");
    }
    let (status, body) = lab
        .send(
            Method::POST,
            "/works",
            Some(value!({ "customerInstrumentId": 77, "workFlowType": "Calibration" })),
        )
        .await;
    assert_eq!(status, 400, "{body}");

    // A seed instrument belongs to a seed customer, and accepts a change that repeats its category.
    let (_, list) = lab.send(Method::GET, path, None).await;
    let category = list[0]["instrumentCategory"].as_str().unwrap();
    let change = instrument("1", category);
    assert_eq!(
        lab.send(
            Method::PUT,
            &format!("{path}/{}", list[0]["id"]),
            Some(change)
        )
        .await
        .0,
        200
    );
}

//! Kinds of faults from the perspective of a client.

use std::time::Duration;

use reqwest::{Method, Response};
use sdk_sandbox::Fault;
use serde_json::{Value, json as value};
use tokio::time::Instant;

use crate::parcels::{PARCELS, Parcels, header, json, refusal};

async fn with(parcels: &Parcels, fault: &str) -> Result<Response, reqwest::Error> {
    let request = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let url = format!("{}/boxes/box_1", parcels.sandbox.base_url(PARCELS).unwrap());
    request
        .get(url)
        .bearer_auth("parcel-standing")
        .header("x-sandbox-fault", fault)
        .send()
        .await
}

async fn body(parcels: &Parcels, fault: &str) -> Value {
    json(with(parcels, fault).await.unwrap()).await
}

#[tokio::test]
async fn status_faults_can_include_every_kind_of_retry_hint() {
    let parcels = Parcels::start().await;
    let response = with(&parcels, "status=429; retry-after=3").await.unwrap();
    assert_eq!(header(&response, "retry-after"), "3");
    let response = with(&parcels, "status=503; retry-after-date=30")
        .await
        .unwrap();
    let date = httpdate::parse_http_date(&header(&response, "retry-after")).unwrap();
    assert!(date > std::time::SystemTime::now() + Duration::from_secs(25));
    let response = with(&parcels, "status=429; rate-limit-reset=30")
        .await
        .unwrap();
    assert!(
        header(&response, "x-rate-limit-reset")
            .parse::<u64>()
            .unwrap()
            > 1_700_000_000
    );
    assert_eq!(with(&parcels, "boom").await.unwrap().status(), 400);
}

#[tokio::test]
async fn a_fault_can_lose_the_response_before_or_after_the_call_runs() {
    let parcels = Parcels::start().await;
    let send = async |fault: &str| {
        let request = parcels
            .bare(Method::POST, "/messages")
            .bearer_auth("parcel-standing");
        let request = request
            .header("x-sandbox-fault", fault)
            .json(&value!({ "to": "a" }));
        request.send().await.is_err()
    };
    for (fault, done) in [("reset=before", 0), ("reset=read", 0), ("reset=applied", 1)] {
        assert!(send(fault).await, "{fault}");
        assert_eq!(parcels.sandbox.effects().len(), done, "{fault}");
    }
    assert!(
        parcels
            .sandbox
            .requests()
            .iter()
            .all(|request| request.status == 0)
    );
    let failed = Fault::status(502).applied();
    parcels.sandbox.fault(PARCELS, failed).unwrap();
    let response = parcels
        .request(Method::POST, "/messages")
        .json(&value!({ "to": "a" }))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (response.status().as_u16(), parcels.sandbox.effects().len()),
        (502, 2)
    );
}

#[tokio::test]
async fn response_bodies_can_stall_be_truncated_or_be_oversized() {
    let parcels = Parcels::start().await;
    let whole = body(&parcels, "delay=0").await;
    let stalled = with(&parcels, "stall").await.unwrap().bytes();
    assert!(
        tokio::time::timeout(Duration::from_millis(50), stalled)
            .await
            .is_err()
    );
    assert_eq!(body(&parcels, "stall=10ms").await, whole);
    assert!(
        with(&parcels, "truncated")
            .await
            .unwrap()
            .bytes()
            .await
            .is_err()
    );
    let swollen = with(&parcels, "oversized=1000000")
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert!(swollen.len() > 1_000_000);
    assert_eq!(serde_json::from_slice::<Value>(&swollen).unwrap(), whole);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_body_resumes_after_the_given_time() {
    let parcels = Parcels::start().await;
    let begun = Instant::now();
    parcels
        .sandbox
        .fault(PARCELS, Fault::stall_for(Duration::from_secs(40)))
        .unwrap();
    json(parcels.get("/boxes/box_1").await).await;
    assert!(begun.elapsed() >= Duration::from_secs(40));
}

#[tokio::test]
async fn a_fault_can_replace_the_body_or_its_content_type() {
    let parcels = Parcels::start().await;
    let html = with(&parcels, "html").await.unwrap();
    assert_eq!(
        (
            html.status().as_u16(),
            header(&html, "content-type").as_str()
        ),
        (200, "text/html; charset=utf-8")
    );
    assert!(html.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    assert_eq!(
        with(&parcels, "empty").await.unwrap().text().await.unwrap(),
        ""
    );
    let typed = with(&parcels, "content-type=text/plain").await.unwrap();
    assert_eq!(header(&typed, "content-type"), "text/plain");
}

#[tokio::test]
async fn field_faults_change_response_fields() {
    let parcels = Parcels::start().await;
    let whole = body(&parcels, "delay=0").await;
    assert_eq!(
        body(&parcels, "null-field=/code").await["code"],
        Value::Null
    );
    assert_eq!(
        body(&parcels, "missing-field=/code").await.get("code"),
        None
    );
    assert_eq!(
        body(&parcels, "wrong-type=/code").await["code"],
        value!({ "unexpected": true })
    );
    assert_eq!(
        body(&parcels, "wrong-type=/size").await["size"],
        "unexpected"
    );
    assert_eq!(
        body(&parcels, "unknown-enum").await["state"],
        "x-sandbox-unknown"
    );
    assert!(body(&parcels, "extra-field=/any").await["x_sandbox_extra"].is_object());
    for fault in ["null-field", "missing-field", "wrong-type", "extra-field"] {
        let one = body(&parcels, &format!("{fault}; seed=5")).await;
        assert_ne!(one, whole, "{fault}");
        assert_eq!(
            one,
            body(&parcels, &format!("{fault}; seed=5")).await,
            "{fault}"
        );
    }
}

#[tokio::test]
async fn token_faults_invalidate_the_token_of_the_request() {
    let parcels = Parcels::start().await;
    for (fault, code) in [("expired-token", "expired"), ("revoked-token", "no_entry")] {
        let token = parcels.token().await;
        parcels
            .sandbox
            .fault(PARCELS, fault.parse().unwrap())
            .unwrap();
        let read = async |token: &str| {
            parcels
                .bare(Method::GET, "/parcels/1")
                .bearer_auth(token)
                .send()
                .await
                .unwrap()
        };
        assert_eq!(refusal(read(&token).await).await, (401, code.to_owned()));
        assert_eq!(read(&token).await.status(), 401);
        assert_eq!(read(&parcels.token().await).await.status(), 200);
    }
}

#[tokio::test]
async fn a_redirect_points_to_another_origin_that_logs_requests() {
    let parcels = Parcels::start().await;
    let response = with(&parcels, "redirect").await.unwrap();
    let to = header(&response, "location");
    assert_eq!(
        (response.status().as_u16(), to.as_str()),
        (
            307,
            format!("{}/v2/boxes/box_1", parcels.sandbox.elsewhere()).as_str()
        )
    );
    let request = parcels
        .http
        .get(to)
        .header("authorization", "none of its business");
    assert_eq!(json(request.send().await.unwrap()).await, value!({}));
    let strays = parcels.sandbox.requests_of("elsewhere").unwrap();
    assert_eq!(
        strays[0].header("authorization"),
        Some("none of its business")
    );
}

#[tokio::test]
async fn the_admin_api_adds_faults_and_lists_requests() {
    let parcels = Parcels::start().await;
    let admin = |path: &str| format!("{}/__sandbox/{path}", parcels.sandbox.elsewhere());
    let order = async |body: Value| {
        parcels
            .http
            .post(admin("faults"))
            .json(&body)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(
        order(value!({ "vendor": PARCELS, "fault": "status=500; on=get_box; times=2" })).await,
        200
    );
    assert_eq!(
        order(value!({ "vendor": "nobody", "fault": "reset" })).await,
        400
    );
    assert_eq!(
        order(value!({ "vendor": PARCELS, "fault": "boom" })).await,
        400
    );
    assert_eq!(parcels.get("/boxes/box_1").await.status(), 500);
    let get = async |path: &str| json(parcels.http.get(admin(path)).send().await.unwrap()).await;
    assert_eq!(get("requests").await[0]["status"], 500);
    assert_eq!(get("vendors").await[0]["pending_faults"], 1);
    parcels.http.delete(admin("faults")).send().await.unwrap();
    assert_eq!(parcels.get("/boxes/box_1").await.status(), 200);
    assert_eq!(get("effects").await, value!([]));
}

#[tokio::test]
async fn an_unapproved_account_gets_no_token() {
    let parcels = Parcels::started(Parcels::builder().account_status(PARCELS, "suspended")).await;
    let refused = parcels.exchange().send().await.unwrap();
    assert_eq!(refused.status(), 403);
    assert_eq!(json(refused).await["account_status"], "suspended");
    parcels.sandbox.account_status(PARCELS, "approved").unwrap();
    parcels.token().await;
}

#[tokio::test]
async fn the_index_page_shows_a_vendor_with_working_credentials() {
    let parcels = Parcels::start().await;
    let lobby = parcels.sandbox.elsewhere();
    let page = parcels
        .http
        .get(format!("{lobby}/"))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let document = json(
        parcels
            .http
            .get(format!("{lobby}/{PARCELS}/openapi.json"))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert!(document["paths"].is_object());
    let base = parcels.sandbox.base_url(PARCELS).unwrap();
    let count = document["paths"].as_object().unwrap().values().map(|item| {
        let keys = item.as_object().unwrap().keys();
        keys.filter(|key| *key != "parameters").count()
    });
    let count: usize = count.sum();
    assert!(
        page.contains(&format!(
            "<code>{base}</code> <small>{count} operations</small>"
        )),
        "{page}"
    );
    for variables in parcels.sandbox.environments(PARCELS).unwrap() {
        for (name, value) in variables {
            assert!(page.contains(&format!("export {name}='{value}'")), "{name}");
        }
    }
    // The token on the page is valid, and the link opens the API browser of the vendor.
    let after = page
        .split("Access token with all scopes</small><pre>")
        .nth(1)
        .unwrap();
    let token = after.split('<').next().unwrap();
    assert_eq!(parcels.status_with(token).await, 200);
    let link = page
        .split("<a href=\"")
        .find(|piece| piece.contains(">API browser<"))
        .unwrap();
    let browser = parcels
        .http
        .get(link.split('"').next().unwrap())
        .send()
        .await
        .unwrap();
    assert!(browser.text().await.unwrap().contains("swagger"));
}

#[tokio::test]
async fn a_token_can_be_issued_without_an_exchange() {
    let parcels = Parcels::start().await;
    assert_eq!(
        parcels
            .status_with(&parcels.sandbox.issue_token(PARCELS).unwrap())
            .await,
        200
    );
}

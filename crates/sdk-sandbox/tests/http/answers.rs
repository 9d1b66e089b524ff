//! Success responses: samples, headers and pages.

use reqwest::Method;
use serde_json::{Value, json as value};

use crate::parcels::{PARCELS, Parcels, header, json, text};

#[tokio::test]
async fn a_sample_response_matches_the_schema_and_the_path() {
    let parcels = Parcels::start().await;
    let parcel = json(parcels.get("/parcels/77").await).await;
    assert_eq!(parcel["id"], 77);
    assert!(["waiting", "sent"].contains(&text(&parcel, "/state").as_str()));
    assert!(
        parcel["weight"]
            .as_f64()
            .is_some_and(|weight| weight >= 0.0)
    );
}

#[tokio::test]
async fn the_seed_determines_the_sample_response() {
    let mut answers = Vec::new();
    for seed in [1, 1, 2] {
        let parcels = Parcels::started(Parcels::builder().seed(seed)).await;
        answers.push(json(parcels.get("/parcels/77").await).await);
    }
    assert_eq!(answers[0], answers[1]);
    assert_ne!(answers[0], answers[2]);
}

#[tokio::test]
async fn responses_have_the_headers_of_the_document_and_the_profile() {
    let parcels = Parcels::start().await;
    let response = parcels.get("/parcels").await;
    assert_eq!(header(&response, "x-request-id").len(), 36);
    assert!(
        (1..=9).contains(
            &header(&response, "x-rate-limit-remaining")
                .parse::<u8>()
                .unwrap()
        )
    );
    assert!(header(&response, "x-trace").starts_with("trace-"));
    let another = parcels.get("/parcels").await;
    assert_ne!(
        header(&response, "x-request-id"),
        header(&another, "x-request-id")
    );
}

#[tokio::test]
async fn the_location_header_contains_the_url_of_the_record() {
    let parcels = Parcels::start().await;
    let base = parcels.sandbox.base_url(PARCELS).unwrap();
    let body = value!({ "code": "a b", "size": 1 });
    let created = parcels
        .request(Method::POST, "/parcels")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(created.status(), 201);
    assert_eq!(
        header(&created, "location"),
        format!("{base}/parcels/1000004")
    );
    assert_eq!(created.text().await.unwrap(), "");
    let changed = parcels
        .request(Method::PATCH, "/parcels/7")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(changed.status(), 204);
    assert_eq!(header(&changed, "location"), format!("{base}/parcels/7"));
}

#[tokio::test]
async fn text_and_files_have_their_documented_content_type() {
    let parcels = Parcels::start().await;
    let status = parcels.bare(Method::GET, "/status").send().await.unwrap();
    assert_eq!(header(&status, "content-type"), "text/plain");
    let label = parcels.get("/labels/2026/a.pdf").await;
    assert_eq!(header(&label, "content-type"), "application/pdf");
    assert!(header(&label, "content-disposition").starts_with("attachment"));
}

#[tokio::test]
async fn multipart_form_fields_are_parsed_and_validated() {
    let parcels = Parcels::start().await;
    let upload = async |parcel: &str| {
        let file = reqwest::multipart::Part::bytes(vec![0, 255, 13, 10]).file_name("a.png");
        let form = reqwest::multipart::Form::new()
            .part("file", file)
            .text("parcel", parcel.to_owned());
        let form = form.text("tags[]", "a").text("tags[]", "b");
        parcels
            .request(Method::POST, "/photos")
            .multipart(form)
            .send()
            .await
            .unwrap()
    };
    assert_eq!(upload("7").await.status(), 200);
    let refused = upload("seven").await;
    assert_eq!(refused.status(), 422);
    assert_eq!(text(&json(refused).await, "/error/fields/0/name"), "parcel");
}

#[tokio::test]
async fn numbered_pages_reach_the_end_of_the_list() {
    let parcels = Parcels::started(Parcels::builder().items(5)).await;
    let mut ids = Vec::new();
    let mut link = format!("{}/parcels", parcels.sandbox.base_url(PARCELS).unwrap());
    loop {
        let page = json(
            parcels
                .http
                .get(&link)
                .bearer_auth("parcel-standing")
                .send()
                .await
                .unwrap(),
        )
        .await;
        assert_eq!(page["total"], 5);
        assert_eq!(page["page"], ids.len() / 2 + 1);
        ids.extend(
            page["parcels"]
                .as_array()
                .unwrap()
                .iter()
                .map(|parcel| parcel["id"].clone()),
        );
        match &page["next"] {
            Value::String(next) => link = next.clone(),
            end => break assert_eq!(end, &Value::Null),
        }
    }
    assert_eq!(ids.len(), 5);
    let whole = json(parcels.get("/parcels?size=100").await).await;
    let expected: Vec<Value> = whole["parcels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["id"].clone())
        .collect();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn cursors_reach_the_end_of_the_list() {
    let parcels = Parcels::started(Parcels::builder().items(5)).await;
    let mut path = "/events?limit=2".to_owned();
    let mut sizes = Vec::new();
    loop {
        let page = json(parcels.get(&path).await).await;
        sizes.push(page["data"].as_array().unwrap().len());
        match page.pointer("/paging/next").unwrap() {
            Value::String(next) => path = format!("/events?limit=2&next={next}"),
            end => break assert_eq!(end, &Value::Null),
        }
    }
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(parcels.get("/events?next=made-up").await.status(), 422);
}

#[tokio::test]
async fn next_links_reach_the_end_by_page_and_by_cursor() {
    let parcels = Parcels::started(Parcels::builder().items(5)).await;
    for (query, carrier) in [("", "page="), ("?kind=search_after", "search_after=")] {
        let mut link = format!(
            "{}/offers{query}",
            parcels.sandbox.base_url(PARCELS).unwrap()
        );
        let mut sizes = Vec::new();
        loop {
            let page = json(
                parcels
                    .http
                    .get(&link)
                    .bearer_auth("parcel-standing")
                    .send()
                    .await
                    .unwrap(),
            )
            .await;
            sizes.push(
                page.pointer("/_embedded/items")
                    .and_then(Value::as_array)
                    .unwrap()
                    .len(),
            );
            match page.pointer("/_links/next/href") {
                Some(next) => link = next.as_str().unwrap().to_owned(),
                None => break,
            }
            assert!(link.contains(carrier), "{link}");
        }
        assert_eq!(sizes, [2, 2, 1], "{query}");
    }
}

#[tokio::test]
async fn an_empty_list_is_one_page() {
    let parcels = Parcels::started(Parcels::builder().items(0)).await;
    let page = json(parcels.get("/parcels").await).await;
    assert_eq!(page["parcels"], value!([]));
    assert_eq!(page["next"], Value::Null);
}

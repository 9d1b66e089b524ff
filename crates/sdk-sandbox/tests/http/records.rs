//! Created records can be read, listed, changed and deleted.

use reqwest::{Method, Response};
use serde_json::{Value, json as value};

use crate::parcels::{PARCELS, Parcels, header, json, refusal};

async fn send(parcels: &Parcels, method: Method, path: &str, body: Value) -> Response {
    parcels
        .request(method, path)
        .json(&body)
        .send()
        .await
        .unwrap()
}

async fn delete(parcels: &Parcels, path: &str) -> Response {
    parcels.request(Method::DELETE, path).send().await.unwrap()
}

async fn codes(parcels: &Parcels) -> Vec<String> {
    let page = json(parcels.get("/boxes?limit=100").await).await;
    let items = page["_embedded"]["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["code"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_record_can_be_created_read_changed_replaced_and_deleted() {
    let parcels = Parcels::start().await;
    let base = parcels.sandbox.base_url(PARCELS).unwrap();
    let body =
        value!({ "code": "a b/c", "size": 3, "labels": { "en": "x", "de": "y" }, "secret": "s" });
    let created = send(&parcels, Method::POST, "/boxes", body).await;
    assert_eq!(created.status(), 201);
    assert_eq!(
        header(&created, "location"),
        format!("{base}/boxes/a%20b%2Fc")
    );
    let record = json(parcels.get("/boxes/a%20b%2Fc").await).await;
    assert_eq!(
        (&record["code"], &record["size"]),
        (&value!("a b/c"), &value!(3))
    );
    assert!(
        record["created"].is_string() && record.get("secret").is_none(),
        "{record}"
    );
    assert_eq!(codes(&parcels).await, ["box_1", "box_2", "box_3", "a b/c"]);

    let change = value!({ "size": 4, "labels": { "de": null, "fr": "z" }, "parent": null });
    let changed = send(&parcels, Method::PATCH, "/boxes/a%20b%2Fc", change).await;
    assert_eq!(changed.status(), 204);
    let record = json(parcels.get("/boxes/a%20b%2Fc").await).await;
    assert_eq!(record["labels"], value!({ "en": "x", "fr": "z" }));
    assert_eq!(
        (&record["size"], &record["parent"]),
        (&value!(4), &Value::Null)
    );

    let replaced = send(
        &parcels,
        Method::PUT,
        "/boxes/a%20b%2Fc",
        value!({ "size": 5 }),
    )
    .await;
    let record = json(replaced).await;
    assert_eq!(
        (&record["size"], &record["labels"]),
        (&value!(5), &value!({}))
    );

    assert_eq!(delete(&parcels, "/boxes/a%20b%2Fc").await.status(), 204);
    for refused in [
        parcels.get("/boxes/a%20b%2Fc").await,
        delete(&parcels, "/boxes/a%20b%2Fc").await,
        send(&parcels, Method::PUT, "/boxes/a%20b%2Fc", value!({})).await,
        parcels
            .request(Method::POST, "/boxes/a%20b%2Fc/open")
            .send()
            .await
            .unwrap(),
    ] {
        assert_eq!(refusal(refused).await, (404, "missing".to_owned()));
    }
    assert_eq!(codes(&parcels).await.len(), 3);
}

#[tokio::test]
async fn initial_records_match_in_lists_and_reads_and_can_be_changed_and_deleted() {
    let parcels = Parcels::start().await;
    let page = json(parcels.get("/boxes").await).await;
    let listed = &page["_embedded"]["items"][1];
    assert_eq!(listed, &json(parcels.get("/boxes/box_2").await).await);
    send(
        &parcels,
        Method::PATCH,
        "/boxes/box_2",
        value!({ "size": 77 }),
    )
    .await;
    let page = json(parcels.get("/boxes").await).await;
    assert_eq!(page["_embedded"]["items"][1]["size"], 77);
    assert_eq!(page["_embedded"]["items"][1]["created"], listed["created"]);
    delete(&parcels, "/boxes/box_1").await;
    assert_eq!(codes(&parcels).await, ["box_2", "box_3"]);
    let upserted = send(
        &parcels,
        Method::PATCH,
        "/boxes/box_1",
        value!({ "size": 1 }),
    )
    .await;
    assert_eq!(upserted.status(), 201);
}

#[tokio::test]
async fn an_upsert_creates_and_then_updates() {
    let parcels = Parcels::start().await;
    let upsert = async |size: u64| {
        send(
            &parcels,
            Method::PATCH,
            "/boxes/new",
            value!({ "size": size }),
        )
        .await
        .status()
    };
    assert_eq!(
        (upsert(1).await, upsert(2).await),
        (201.try_into().unwrap(), 204.try_into().unwrap())
    );
    assert_eq!(json(parcels.get("/boxes/new").await).await["size"], 2);
}

#[tokio::test]
async fn a_duplicate_key_is_rejected() {
    let parcels = Parcels::start().await;
    for code in ["box_3", "mine"] {
        let first = send(&parcels, Method::POST, "/boxes", value!({ "code": code })).await;
        assert_eq!(first.status(), if code == "mine" { 201 } else { 422 });
    }
    let again = send(&parcels, Method::POST, "/boxes", value!({ "code": "mine" })).await;
    assert_eq!(refusal(again).await, (422, "duplicate".to_owned()));
}

#[tokio::test]
async fn nested_records_belong_to_their_parent_and_are_deleted_with_it() {
    let parcels = Parcels::start().await;
    send(&parcels, Method::POST, "/boxes", value!({ "code": "mine" })).await;
    assert_eq!(
        json(parcels.get("/boxes/mine/items").await).await,
        value!([])
    );
    let made = json(
        send(
            &parcels,
            Method::POST,
            "/boxes/mine/items",
            value!({ "name": "pen" }),
        )
        .await,
    )
    .await;
    let path = format!("/boxes/mine/items/{}", made["id"]);
    assert_eq!(json(parcels.get(&path).await).await, made);
    assert_eq!(
        json(parcels.get("/boxes/mine/items").await).await,
        value!([made])
    );
    assert_eq!(
        json(parcels.get("/boxes/box_1/items").await)
            .await
            .as_array()
            .unwrap()
            .len(),
        3
    );
    delete(&parcels, "/boxes/mine").await;
    for path in [path.as_str(), "/boxes/mine/items"] {
        assert_eq!(
            refusal(parcels.get(path).await).await,
            (404, "missing".to_owned())
        );
    }
}

#[tokio::test]
async fn a_strict_sandbox_returns_404_for_unknown_records() {
    let strict = Parcels::started(Parcels::builder().strict()).await;
    let lenient = Parcels::start().await;
    for path in ["/boxes/unknown", "/boxes/box_4", "/boxes/unknown/items"] {
        assert_eq!(strict.get(path).await.status(), 404, "{path}");
        assert_eq!(lenient.get(path).await.status(), 200, "{path}");
    }
    assert_eq!(strict.get("/boxes/box_3").await.status(), 200);
}

#[tokio::test]
async fn sandboxes_do_not_share_records_and_a_reset_deletes_them() {
    let one = Parcels::started(Parcels::builder().strict()).await;
    let other = Parcels::started(Parcels::builder().strict()).await;
    send(&one, Method::POST, "/boxes", value!({ "code": "mine" })).await;
    assert_eq!(one.get("/boxes/mine").await.status(), 200);
    assert_eq!(other.get("/boxes/mine").await.status(), 404);
    assert!(one.sandbox.kept_bytes(PARCELS).unwrap() > 0);
    one.sandbox.reset(PARCELS).unwrap();
    assert_eq!(one.get("/boxes/mine").await.status(), 404);
    assert_eq!(one.sandbox.kept_bytes(PARCELS).unwrap(), 0);
}

#[tokio::test]
async fn writes_beyond_the_memory_limit_are_rejected() {
    let parcels = Parcels::started(Parcels::builder().memory(20_000)).await;
    let mut statuses = Vec::new();
    for number in 0..20 {
        let body = value!({ "code": format!("c{number}"), "parent": "x".repeat(2000) });
        statuses.push(
            send(&parcels, Method::POST, "/boxes", body)
                .await
                .status()
                .as_u16(),
        );
    }
    assert_eq!((statuses[0], statuses[19]), (201, 507));
    assert!(parcels.sandbox.kept_bytes(PARCELS).unwrap() <= 20_000);
    assert_eq!(parcels.get("/boxes/c0").await.status(), 200);
}

#[tokio::test]
async fn effects_are_recorded_and_an_idempotency_key_deduplicates_them() {
    let parcels = Parcels::start().await;
    let message = async |key: Option<&str>| {
        let mut request = parcels
            .request(Method::POST, "/messages")
            .json(&value!({ "to": "anna" }));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        json(request.send().await.unwrap()).await
    };
    assert_eq!(message(Some("k1")).await, message(Some("k1")).await);
    assert_ne!(message(None).await["id"], message(None).await["id"]);
    parcels
        .request(Method::POST, "/boxes/box_1/open")
        .send()
        .await
        .unwrap();
    send(&parcels, Method::POST, "/boxes", value!({ "code": "mine" })).await;
    parcels.get("/boxes").await;
    let told = |effects: Vec<sdk_sandbox::Effect>| -> Vec<(String, Option<String>)> {
        effects
            .into_iter()
            .map(|effect| (effect.kind, effect.idempotency_key))
            .collect()
    };
    let mut expected = vec![
        ("message".to_owned(), Some("k1".to_owned())),
        ("message".to_owned(), None),
        ("message".to_owned(), None),
        ("action".to_owned(), None),
    ];
    assert_eq!(told(parcels.sandbox.effects_of(PARCELS).unwrap()), expected);
    expected.push(("create".to_owned(), None));
    assert_eq!(told(parcels.sandbox.writes()), expected);
}

#[tokio::test]
async fn an_idempotency_key_in_the_body_deduplicates_effects() {
    let parcels = Parcels::start().await;
    let letter = async |key: &str| {
        let body = value!({ "to": "anna", "letterKey": key });
        let request = parcels.request(Method::POST, "/letters").json(&body);
        json(request.send().await.unwrap()).await
    };
    assert_eq!(letter("k1").await, letter("k1").await);
    letter("k2").await;
    let effects = parcels.sandbox.effects_of(PARCELS).unwrap().into_iter();
    let keys: Vec<_> = effects
        .filter_map(|effect| effect.idempotency_key)
        .collect();
    assert_eq!(keys, ["k1", "k2"]);
}

#[tokio::test]
async fn a_job_advances_through_its_states_when_polled() {
    let parcels = Parcels::started(Parcels::builder().strict()).await;
    let begin = async || {
        json(
            parcels
                .request(Method::POST, "/works/start")
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    let (work, other) = (begin().await, begin().await);
    assert_ne!(work["id"], other["id"]);
    assert_eq!(
        (&work["state"], &work["ended"]),
        (&value!("new"), &Value::Null)
    );
    let path = format!("/works/{}", work["id"].as_str().unwrap());
    for (state, ended) in [
        ("busy", Value::Null),
        ("done", value!(7)),
        ("done", value!(7)),
    ] {
        let seen = json(parcels.get(&path).await).await;
        assert_eq!(
            (&seen["state"], &seen["ended"], &seen["id"]),
            (&value!(state), &ended, &work["id"])
        );
    }
}

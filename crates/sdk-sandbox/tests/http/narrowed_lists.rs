//! Lists of the embedded vendors, filtered by parameters and searches.

use reqwest::Method;
use serde_json::{Value, json as value};

use crate::parcels::json;
use crate::whole_records::VendorSandbox;

async fn products() -> VendorSandbox {
    let played = VendorSandbox::start("akeneo").await;
    let family = value!({ "code": "lamps", "attribute_as_label": "sku" });
    let made = played
        .send(Method::POST, "/api/rest/v1/families", family)
        .await;
    assert_eq!(made.status(), 201);
    for (identifier, family, enabled, title) in [
        ("lamp", Some("lamps"), true, "Old lamp"),
        ("shade", Some("lamps"), false, "Shade"),
        ("table", None, true, "Table lamp"),
    ] {
        let title = value!([{ "locale": "en_US", "scope": "web", "data": title }, { "locale": "fr_FR", "scope": "web", "data": "x" }]);
        let body = value!({ "identifier": identifier, "family": family, "enabled": enabled, "values": { "attribute_1": title } });
        let made = played
            .send(Method::POST, "/api/rest/v1/products", body)
            .await;
        assert_eq!(made.status(), 201);
    }
    played
}

async fn found(played: &VendorSandbox, search: Value) -> Vec<String> {
    let search = search.to_string();
    let request = played.request(Method::GET, "/api/rest/v1/products");
    let request = request.query(&[
        ("search", search.as_str()),
        ("with_count", "true"),
        ("limit", "100"),
    ]);
    let body = json(request.send().await.unwrap()).await;
    let items = body["_embedded"]["items"].as_array().unwrap();
    let names: Vec<String> = items
        .iter()
        .map(|i| i["identifier"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(body["items_count"], names.len());
    let own = |name: &String| !name.starts_with("product_");
    names.into_iter().filter(own).collect()
}

#[tokio::test]
async fn a_search_filters_records_by_property_and_by_attribute_value() {
    let played = products().await;
    let by = |name: &str, operator: &str, wanted: Value| value!({ name: [{ "operator": operator, "value": wanted }] });
    for (search, wanted) in [
        (by("enabled", "=", value!(false)), vec!["shade"]),
        (by("family", "IN", value!(["lamps"])), vec!["lamp", "shade"]),
        (by("family", "EMPTY", Value::Null), vec!["table"]),
        (
            by("identifier", "NOT IN", value!(["lamp"])),
            vec!["shade", "table"],
        ),
        (
            by("updated", ">", value!("2001-01-01 00:00:00")),
            vec!["lamp", "shade", "table"],
        ),
        (by("created", "<", value!("2001-01-01 00:00:00")), vec![]),
        (
            value!({ "attribute_1": [{ "operator": "CONTAINS", "value": "LAMP", "locale": "en_US", "scope": "web" }] }),
            vec!["lamp", "table"],
        ),
        (
            value!({ "attribute_1": [{ "operator": "CONTAINS", "value": "lamp", "locale": "fr_FR", "scope": "web" }] }),
            vec![],
        ),
        (
            value!({ "family": [{ "operator": "IN", "value": ["lamps"] }], "enabled": [{ "operator": "=", "value": true }] }),
            vec!["lamp"],
        ),
    ] {
        assert_eq!(found(&played, search.clone()).await, wanted, "{search}");
    }
}

#[tokio::test]
async fn unknown_search_filters_are_rejected_and_unevaluated_ones_are_reported() {
    let played = products().await;
    let ask = async |search: &str| {
        let request = played.request(Method::GET, "/api/rest/v1/products");
        request.query(&[("search", search)]).send().await.unwrap()
    };
    for wrong in [
        r#"{"nothing":[{"operator":"=","value":1}]}"#,
        r#"{"enabled":[{"operator":"LIKE","value":1}]}"#,
        r#"{"categories":[{"operator":"=","value":"a"}]}"#,
        r#"{"enabled":[{"value":true}]}"#,
    ] {
        assert_eq!(ask(wrong).await.status(), 422, "{wrong}");
    }
    let told = ask(r#"{"categories":[{"operator":"IN CHILDREN","value":["a"]}]}"#).await;
    assert_eq!(told.status(), 200);
    assert_eq!(
        told.headers()["x-sandbox-not-evaluated"],
        "categories IN CHILDREN"
    );
}

#[tokio::test]
async fn values_are_filtered_by_attribute_locale_and_channel() {
    let played = products().await;
    let values = async |query: &str| {
        let search = "search=%7B%22identifier%22%3A%5B%7B%22operator%22%3A%22IN%22%2C%22value%22%3A%5B%22lamp%22%5D%7D%5D%7D";
        let path = format!("/api/rest/v1/products?{search}&{query}");
        played.get(&path).await["_embedded"]["items"][0]["values"].clone()
    };
    assert_eq!(values("attributes=attribute_2").await, value!({}));
    let french = values("locales=fr_FR").await;
    assert_eq!(french["attribute_1"].as_array().unwrap().len(), 1);
    assert_eq!(values("scope=print").await, value!({}));
    assert_eq!(
        values("scope=web").await["attribute_1"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn transactions_are_filtered_by_wallet_memo_and_creation_time() {
    let played = VendorSandbox::start("oneshot").await;
    let method = "/methods/00000000-0000-4000-a000-000000000007";
    let wallet = "00000000-0000-4000-a000-000000000009";
    let body = value!({ "params": {}, "memo": "rent", "walletId": wallet });
    let sent = played
        .send(Method::POST, &format!("{method}/execute"), body)
        .await;
    let sent = json(sent).await;
    assert_eq!(
        (&sent["memo"], &sent["walletId"]),
        (&value!("rent"), &value!(wallet))
    );
    let known = played.get(method).await;
    assert_eq!(sent["chainId"], known["chainId"]);
    let business = "00000000-0000-4000-a000-000000000001";
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let ask = async |query: String| {
        let path = format!("/business/{business}/transactions?{query}");
        let body = played.get(&path).await;
        let own = |t: &&Value| t["id"] == sent["id"];
        let found = body["response"]
            .as_array()
            .unwrap()
            .iter()
            .filter(own)
            .count();
        (found, body["totalResults"].as_u64().unwrap())
    };
    assert_eq!(ask(format!("memo=rent&walletId={wallet}")).await, (1, 1));
    assert_eq!(ask("memo=other".to_owned()).await, (0, 0));
    assert_eq!(
        ask(format!("memo=rent&createdAfter={}", now - 60)).await,
        (1, 1)
    );
    assert_eq!(
        ask(format!("memo=rent&createdAfter={}", now + 60)).await,
        (0, 0)
    );
}

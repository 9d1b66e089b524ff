//! JSON of the searches that the client sends, and the layout of times in each operation.
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

use std::collections::BTreeMap;

use akeneo_sdk::search::time::{Date, Month, OffsetDateTime, UtcOffset};
use akeneo_sdk::search::{Search, SearchOperation, TimeLayout, all_of, by};
use akeneo_sdk::types::{AttributeRequest, ProductSearchRequest};
use akeneo_sdk::{Client, ClientConfig};
use sdk_sandbox::Sandbox;
use serde_json::Value;

async fn sandbox() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().vendor("akeneo").start().await.unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .without_limits()
        .variables(sandbox.environment("akeneo").unwrap());
    (sandbox, Client::from_config(config).unwrap())
}

/// Noon in UTC on July 1, 2026, expressed in a time zone east of UTC.
fn noon() -> OffsetDateTime {
    let day = Date::from_calendar_date(2026, Month::July, 1).unwrap();
    let noon = day.with_hms(12, 0, 0).unwrap().assume_utc();
    noon.to_offset(UtcOffset::from_hms(9, 0, 0).unwrap())
}

fn last_query(sandbox: &Sandbox) -> String {
    sandbox.requests_of("akeneo").unwrap().pop().unwrap().query
}

#[tokio::test]
async fn typed_and_raw_searches_are_sent_as_the_same_json() {
    let (sandbox, client) = sandbox().await;
    // The PIM rejects a search by an attribute that does not exist.
    let name = AttributeRequest::new("name", "pim_catalog_text", "other");
    client.create_attribute(&name).await.unwrap();
    let search = Search::new()
        .and(by("enabled").equals(true))
        .and(by("name").contains("ä lamp").in_locale("en_US"));
    client.list_products().matching(&search).await.unwrap();
    let typed = last_query(&sandbox);
    assert!(
        typed.contains("%22operator%22") && typed.contains("%C3%A4"),
        "{typed}"
    );
    let raw = search.json_for::<akeneo_sdk::products::ListProducts>();
    client.list_products().search(&raw).await.unwrap();
    assert_eq!(last_query(&sandbox), typed);
}

#[tokio::test]
async fn times_in_a_search_are_sent_in_the_layout_of_each_resource() {
    let (sandbox, client) = sandbox().await;
    let search = Search::new()
        .and(by("updated").after(noon()))
        .in_server_zone(UtcOffset::from_hms(2, 0, 0).unwrap());
    // Colons may or may not be percent-encoded in a query.
    let sent = || last_query(&sandbox).replace("%3A", ":").replace("%20", " ");
    client.list_products().matching(&search).await.unwrap();
    assert!(sent().contains("%222026-07-01 14:00:00%22"), "{}", sent());
    client
        .list_product_models()
        .matching(&search)
        .await
        .unwrap();
    assert!(sent().contains("%222026-07-01 14:00:00%22"), "{}", sent());
    client.list_families().matching(&search).await.unwrap();
    assert!(sent().contains("%222026-07-01T12:00:00Z%22"), "{}", sent());
    client.list_categories().matching(&search).await.unwrap();
    assert!(sent().contains("%222026-07-01T12:00:00Z%22"), "{}", sent());

    let expression = all_of([by("updated").before(noon())]);
    let assets = client.list_assets("pictures");
    assets.matching_expression(&expression).await.unwrap();
    assert!(sent().contains("%222026-07-01T12:00:00Z%22"), "{}", sent());

    let body = ProductSearchRequest::default().matching(&search);
    let text: Value = serde_json::from_str(&body.search.unwrap()).unwrap();
    assert_eq!(text["updated"][0]["value"], "2026-07-01 14:00:00");
}

#[test]
fn each_operation_has_the_documented_time_layout() {
    let document: Value = serde_json::from_str(include_str!("../openapi.json")).unwrap();
    assert_eq!(layouts_in_code(), layouts_in(&document));
}

/// Returns the layout of times for each operation that accepts a search.
fn layouts_in_code() -> BTreeMap<String, TimeLayout> {
    fn of<Op: SearchOperation>() -> (String, TimeLayout) {
        (Op::OPERATION.id.to_owned(), Op::TIMES)
    }
    BTreeMap::from([
        of::<akeneo_sdk::products::ListProducts>(),
        of::<akeneo_sdk::products_uuid::ListProductsByUuid>(),
        of::<akeneo_sdk::product_models::ListProductModels>(),
        of::<akeneo_sdk::published_products::ListPublishedProducts>(),
        of::<akeneo_sdk::families::ListFamilies>(),
        of::<akeneo_sdk::attributes::ListAttributes>(),
        of::<akeneo_sdk::attribute_groups::ListAttributeGroups>(),
        of::<akeneo_sdk::categories::ListCategories>(),
        of::<akeneo_sdk::locales::ListLocales>(),
        of::<akeneo_sdk::currencies::ListCurrencies>(),
        of::<akeneo_sdk::reference_entity_records::ListReferenceEntityRecords>(),
        of::<akeneo_sdk::assets::ListAssets>(),
    ])
}

/// Returns the layout of times for each documented operation with a `search` parameter, according
/// to the description of the operation.
fn layouts_in(document: &Value) -> BTreeMap<String, TimeLayout> {
    let is_search = |parameter: &Value| {
        let reference = parameter["$ref"].as_str();
        let target = reference.and_then(|reference| document.pointer(reference.strip_prefix('#')?));
        target.unwrap_or(parameter)["name"] == "search"
    };
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|item| item.as_object().unwrap().values());
    operations
        .filter(|operation| {
            let parameters = operation["parameters"].as_array();
            parameters.is_some_and(|all| all.iter().any(is_search))
        })
        .map(|operation| {
            let description = operation["description"].as_str().unwrap();
            let layout = if description.contains("`YYYY-MM-DD hh:mm:ss`") {
                TimeLayout::ServerTime
            } else {
                TimeLayout::Iso8601
            };
            let id = operation["operationId"].as_str().unwrap();
            (id.to_owned(), layout)
        })
        .collect()
}

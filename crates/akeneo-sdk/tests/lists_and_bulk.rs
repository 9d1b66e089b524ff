//! Long lists, bulk calls with rejected lines, and uploads for assets, reference entities and
//! categories, against the sandbox.
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

use akeneo_sdk::media::MediaCode;
use akeneo_sdk::types::{
    AssetPage, CategoryMediaFileUpload, CategoryMediaTarget, FileUpload,
    ListProductsPaginationType, ProductUpsertLine,
};
use akeneo_sdk::values::At;
use akeneo_sdk::{AnswerHeaders, Client, ClientConfig, File};
use sdk_sandbox::{Builder, Fault, Sandbox};

async fn sandbox(builder: Builder) -> (Sandbox, Client) {
    let sandbox = builder.vendor("akeneo").start().await.unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .without_limits()
        .variables(sandbox.environment("akeneo").unwrap());
    (sandbox, Client::from_config(config).unwrap())
}

#[tokio::test]
async fn items_continue_past_the_10_000_product_limit_of_pages() {
    let (sandbox, client) = sandbox(Sandbox::builder().items(25_000)).await;
    let mut products = client.list_products().limit(100).items();
    let mut count = 0;
    while products.try_next().await.unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 25_000);
    let lists = sandbox.requests_of("akeneo").unwrap();
    let first = lists
        .iter()
        .find(|request| request.operation_id.as_deref() == Some("list_products"));
    assert!(
        first
            .unwrap()
            .query
            .contains("pagination_type=search_after"),
        "{:?}",
        first.map(|request| &request.query)
    );

    let beyond = client
        .list_products()
        .pagination_type(ListProductsPaginationType::Page)
        .limit(100)
        .page(101)
        .await
        .unwrap_err();
    assert!(beyond.is_validation(), "{beyond:?}");
}

/// The vendor's document calls the property `_items`, but the official client reads `items`.
#[test]
fn assets_are_read_from_either_property_name() {
    for name in ["items", "_items"] {
        let text = format!(r#"{{"_embedded": {{"{name}": [{{"code": "sku_54628"}}]}}}}"#);
        let page: AssetPage = serde_json::from_str(&text).unwrap();
        let assets = page.embedded.unwrap().items;
        assert_eq!(assets[0].code, "sku_54628");
    }
}

#[tokio::test]
async fn all_items_of_a_list_without_search_after_are_read() {
    let (_sandbox, client) = sandbox(Sandbox::builder().items(230)).await;
    let mut families = client.list_families().limit(100).items();
    let mut count = 0;
    while families.try_next().await.unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 230);
}

#[tokio::test]
async fn thousands_of_lines_each_get_their_own_status_or_error() {
    let (sandbox, client) = sandbox(Sandbox::builder().items(0)).await;
    let long = "x".repeat(1_000_001);
    let lines = (0..3_000).map(|number| {
        let mut line = ProductUpsertLine::new(format!("sku-{number}"));
        if number % 1_000 == 7 {
            line.categories = Some(vec![long.clone()]);
        }
        line
    });
    let mut statuses = client.upsert_products(lines).send();
    let mut seen = Vec::new();
    while let Some(item) = statuses.try_next().await.unwrap() {
        if item.index % 1_000 == 7 {
            assert!(
                item.status().is_none(),
                "a line that is too long must not be sent: {item:?}"
            );
        } else {
            let status = item.status().unwrap();
            assert_eq!(
                status.identifier.as_deref(),
                Some(format!("sku-{}", item.index).as_str()),
                "each line must have its own status"
            );
            assert_eq!(status.status_code, 201);
        }
        seen.push(item.index);
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..3_000).collect::<Vec<_>>());
    for request in sandbox.requests_of("akeneo").unwrap() {
        if request.operation_id.as_deref() == Some("upsert_products") {
            assert_eq!(
                request.header("content-type"),
                Some("application/vnd.akeneo.collection+json")
            );
            let text = request.text();
            assert!(text.lines().count() <= 100);
            assert!(text.lines().all(|line| line.chars().count() <= 1_000_000));
        }
    }
}

#[tokio::test]
async fn a_rejected_request_fails_only_its_own_lines() {
    let (sandbox, client) = sandbox(Sandbox::builder().items(0)).await;
    sandbox
        .fault(
            "akeneo",
            Fault::status(422).on("upsert_products").skip(1).times(1),
        )
        .unwrap();
    let lines = (0..300).map(|number| ProductUpsertLine::new(format!("sku-{number}")));
    let mut statuses = client.upsert_products(lines).with_concurrency(1).send();
    let (mut done, mut refused) = (0, 0);
    while let Some(item) = statuses.try_next().await.unwrap() {
        match item.status() {
            Some(_) => done += 1,
            None => refused += 1,
        }
    }
    assert_eq!((done, refused), (200, 100));
}

#[tokio::test]
async fn each_upload_returns_a_code_that_downloads_the_file() {
    let (sandbox, client) = sandbox(Sandbox::builder()).await;
    let file = || File::bytes("a lamp.jpg", "bytes");

    let answer = client
        .upload_asset_media_file(FileUpload::new(file()))
        .await
        .unwrap();
    let code = answer.media_code().unwrap();
    assert_eq!(Some(&code), answer.asset_media_file_code().as_ref());
    assert!(code.contains('/'), "{code}");
    let back = client.download_asset_media_file(&code).await.unwrap();
    assert_eq!(&back.into_inner().bytes().await.unwrap()[..], b"bytes");

    let answer = client
        .upload_reference_entity_media_file(FileUpload::new(file()))
        .await
        .unwrap();
    let code = answer.media_code().unwrap();
    let header = answer.reference_entities_media_file_code();
    assert_eq!(Some(&code), header.as_ref());
    let back = client.download_reference_entity_media_file(&code).await;
    let back = back.unwrap().into_inner().bytes().await.unwrap();
    assert_eq!(&back[..], b"bytes");

    let target = CategoryMediaTarget::at("lamps", "picture", At::EVERYWHERE);
    let answer = client
        .upload_category_media_file(CategoryMediaFileUpload::new(file(), target))
        .await
        .unwrap();
    let code = answer.media_code().unwrap();
    let back = client.download_category_media_file(&code).await.unwrap();
    assert_eq!(&back.into_inner().bytes().await.unwrap()[..], b"bytes");
    let last = sandbox.requests_of("akeneo").unwrap().pop().unwrap();
    let kept = code.replace(' ', "%20");
    assert!(last.path.contains(&kept), "{} and {kept}", last.path);
}

//! Runs the examples against the sandbox.
#![allow(clippy::unwrap_used, dead_code)] // An unwrap in a helper fails the test. The `main` functions read the environment, so tests do not call them.

use std::fmt::Write;

use akeneo_sdk::values::{At, Values};
use akeneo_sdk::{Client, ClientConfig, File};
use sdk_sandbox::{Builder, Sandbox};

#[path = "../examples/akeneo_create_product.rs"]
mod create_product;
#[path = "../examples/akeneo_export_products.rs"]
mod export_products;
#[path = "../examples/akeneo_import_products.rs"]
mod import_products;
#[path = "../examples/akeneo_upload_image.rs"]
mod upload_image;
#[path = "../examples/akeneo_upsert_million.rs"]
mod upsert_million;

async fn sandbox(builder: Builder) -> (Sandbox, ClientConfig) {
    let sandbox = builder.vendor("akeneo").start().await.unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("akeneo").unwrap());
    (sandbox, config)
}

#[tokio::test]
async fn the_created_product_has_both_values() {
    let (sandbox, config) = sandbox(Sandbox::builder().strict()).await;
    let product = create_product::run(config, "shelf/lamp 1").await.unwrap();
    assert_eq!(product.family.as_deref(), Some("example"));
    let text = |code| {
        let data = product.values.data(code, At::EVERYWHERE)?;
        data.text()
    };
    assert_eq!(text("example_name"), Some("Arc lamp"));
    assert_eq!(text("example_material"), Some("brass"));
    let last = sandbox.requests_of("akeneo").unwrap().pop().unwrap();
    assert!(
        last.path.ends_with("/products/shelf/lamp%201"),
        "{}",
        last.path
    );
}

#[tokio::test]
async fn exported_products_can_be_imported_and_rejected_lines_are_reported() {
    let (_one, config) = sandbox(Sandbox::builder().items(250)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("products.ndjson");
    let exported = export_products::run(config, &path).await.unwrap();
    assert_eq!(exported, 250);

    let mut text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 250);
    let too_long = "x".repeat(1_000_001);
    writeln!(text, "no json").unwrap();
    writeln!(text, r#"{{"identifier": "long", "family": "{too_long}"}}"#).unwrap();
    writeln!(text, r#"{{"identifier": "last"}}"#).unwrap();
    std::fs::write(&path, text).unwrap();

    let (_other, config) = sandbox(Sandbox::builder().items(0).lenient_references()).await;
    let report = import_products::run(config, &path).await.unwrap();
    assert_eq!(report.created + report.updated, 251, "{report:?}");
    let lines: Vec<_> = report.refused.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [251, 252], "{:?}", report.refused);
}

#[tokio::test]
async fn an_import_sends_every_writable_property_of_a_line() {
    let expected = serde_json::json!({
        "identifier": "lamp-1",
        "uuid": "25566245-55c3-42ce-86d9-8610ac459fa8",
        "enabled": false,
        "family": "lamps",
        "parent": "lamp",
        "categories": ["light"],
        "groups": ["sale"],
        "values": {"name": [{"locale": "en_US", "scope": null, "data": "Arc lamp"}]},
        "associations": {"upsell": {"groups": [], "products": ["lamp-2"], "product_models": []}},
        "quantified_associations": {
            "set": {"products": [{"identifier": "bulb", "quantity": 4}], "product_models": []},
        },
    });
    let mut line = expected.clone();
    line["created"] = "2026-01-31T12:00:00+00:00".into();
    line["updated"] = "2026-01-31T12:00:00+00:00".into();
    line["root_parent"] = "lamp".into();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("products.ndjson");
    std::fs::write(&path, format!("{line}\n")).unwrap();

    let (sandbox, config) = sandbox(Sandbox::builder().items(0).lenient_references()).await;
    let report = import_products::run(config, &path).await.unwrap();
    assert_eq!(report.created, 1, "{report:?}");
    let body = sandbox.requests_of("akeneo").unwrap().pop().unwrap().text();
    let sent: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn an_uploaded_image_has_a_code_with_slashes_and_downloads_unchanged() {
    let (_sandbox, config) = sandbox(Sandbox::builder()).await;
    let file = File::bytes("my lamp.jpg", "not quite a picture");
    let (code, known) = upload_image::run(config.clone(), file, "code_1", "picture")
        .await
        .unwrap();
    assert!(code.contains('/'), "{code}");
    assert_eq!(known.code.as_deref(), Some(code.as_str()));
    let client = Client::from_config(config).unwrap();
    let download = client.download_media_file(&code).await.unwrap();
    let bytes = download.into_inner().bytes().await.unwrap();
    assert_eq!(&bytes[..], b"not quite a picture");
}

#[tokio::test]
async fn every_upserted_product_is_accepted_in_batches_of_at_most_100() {
    let (sandbox, config) = sandbox(Sandbox::builder().items(0).lenient_references()).await;
    let counts = upsert_million::run(config, 5_050).await.unwrap();
    assert_eq!(counts, (5_050, 0));
    let requests = sandbox.requests_of("akeneo").unwrap();
    let sizes = requests
        .iter()
        .filter(|request| request.operation_id.as_deref() == Some("upsert_products"))
        .map(|request| request.text().lines().count());
    assert_eq!(sizes.clone().max(), Some(100));
    assert_eq!(sizes.sum::<usize>(), 5_050);
}

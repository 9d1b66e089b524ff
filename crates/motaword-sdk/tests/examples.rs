//! Runs three of the examples against the sandbox.
#![allow(clippy::unwrap_used, clippy::panic, dead_code)] // An unwrap in a helper fails the test. The `main` functions read the environment, so tests do not call them.

use motaword_sdk::types::EncodedFile;
use motaword_sdk::{Client, ClientConfig, File};
use sdk_sandbox::{Builder, Fault, Sandbox};

#[path = "../examples/motaword_continuous_project.rs"]
mod continuous_project;
#[path = "../examples/motaword_report.rs"]
mod report;
#[path = "../examples/motaword_translate_project.rs"]
mod translate_project;

use translate_project::Order;

async fn start(builder: Builder) -> (Sandbox, ClientConfig) {
    let sandbox = builder.vendor("motaword").start().await.unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("motaword").unwrap());
    (sandbox, config)
}

fn order(max_price: f64) -> Order {
    Order {
        card_id: 4,
        max_price,
        files: vec![
            File::bytes("one.txt", "First"),
            File::bytes("two.txt", "Second"),
        ],
    }
}

fn call_count(sandbox: &Sandbox, id: &str) -> usize {
    let requests = sandbox.requests_of("motaword").unwrap();
    let ids = requests
        .iter()
        .map(|request| request.operation_id.as_deref());
    ids.filter(|known| *known == Some(id)).count()
}

/// Returns the id at the start of an example's outcome: `project 7: …`.
fn project_id(outcome: &str) -> i64 {
    let rest = outcome.strip_prefix("project ").unwrap();
    rest.split(':').next().unwrap().parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_project_with_two_files_is_quoted_launched_tracked_and_downloaded() {
    let (sandbox, config) = start(Sandbox::builder().strict()).await;
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("translations.zip");
    let outcome = translate_project::run(config.clone(), order(1e9), &archive)
        .await
        .unwrap();

    let client = Client::from_config(config).unwrap();
    let id = project_id(&outcome);
    let project = client.get_project(id).await.unwrap();
    assert_eq!(project.status.as_ref().unwrap().as_str(), "completed");
    let documents = client
        .list_project_documents(id)
        .await
        .unwrap()
        .into_inner();
    let documents = documents.documents;
    let names: Vec<_> = documents
        .iter()
        .filter_map(|document| document.name.as_deref())
        .collect();
    assert_eq!(names, ["one.txt", "two.txt"]);
    for (document, content) in documents.iter().zip(["First", "Second"]) {
        let file = client
            .download_project_document(id, document.id)
            .await
            .unwrap();
        assert_eq!(file.into_inner().text().await.unwrap(), content);
    }
    let same = client
        .download_project(id)
        .await
        .unwrap()
        .into_inner()
        .bytes()
        .await
        .unwrap();
    assert_eq!(
        std::fs::read(&archive).unwrap(),
        same,
        "the file must have the bytes that the sandbox sent"
    );
    assert!(
        outcome.ends_with(&format!("{} bytes", same.len())) && !same.is_empty(),
        "{outcome}"
    );

    let effects = sandbox.effects();
    let charges = effects.iter().filter(|effect| effect.kind == "money");
    assert_eq!(charges.count(), 1);
    let looks = call_count(&sandbox, "get_project_progress");
    assert!(looks > 1, "{looks}");
}

#[tokio::test(start_paused = true)]
async fn a_project_that_costs_too_much_is_not_launched() {
    let (sandbox, config) = start(Sandbox::builder()).await;
    let archive = std::path::Path::new("never-written.zip");
    let outcome = translate_project::run(config, order(-1.0), archive)
        .await
        .unwrap();
    assert!(outcome.contains("too expensive"), "{outcome}");
    assert_eq!(call_count(&sandbox, "launch_project"), 0);
    assert!(!archive.exists());
}

#[tokio::test(start_paused = true)]
async fn a_launch_without_a_response_is_looked_up_and_not_repeated() {
    for (fault, is_charged) in [(Fault::reset().applied(), true), (Fault::reset(), false)] {
        let (sandbox, config) = start(Sandbox::builder().strict()).await;
        sandbox
            .fault("motaword", fault.on("launch_project"))
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("translations.zip");
        let outcome = translate_project::run(config, order(1e9), &archive).await;
        assert_eq!(outcome.is_ok(), is_charged, "{outcome:?}");
        assert_eq!(call_count(&sandbox, "launch_project"), 1);
    }
}

#[tokio::test]
async fn a_document_is_added_to_the_named_continuous_project() {
    let (sandbox, config) = start(Sandbox::builder().strict()).await;
    let file = EncodedFile::encode("page.html", "<h1>Hello</h1>");
    let outcome = continuous_project::run(config.clone(), "shop", file)
        .await
        .unwrap();
    let id = project_id(&outcome);
    let client = Client::from_config(config).unwrap();
    let project = client.get_continuous_project(id).await.unwrap();
    assert_eq!(project.name.as_deref(), Some("shop"));
    let body = sandbox
        .requests_of("motaword")
        .unwrap()
        .into_iter()
        .find(|request| request.operation_id.as_deref() == Some("add_continuous_project_document"))
        .unwrap()
        .text();
    assert!(body.contains("PGgxPkhlbGxvPC9oMT4="), "{body}");
}

#[tokio::test]
async fn a_report_is_a_table_with_totals() {
    let (sandbox, config) = start(Sandbox::builder()).await;
    let body = r#"{"report": [
        {"language_pair": {"source_language": "en-US", "target_language": "fr"}, "word_count": "230", "spending": "34.50"},
        {"language_pair": {"source_language": "en-US", "target_language": "de"}, "word_count": 1000, "spending": 150.25}
    ]}"#;
    let fault = Fault::status(200).body("application/json", body);
    sandbox
        .fault("motaword", fault.on("get_language_pairs_report"))
        .unwrap();
    let table = report::run(config, "2026-01-01T00:00:00Z", "2026-03-31T23:59:59Z")
        .await
        .unwrap();
    let expected = "\
languages                 words     spending
en-US → de                 1000       150.25
en-US → fr                  230        34.50
all                        1230       184.75
";
    assert_eq!(table, expected);
}

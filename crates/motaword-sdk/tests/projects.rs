//! The life of a project in the sandbox: quote, files, launch, and the calls that each state rejects.
#![allow(
    clippy::field_reassign_with_default,
    clippy::unwrap_used,
    clippy::panic
)] // In a test, a panic is the failure report.

use std::collections::BTreeMap;

use motaword_sdk::types::{
    GlossaryUploadRequest, ProjectDocumentsUpload, ProjectPayment, ProjectRequest, ProjectStatus,
    ProjectUpdateRequest, StyleGuideUploadRequest,
};
use motaword_sdk::{Client, ClientConfig, Error, ErrorCode, File};
use sdk_sandbox::Sandbox;

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder()
        .vendor("motaword")
        .strict()
        .start()
        .await
        .unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("motaword").unwrap());
    let client = Client::from_config(config).unwrap();
    (sandbox, client)
}

fn request() -> ProjectRequest {
    let mut request = ProjectRequest::default();
    request.source_language = Some("en-US".to_owned());
    request.target_languages = Some(vec!["fr".to_owned()]);
    request.documents = Some(vec![
        File::bytes("one.txt", "First"),
        File::bytes("two.txt", "Second"),
    ]);
    request.styleguides = Some(vec![
        File::bytes("tone.txt", "Tone"),
        File::bytes("style.txt", "Style"),
    ]);
    request.glossaries = Some(vec![File::bytes("terms.csv", "Terms")]);
    request.custom = Some(BTreeMap::from([("order".to_owned(), "A-17".to_owned())]));
    request
}

fn status(error: &Error) -> u16 {
    error.status().unwrap().as_u16()
}

#[tokio::test]
async fn a_new_project_is_a_quote_with_a_price_and_has_every_file() {
    let (_sandbox, client) = start().await;
    let project = client
        .create_project()
        .body_multipart(request())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(project.status, Some(ProjectStatus::Pending));
    let price = project.price.unwrap();
    assert!(
        price.amount > Some(0.0) && price.currency.is_some(),
        "{price:?}"
    );
    assert!(
        project.valid_until > project.created_at,
        "{:?}",
        project.valid_until
    );
    assert_eq!(project.target_languages.unwrap(), ["fr"]);

    let mut more = ProjectDocumentsUpload::default();
    more.documents = Some(vec![File::bytes("three.txt", "Third")]);
    client
        .create_project_documents(project.id)
        .body_multipart(more)
        .await
        .unwrap();
    let style_guide = StyleGuideUploadRequest::new(File::bytes("words.txt", "Words"));
    client
        .create_style_guide(project.id, style_guide)
        .await
        .unwrap();

    let mut contents = Vec::new();
    let documents = client
        .list_project_documents(project.id)
        .await
        .unwrap()
        .into_inner();
    for document in documents.documents {
        let file = client
            .download_project_document(project.id, document.id)
            .await
            .unwrap();
        contents.push(file.into_inner().text().await.unwrap());
    }
    let guides = client
        .list_style_guides(project.id)
        .await
        .unwrap()
        .into_inner();
    for guide in guides.styleguides.unwrap() {
        let file = client
            .download_style_guide(project.id, guide.id)
            .await
            .unwrap();
        contents.push(file.into_inner().text().await.unwrap());
    }
    let glossaries = client
        .list_glossaries(project.id)
        .await
        .unwrap()
        .into_inner();
    for glossary in glossaries.glossaries.unwrap() {
        let file = client
            .download_glossary(project.id, glossary.id)
            .await
            .unwrap();
        contents.push(file.into_inner().text().await.unwrap());
    }
    assert_eq!(
        contents,
        [
            "First", "Second", "Third", "Tone", "Style", "Words", "Terms"
        ]
    );
}

#[tokio::test]
async fn updating_a_quote_keeps_unspecified_properties() {
    let (_sandbox, client) = start().await;
    let id = client
        .create_project()
        .body_multipart(request())
        .await
        .unwrap()
        .id;
    let mut change = ProjectUpdateRequest::default();
    change.target_languages = Some(vec!["fr".to_owned(), "de".to_owned()]);
    client.update_project(id).body(&change).await.unwrap();
    let project = client.get_project(id).await.unwrap().into_inner();
    assert_eq!(project.target_languages.unwrap(), ["fr", "de"]);
    assert_eq!(project.source_language.as_deref(), Some("en-US"));
    assert_eq!(project.custom.unwrap()["order"].value(), "A-17");
}

#[tokio::test]
async fn a_project_cannot_be_downloaded_before_its_launch_or_changed_after_it() {
    let (sandbox, client) = start().await;
    let id = client
        .create_project()
        .body_multipart(request())
        .await
        .unwrap()
        .id;
    let early = [
        client.get_project_progress(id).await.unwrap_err(),
        client.download_project(id).await.unwrap_err(),
        client.package_project(id).await.unwrap_err(),
    ];
    assert!(early.iter().all(|error| status(error) == 402), "{early:?}");
    assert!(early.iter().all(|error| !error.is_maybe_applied()));

    let launch = client
        .launch_project(id)
        .body(&ProjectPayment::default())
        .await
        .unwrap();
    assert!(launch.status.is_some());
    let project = client.get_project(id).await.unwrap();
    assert_eq!(project.status, Some(ProjectStatus::Started));
    assert_eq!(
        sandbox
            .effects()
            .iter()
            .filter(|effect| effect.kind == "money")
            .count(),
        1
    );

    let mut more = ProjectDocumentsUpload::default();
    more.documents = Some(vec![File::bytes("late.txt", "Late")]);
    let glossary = GlossaryUploadRequest::new(File::bytes("late.csv", "Late"));
    let late = [
        client
            .create_project_documents(id)
            .body_multipart(more)
            .await
            .unwrap_err(),
        client.create_glossary(id, glossary).await.unwrap_err(),
    ];
    assert!(late.iter().all(|error| error.is_conflict()), "{late:?}");
    assert!(client.package_project(id).await.is_ok());
}

#[tokio::test]
async fn a_deleted_project_is_gone_with_its_documents() {
    let (_sandbox, client) = start().await;
    let id = client
        .create_project()
        .body_multipart(request())
        .await
        .unwrap()
        .id;
    client.delete_project(id).await.unwrap();
    let errors = [
        client.get_project(id).await.unwrap_err(),
        client.list_project_documents(id).await.unwrap_err(),
        client
            .launch_project(id)
            .body(&ProjectPayment::default())
            .await
            .unwrap_err(),
    ];
    assert!(
        errors.iter().all(|error| error.is_not_found()),
        "{errors:?}"
    );
}

#[tokio::test]
async fn errors_have_typed_error_codes() {
    let (_sandbox, client) = start().await;
    let error = client.get_project(404_404).await.unwrap_err();
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::ProjectNotFound));
    let id = client
        .create_project()
        .body_multipart(request())
        .await
        .unwrap()
        .id;
    let error = client.download_project(id).await.unwrap_err();
    assert_eq!(
        ErrorCode::of(&error),
        Some(ErrorCode::ProjectNotLaunchedYet)
    );
}

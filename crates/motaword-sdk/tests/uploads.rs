//! Upload bodies as the client sends them: the names of parts, their order and their content.
#![allow(
    clippy::field_reassign_with_default,
    clippy::unwrap_used,
    clippy::panic
)] // In a test, a panic is the failure report.

mod support;

use std::collections::BTreeMap;

use motaword_sdk::project::UpdateProjectContentType;
use motaword_sdk::types::{
    AccountGlossaryUploadRequest, AccountStyleGuideUploadRequest, ContinuousDocumentRequest,
    EncodedFile, GlossaryUploadRequest, InstantTranslationRequest, LinkedSourceDocument,
    ProfilePictureUpload, ProjectDocumentJson, ProjectDocumentUpload, ProjectDocumentsJson,
    ProjectDocumentsUpload, ProjectJsonRequest, ProjectRequest, ProjectUpdateRequest,
    StyleGuideUploadRequest,
};
use motaword_sdk::{Client, File};
use serde_json::json;
use support::{Part, Reply, Script, Seen};

/// Starts a simulated vendor that responds to every request except token exchanges with the same
/// JSON object.
async fn vendor() -> (Script, Client) {
    Script::start(|_| Reply::json(200, &json!({"id": 7, "documents": [], "results": {}}))).await
}

fn text(name: &str, content: &str) -> Part {
    Part {
        name: name.to_owned(),
        file_name: None,
        content: content.to_owned(),
    }
}

fn file(name: &str, file_name: &str, content: &str) -> Part {
    Part {
        file_name: Some(file_name.to_owned()),
        ..text(name, content)
    }
}

fn texts(all: &[&str]) -> Option<Vec<String>> {
    Some(all.iter().map(|&text| text.to_owned()).collect())
}

fn custom() -> Option<BTreeMap<String, String>> {
    let pairs = [("order", "A-17"), ("shop", "Zürich")];
    let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
    Some(BTreeMap::from(pairs))
}

/// Returns the parts sorted by name. For a server, the order matters only among parts with the same name.
fn by_name(seen: &Seen) -> Vec<Part> {
    let mut parts = seen.parts();
    parts.sort_by(|one, other| one.name.cmp(&other.name));
    parts
}

#[tokio::test]
async fn a_project_is_created_with_multiple_files_and_custom_data() {
    let (script, client) = vendor().await;
    let mut project = ProjectRequest::default();
    project.source_language = Some("en-US".to_owned());
    project.target_languages = texts(&["fr", "de"]);
    project.documents = Some(vec![
        File::bytes("one.txt", "First"),
        File::bytes("two.txt", "Second"),
    ]);
    project.styleguides = Some(vec![
        File::bytes("tone.pdf", "Tone"),
        File::bytes("style.pdf", "Style"),
    ]);
    project.glossaries = Some(vec![File::bytes("terms.xlsx", "Terms")]);
    project.callback_url = Some("https://example.com/callback/5f0c9d3e".to_owned());
    project.coupon_code = Some("SPRING".to_owned());
    project.custom = custom();
    let request = client.create_project().body_multipart(project);
    assert_eq!(request.await.unwrap().id, 7);

    let seen = script.last();
    assert_eq!((seen.method.as_str(), seen.path()), ("POST", "/projects"));
    assert_eq!(
        by_name(&seen),
        [
            text("callback_url", "https://example.com/callback/5f0c9d3e"),
            text("coupon_code", "SPRING"),
            text("custom[order]", "A-17"),
            text("custom[shop]", "Zürich"),
            file("documents[]", "one.txt", "First"),
            file("documents[]", "two.txt", "Second"),
            file("glossaries[]", "terms.xlsx", "Terms"),
            text("source_language", "en-US"),
            file("styleguides[]", "tone.pdf", "Tone"),
            file("styleguides[]", "style.pdf", "Style"),
            text("target_languages[]", "fr"),
            text("target_languages[]", "de"),
        ]
    );
}

#[tokio::test]
async fn a_project_without_files_is_sent_as_json() {
    let (script, client) = vendor().await;
    let mut project = ProjectJsonRequest::default();
    project.source_language = Some("en-US".to_owned());
    project.target_languages = texts(&["fr", "de"]);
    project.custom = custom();
    client.create_project().body(&project).await.unwrap();
    assert_eq!(
        script.last().json(),
        json!({
            "source_language": "en-US",
            "target_languages[]": ["fr", "de"],
            "custom": {"order": "A-17", "shop": "Zürich"},
        })
    );
}

#[tokio::test]
async fn a_project_update_is_sent_as_json_or_multipart() {
    let (script, client) = vendor().await;
    let mut change = ProjectUpdateRequest::default();
    change.target_languages = texts(&["fr", "de"]);
    change.custom = custom();
    client.update_project(7).body(&change).await.unwrap();
    let seen = script.last();
    assert_eq!((seen.method.as_str(), seen.path()), ("PUT", "/projects/7"));
    assert_eq!(
        seen.json(),
        json!({"target_languages[]": ["fr", "de"], "custom": {"order": "A-17", "shop": "Zürich"}})
    );

    let parts = UpdateProjectContentType::Multipart;
    let request = client.update_project(7).body(&change).content_type(parts);
    request.await.unwrap();
    assert_eq!(
        by_name(&script.last()),
        [
            text("custom[order]", "A-17"),
            text("custom[shop]", "Zürich"),
            text("target_languages[]", "fr"),
            text("target_languages[]", "de"),
        ]
    );
}

#[tokio::test]
async fn documents_are_added_as_files_with_their_schemes_or_as_links() {
    let (script, client) = vendor().await;
    let mut link = LinkedSourceDocument::default();
    link.name = Some("manual.docx".to_owned());
    link.url = Some("https://files.example.com/manual.docx".to_owned());

    let mut upload = ProjectDocumentsUpload::default();
    upload.documents = Some(vec![
        File::bytes("one.json", r#"{"a":1}"#),
        File::bytes("two.json", r#"{"b":2}"#),
    ]);
    upload.schemes = texts(&[r#"{"a":"translate"}"#, r#"{"b":"translate"}"#]);
    upload.source_links = Some(vec![link.clone()]);
    let request = client.create_project_documents(7).body_multipart(upload);
    request.await.unwrap();
    let sent_link = r#"{"name":"manual.docx","url":"https://files.example.com/manual.docx"}"#;
    assert_eq!(
        by_name(&script.last()),
        [
            file("documents[]", "one.json", r#"{"a":1}"#),
            file("documents[]", "two.json", r#"{"b":2}"#),
            text("schemes[]", r#"{"a":"translate"}"#),
            text("schemes[]", r#"{"b":"translate"}"#),
            text("source-links[]", sent_link),
        ]
    );

    let mut links = ProjectDocumentsJson::default();
    links.source_links = Some(vec![link.clone()]);
    let request = client.create_project_documents(7).body(&links);
    request.await.unwrap();
    let sent_link: serde_json::Value = serde_json::from_str(sent_link).unwrap();
    assert_eq!(script.last().json(), json!({"source-links[]": [sent_link]}));

    let mut replacement = ProjectDocumentUpload::default();
    replacement.documents = Some(File::bytes("one.json", "{}"));
    replacement.schemes = Some("{}".to_owned());
    let request = client
        .update_project_document(7, 3)
        .body_multipart(replacement);
    request.await.unwrap();
    let seen = script.last();
    assert_eq!(seen.path(), "/projects/7/documents/3");
    assert_eq!(
        by_name(&seen),
        [file("documents", "one.json", "{}"), text("schemes", "{}")]
    );

    let mut replacement = ProjectDocumentJson::default();
    replacement.source_link = Some(link);
    let request = client.update_project_document(7, 3).body(&replacement);
    request.await.unwrap();
    assert_eq!(script.last().json(), json!({"source-link": sent_link}));
}

#[tokio::test]
async fn single_file_uploads_use_the_part_name_of_their_operation() {
    let (script, client) = vendor().await;
    let upload = || File::bytes("file.bin", "content");
    let check = |path: &str, part: &str| {
        let seen = script.last();
        assert_eq!(seen.path(), path);
        assert_eq!(seen.parts(), [file(part, "file.bin", "content")]);
    };

    let glossary = || GlossaryUploadRequest::new(upload());
    client.create_glossary(7, glossary()).await.unwrap();
    check("/projects/7/glossaries", "glossaries");
    client.update_glossary(7, 2, glossary()).await.unwrap();
    check("/projects/7/glossaries/2", "glossaries");
    let whole_account = AccountGlossaryUploadRequest::new(upload());
    client.update_global_glossary(whole_account).await.unwrap();
    check("/glossary", "glossary");

    let style_guide = || StyleGuideUploadRequest::new(upload());
    client.create_style_guide(7, style_guide()).await.unwrap();
    check("/projects/7/styleguides", "styleguides");
    client
        .update_style_guide(7, 2, style_guide())
        .await
        .unwrap();
    check("/projects/7/styleguides/2", "styleguides");
    let whole_account = AccountStyleGuideUploadRequest::new(upload());
    client
        .update_global_style_guide(whole_account)
        .await
        .unwrap();
    check("/styleguide", "styleguide");

    let picture = ProfilePictureUpload::new(upload());
    client.upload_profile_picture(picture).await.unwrap();
    check("/profile-picture", "profile_picture");
}

#[tokio::test]
async fn continuous_project_documents_are_sent_as_base64_in_json() {
    let (script, client) = vendor().await;
    let mut file = EncodedFile::default();
    file.name = Some("page.html".to_owned());
    file.data = Some("PGgxPkhlbGxvPC9oMT4=".to_owned()); // <h1>Hello</h1>
    let mut document = ContinuousDocumentRequest::default();
    document.document = Some(file.clone());
    let request = client.add_continuous_project_document(9).body(&document);
    request.await.unwrap();
    let sent = json!({"name": "page.html", "data": "PGgxPkhlbGxvPC9oMT4="});
    let seen = script.last();
    assert_eq!(seen.path(), "/continuous_projects/9/documents");
    assert_eq!(seen.json(), json!({"document": sent}));

    let request = client.update_continuous_project_document(9, 4);
    request.body(&document).await.unwrap();
    let seen = script.last();
    assert_eq!(seen.path(), "/continuous_projects/9/documents/4");
    assert_eq!(seen.json(), json!({"document": sent}));

    let mut content = InstantTranslationRequest::default();
    content.documents = Some(vec![file]);
    let request = client.translate_content(9, "fr").body(&content);
    request.await.unwrap();
    assert_eq!(script.last().json(), json!({"documents": [sent]}));
}

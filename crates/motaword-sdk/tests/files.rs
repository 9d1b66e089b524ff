//! Files that the vendor sends: media type, name and bytes, read as a stream.
#![allow(clippy::unwrap_used, clippy::panic)] // In a test, a panic is the failure report.

mod support;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use motaword_sdk::project::{PackageProject, PackageProjectLanguage};
use motaword_sdk::{Client, Error, Response};
use sdk_runtime::Download;
use serde_json::json;
use support::{Reply, Script};
use tokio::sync::Semaphore;

const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n";
const HTML: &[u8] = b"<!DOCTYPE html><html><body><h1>Invoice 17</h1></body></html>";
const YAML: &[u8] = b"openapi: 3.0.3\ninfo:\n  title: MotaWord API\n";
const ZIP: &[u8] = b"PK\x03\x04\x14\0\x08\0\0\0\xff\xfe\xfdfr/one.docx";
const TMX: &[u8] = b"<?xml version=\"1.0\"?><tmx version=\"1.4\"><body><tu/></body></tmx>";

/// A file that the vendor sends, and the name that the caller receives.
struct File {
    media: &'static str,
    disposition: &'static str,
    name: Option<&'static str>,
    bytes: &'static [u8],
}

const ARCHIVE: File = File {
    media: "application/zip",
    disposition: "attachment; filename=\"7.zip\"; filename*=UTF-8''7%20%C3%BCbersetzt.zip",
    name: Some("7 übersetzt.zip"),
    bytes: ZIP,
};

/// Reads a file. The vendor sends the second half only after the first half has been read.
async fn check<F>(file: File, path: &str, call: impl FnOnce(Client) -> F)
where
    F: Future<Output = Result<Response<Download>, Error>>,
{
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let File {
        media,
        disposition,
        name,
        bytes,
    } = file;
    let (script, client) = Script::start(move |_| {
        let mut headers = vec![("content-type", media)];
        if !disposition.is_empty() {
            headers.push(("content-disposition", disposition));
        }
        Reply::new(200, &headers, bytes).gated(&held)
    })
    .await;
    let answer = call(client).await.unwrap();
    assert_eq!(script.last().path(), path);
    assert_eq!(
        (answer.content_type(), answer.file_name().as_deref()),
        (media, name)
    );
    assert_eq!(answer.length(), Some(bytes.len() as u64));
    let mut download = answer.into_inner();
    let mut read = Vec::new();
    while read.len() < bytes.len() / 2 {
        read.extend_from_slice(&download.chunk().await.unwrap().unwrap());
    }
    gate.add_permits(1);
    while let Some(piece) = download.chunk().await.unwrap() {
        read.extend_from_slice(&piece);
    }
    assert_eq!(read, bytes, "{path}");
}

#[tokio::test]
async fn a_pdf_invoice_is_downloaded_with_its_file_name() {
    let file = File {
        media: "application/pdf",
        disposition: "attachment; filename=\"invoice-17.pdf\"",
        name: Some("invoice-17.pdf"),
        bytes: PDF,
    };
    check(file, "/projects/7/invoice.pdf", async |client: Client| {
        client.download_pdf_invoice(7).await
    })
    .await;
}

#[tokio::test]
async fn an_html_invoice_is_downloaded_without_a_file_name() {
    let file = File {
        media: "text/html; charset=utf-8",
        disposition: "",
        name: None,
        bytes: HTML,
    };
    check(file, "/projects/7/invoice.html", async |client: Client| {
        client.download_html_invoice(7).await
    })
    .await;
}

#[tokio::test]
async fn the_openapi_document_is_downloaded_as_yaml() {
    let file = File {
        media: "text/yaml",
        disposition: "inline; filename=swagger.yaml",
        name: Some("swagger.yaml"),
        bytes: YAML,
    };
    check(file, "/swagger", async |client: Client| {
        client.get_swagger_yaml().await
    })
    .await;
}

#[tokio::test]
async fn translations_are_a_zip_archive_with_a_non_ascii_name() {
    check(ARCHIVE, "/projects/7/download", async |client: Client| {
        client.download_project(7).await
    })
    .await;
    check(
        ARCHIVE,
        "/projects/7/download/fr",
        async |client: Client| client.download_project_language(7, "fr").await,
    )
    .await;
}

#[tokio::test]
async fn a_single_json_file_is_accepted_instead_of_an_archive() {
    let (_script, client) = Script::start(|_| {
        let headers = [
            ("content-type", "application/json"),
            ("content-disposition", "attachment; filename=\"post.json\""),
        ];
        Reply::new(200, &headers, r#"{"title":"Bonjour"}"#)
    })
    .await;
    let answer = client.download_project_language(7, "fr").await.unwrap();
    assert_eq!(answer.content_type(), "application/json");
    assert_eq!(answer.file_name().as_deref(), Some("post.json"));
    let text = answer.into_inner().text().await.unwrap();
    assert_eq!(text, r#"{"title":"Bonjour"}"#);
}

#[tokio::test]
async fn a_translation_memory_is_tmx_and_its_name_has_no_folder() {
    let file = File {
        media: "application/xml",
        disposition: "attachment; filename=\"/tmp/exports/memory.tmx\"",
        name: Some("memory.tmx"),
        bytes: TMX,
    };
    check(file, "/async/download", async |client: Client| {
        client.download_async_result("key-1").await
    })
    .await;
}

#[tokio::test]
async fn downloads_documented_as_json_strings_are_files() {
    let octets = || File {
        media: "application/octet-stream",
        disposition: "attachment; filename=\"file.docx\"",
        name: Some("file.docx"),
        bytes: ZIP,
    };
    let check = async |path: &str, call: fn(Client) -> _| check(octets(), path, call).await;
    type Call = fn(Client) -> Pin<Box<dyn Future<Output = Result<Response<Download>, Error>>>>;
    let calls: [(&str, Call); 6] = [
        ("/projects/7/documents/3/download", |client| {
            Box::pin(async move { client.download_project_document(7, 3).await })
        }),
        (
            "/projects/7/documents/3/translations/download/fr",
            |client| Box::pin(async move { client.download_translated_document(7, 3, "fr").await }),
        ),
        ("/projects/7/glossaries/2/download", |client| {
            Box::pin(async move { client.download_glossary(7, 2).await })
        }),
        ("/glossary", |client| {
            Box::pin(async move { client.download_global_glossary().await })
        }),
        ("/projects/7/styleguides/2/download", |client| {
            Box::pin(async move { client.download_style_guide(7, 2).await })
        }),
        ("/styleguide", |client| {
            Box::pin(async move { client.download_global_style_guide().await })
        }),
    ];
    for (path, call) in calls {
        check(path, call).await;
    }
}

#[tokio::test]
async fn an_error_instead_of_a_file_is_the_vendors_error() {
    let (_script, client) = Script::start(|seen| {
        let status = if seen.path().ends_with("/fr") { 200 } else { 402 };
        let body = json!({"error": {"code": "ProjectNotLaunchedYet", "http_code": 402, "message": "Launch it first."}});
        Reply::json(status, &body)
    })
    .await;
    for (outcome, status) in [
        (client.download_project(7).await, 402),
        (client.download_project_language(7, "fr").await, 200),
    ] {
        let error = outcome.unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.code(), Some("ProjectNotLaunchedYet"));
    }
}

/// Starts a simulated vendor whose packages are ready at the second poll.
async fn start_packaging_vendor() -> (Script, Client) {
    let looks = std::sync::atomic::AtomicUsize::new(0);
    Script::start(move |seen| match (seen.method.as_str(), seen.path()) {
        ("POST", _) => Reply::json(200, &json!({"key": "key 1/ü", "status": "started"})),
        (_, "/projects/7/package/check") => {
            let look = looks.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let state = ["packaging", "completed"][look.min(1)];
            Reply::json(200, &json!({"status": state}))
        }
        _ => Reply::new(200, &[("content-type", "application/zip")], ZIP),
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_package_is_started_once_polled_by_its_key_and_downloaded() {
    let (script, client) = start_packaging_vendor().await;
    let run = client.package_project_language(7, "pt-BR").run();
    let file = run.await.unwrap().into_inner().bytes().await.unwrap();
    assert_eq!(&file[..], ZIP);
    let seen = script.seen();
    let lines: Vec<_> = seen
        .iter()
        .map(|seen| (seen.method.as_str(), seen.path()))
        .collect();
    assert_eq!(
        lines,
        [
            ("POST", "/projects/7/package/pt-BR"),
            ("GET", "/projects/7/package/check"),
            ("GET", "/projects/7/package/check"),
            ("GET", "/projects/7/download/pt-BR"),
        ]
    );
    assert_eq!(seen[0].query("async").as_deref(), Some("1"));
    assert_eq!(seen[1].query("key").as_deref(), Some("key 1/ü"));
}

#[tokio::test(start_paused = true)]
async fn another_client_resumes_a_package_with_the_job_key() {
    let (script, client) = start_packaging_vendor().await;
    let job = client.package_project(7).run().start().await.unwrap();
    let key = job.key().to_string();
    drop((job, client));
    let client = script.client(motaword_sdk::Credentials::new("client-id", "client-secret"));
    let wrong = key.parse().unwrap();
    let error = client
        .resume::<PackageProjectLanguage>(wrong)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("package_project"), "{error}");
    let file = client
        .resume::<PackageProject>(key.parse().unwrap())
        .with_deadline(Duration::from_secs(60))
        .await
        .unwrap();
    assert_eq!(&file.into_inner().bytes().await.unwrap()[..], ZIP);
    let posts = script
        .seen()
        .iter()
        .filter(|seen| seen.method == "POST")
        .count();
    assert_eq!(posts, 1);
}

#[tokio::test(start_paused = true)]
async fn translation_memories_are_packaged_asynchronously() {
    let (script, client) = Script::start(|seen| match (seen.method.as_str(), seen.path()) {
        ("POST", _) => Reply::json(
            200,
            &json!({"key": "tm-1", "status": "sent", "duration": 0}),
        ),
        (_, "/async/download") => Reply::new(200, &[("content-type", "application/xml")], TMX),
        _ => Reply::json(
            200,
            &json!({"key": "tm-1", "status": "completed", "duration": 41}),
        ),
    })
    .await;
    let runs = [
        client.package_project_translation_memory(7).run().await,
        client
            .package_project_translation_memory_for_language(7, "fr")
            .run()
            .await,
        client
            .package_user_translation_memory("fr")
            .email(false)
            .run()
            .await,
    ];
    for run in runs {
        let file = run.unwrap().into_inner().bytes().await.unwrap();
        assert_eq!(&file[..], TMX);
    }
    let seen = script.seen();
    let lines: Vec<_> = seen
        .iter()
        .map(|seen| (seen.method.as_str(), seen.path()))
        .collect();
    assert_eq!(
        lines,
        [
            ("POST", "/projects/7/strings/package"),
            ("GET", "/projects/7/strings/package/status"),
            ("GET", "/async/download"),
            ("POST", "/projects/7/strings/fr/package"),
            ("GET", "/projects/7/strings/fr/package/status"),
            ("GET", "/async/download"),
            ("POST", "/strings/fr/package"),
            ("GET", "/strings/fr/package/status"),
            ("GET", "/async/download"),
        ]
    );
    let starts = seen.iter().filter(|seen| seen.method == "POST");
    assert!(
        starts
            .clone()
            .all(|seen| seen.query("async").as_deref() == Some("1"))
    );
    let emails: Vec<_> = starts.map(|seen| seen.query("email")).collect();
    assert_eq!(emails, [None, None, Some("0".to_owned())]);
    let looks = seen.iter().filter(|seen| seen.method == "GET");
    assert!(
        looks
            .clone()
            .all(|seen| seen.query("async_request_key").as_deref() == Some("tm-1"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_translation_memory_reports_the_reason() {
    let (_script, client) = Script::start(|seen| match seen.method.as_str() {
        "POST" => Reply::json(200, &json!({"key": "tm-1", "status": "sent"})),
        _ => Reply::json(
            200,
            &json!({"status": "failed", "message": "No strings in fr."}),
        ),
    })
    .await;
    let error = client
        .package_user_translation_memory("fr")
        .run()
        .await
        .unwrap_err();
    assert!(error.is_job_failed(), "{error:?}");
    assert!(error.to_string().contains("No strings in fr."), "{error}");
}

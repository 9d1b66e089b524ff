//! Creates a continuous project, adds a document to it, and reads the costs.
//!
//! Usage: `motaword_continuous_project NAME FILE`. Environment: see `motaword_get_access_token`.

use std::process::ExitCode;

use motaword_sdk::types::{
    ContinuousDocumentRequest, ContinuousProjectRequest, EncodedFile, Monetary,
};
use motaword_sdk::{Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, path] = arguments.as_slice() else {
        eprintln!("usage: motaword_continuous_project NAME FILE");
        return ExitCode::FAILURE;
    };
    let content = match std::fs::read(path) {
        Ok(content) => content,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    match run(
        ClientConfig::new(),
        name,
        EncodedFile::encode(path, content),
    )
    .await
    {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Adds the document to a new project, and returns a summary with the costs of the project so far.
pub(crate) async fn run(
    config: ClientConfig,
    name: &str,
    file: EncodedFile,
) -> Result<String, Error> {
    let client = Client::from_config(config)?;
    let project = ContinuousProjectRequest {
        name: Some(name.to_owned()),
        source_language: Some("en-US".to_owned()),
        target_languages: Some(vec!["fr".to_owned()]),
        mt_enabled: Some(false), // use only the translation memory, because machine translation costs money
        ..ContinuousProjectRequest::default()
    };
    let project = client.create_continuous_project().body(&project).await?;
    let id = project.id.unwrap_or_default();

    let request = ContinuousDocumentRequest {
        document: Some(file),
    };
    // Uploads can be billed, so the client does not repeat them. If the outcome is unknown, look
    // for the document.
    if let Err(error) = client
        .add_continuous_project_document(id)
        .body(&request)
        .await
    {
        let documents = client.list_continuous_project_documents(id).await?;
        let name = |file: &EncodedFile| file.name.clone();
        let wanted = request.document.as_ref().and_then(name);
        let mut all = documents.documents.iter().flatten();
        if !error.is_maybe_applied() || !all.any(|document| document.name == wanted) {
            return Err(error);
        }
    }

    let progress = client.get_continuous_project_progress(id).await?;
    let total = progress
        .costs
        .as_ref()
        .and_then(|costs| costs.total.as_ref());
    let text = |total: &Monetary| {
        let currency = total.currency.as_deref().unwrap_or("usd");
        format!("{} {currency}", total.amount.unwrap_or_default())
    };
    let project = client.get_continuous_project(id).await?; // now with the words of the document
    let words = project.word_count.unwrap_or_default();
    Ok(format!(
        "project {id}: {words} words, {}",
        total.map_or("no costs".to_owned(), text)
    ))
}

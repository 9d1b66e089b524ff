//! Orders translations: requests a quote for files, launches the project unless it is too expensive, tracks its
//! progress and downloads the result.
//!
//! Usage: `motaword_translate_project CARD_ID MAX_PRICE TRANSLATIONS.zip FILE...`. Environment: see
//! `motaword_get_access_token`. With `MOTAWORD_BASE_URL=https://sandbox.motaword.com`, nothing is charged or
//! translated.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use indicatif::ProgressBar;
use motaword_sdk::types::{PaymentMethod, ProjectPayment, ProjectRequest, ProjectStatus};
use motaword_sdk::{Client, ClientConfig, File};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [card, most, archive, files @ ..] = arguments.as_slice() else {
        eprintln!("usage: motaword_translate_project CARD_ID MAX_PRICE TRANSLATIONS.zip FILE...");
        return ExitCode::FAILURE;
    };
    let files = files.iter().map(File::path).collect();
    let order = match (card.parse(), most.parse()) {
        (Ok(card_id), Ok(max_price)) => Order {
            card_id,
            max_price,
            files,
        },
        _ => return ExitCode::FAILURE,
    };
    match run(ClientConfig::new(), order, Path::new(archive)).await {
        Ok(outcome) => {
            println!("{outcome}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// An order: the card to charge, the maximum price, and the files to translate.
pub(crate) struct Order {
    pub(crate) card_id: i64,
    pub(crate) max_price: f64,
    pub(crate) files: Vec<File>,
}

pub(crate) async fn run(
    config: ClientConfig,
    order: Order,
    archive: &Path,
) -> Result<String, Box<dyn Error>> {
    let client = Client::from_config(config)?;
    let request = ProjectRequest {
        source_language: Some("en-US".to_owned()),
        target_languages: Some(vec!["fr".to_owned(), "de".to_owned()]),
        documents: Some(order.files),
        ..ProjectRequest::default()
    };
    // A new project is a quote. It costs nothing until it is launched.
    let project = client.create_project().body_multipart(request).await?;
    let price = project.price.as_ref().and_then(|price| price.amount);
    let price = price.ok_or("the project does not have a price yet")?;
    if price > order.max_price {
        return Ok(format!(
            "project {}: {price} is too expensive, not launched",
            project.id
        ));
    }

    let payment = ProjectPayment {
        payment_method: Some(PaymentMethod::Client),
        card_id: Some(order.card_id),
        ..ProjectPayment::default()
    };
    if let Err(error) = client.launch_project(project.id).body(&payment).await {
        // If the outcome is unknown, the project may have been launched and charged, so check its
        // status.
        let is_launched = error.is_maybe_applied()
            && client.get_project(project.id).await?.status != Some(ProjectStatus::Pending);
        if !is_launched {
            return Err(error.into());
        }
    }

    let bar = ProgressBar::new(100);
    let mut states = client.get_project_progress(project.id).wait().states();
    while let Some(progress) = states.try_next().await? {
        bar.set_position(progress.total.unwrap_or_default() as u64);
    }
    bar.finish();

    let mut download = client.package_project(project.id).run().await?.into_inner();
    let bar = ProgressBar::new(download.length().unwrap_or_default());
    let mut file = std::fs::File::create(archive)?;
    while let Some(piece) = download.chunk().await? {
        file.write_all(&piece)?;
        bar.inc(piece.len() as u64);
    }
    bar.finish();
    Ok(format!(
        "project {}: {price}, {} bytes",
        project.id,
        bar.position()
    ))
}

//! Imports products from a file with one JSON object per line, and reports the lines that were rejected.
//!
//! Usage: `akeneo_import_products products.ndjson`. Environment: see `akeneo_get_access_token`.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use akeneo_sdk::types::{Product, ProductUpsertLine};
use akeneo_sdk::{Client, ClientConfig};

/// The result of an import.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Number of products that were created.
    pub(crate) created: u64,
    /// Number of products that were updated.
    pub(crate) updated: u64,
    /// The rejected lines, each with its line number (starting at 1) and the reason.
    pub(crate) refused: Vec<(u64, String)>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let path = std::env::args_os()
        .nth(1)
        .unwrap_or("products.ndjson".into());
    match run(ClientConfig::new(), Path::new(&path)).await {
        Ok(report) => {
            println!("{} created, {} updated", report.created, report.updated);
            for (line, why) in &report.refused {
                println!("line {line}: {why}");
            }
            ExitCode::from(u8::from(!report.refused.is_empty()))
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Imports a file of any length. The file is read only as fast as the PIM accepts the lines.
pub(crate) async fn run(config: ClientConfig, path: &Path) -> Result<Report, Box<dyn Error>> {
    let client = Client::from_config(config)?;
    let file = BufReader::new(File::open(path)?);
    let unreadable = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&unreadable);
    let products = (1..).zip(file.lines()).filter_map(move |(number, line)| {
        let product = line.map_err(|error| error.to_string()).and_then(|line| {
            serde_json::from_str::<Product>(&line).map_err(|error| error.to_string())
        });
        let problem = match product {
            // The line contains all writable properties of the product. Properties that the product
            // lacks keep their values in the PIM.
            Ok(product) => return Some(ProductUpsertLine::from(&product)),
            Err(problem) => problem,
        };
        let mut all = note.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((number, problem));
        None
    });

    let mut report = Report::default();
    let mut refused = Vec::new();
    let mut statuses = client.upsert_products(products).send();
    while let Some(item) = statuses.try_next().await? {
        let why = match (item.status(), item.error()) {
            (Some(status), _) => match status.status_code {
                201 => {
                    report.created += 1;
                    continue;
                }
                204 => {
                    report.updated += 1;
                    continue;
                }
                code => reason(code, status),
            },
            (None, error) => error.map(ToString::to_string).unwrap_or_default(),
        };
        refused.push((item.index, why));
    }

    let unreadable =
        std::mem::take(&mut *unreadable.lock().unwrap_or_else(PoisonError::into_inner));
    // Unreadable lines were not sent, so item indexes do not count them.
    let line_of_item = |index: u64| {
        let mut line = index + 1;
        for (number, _) in &unreadable {
            line += u64::from(*number <= line);
        }
        line
    };
    report.refused = refused
        .into_iter()
        .map(|(index, why)| (line_of_item(index), why))
        .collect();
    report.refused.extend(unreadable);
    report.refused.sort();
    Ok(report)
}

/// Describes why a line was rejected.
fn reason(code: i32, status: &akeneo_sdk::types::BulkLineStatus) -> String {
    let details = status.errors.iter().flatten();
    let details: Vec<_> = details
        .filter_map(|error| {
            let what = error.attribute.as_ref().or(error.property.as_ref())?;
            Some(format!("{what}: {}", error.message.as_deref()?))
        })
        .collect();
    let message = status.message.as_deref().unwrap_or_default();
    format!("{code} {message} {}", details.join("; "))
}

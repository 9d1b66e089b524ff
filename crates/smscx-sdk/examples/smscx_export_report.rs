//! Exports one month's messages to a CSV file and shows the progress.
//!
//! Usage: `smscx_export_report 2026-10 report.csv`. For the environment variables, see the README.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use smscx_sdk::{Client, ClientConfig};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [month, path] = arguments.as_slice() else {
        eprintln!("usage: smscx_export_report YYYY-MM FILE");
        return ExitCode::FAILURE;
    };
    match run(ClientConfig::new(), month, Path::new(path)).await {
        Ok(bytes) => {
            println!("{bytes} bytes");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the report to the file and returns the number of bytes.
///
/// If you don't need a progress bar, use `save_to`, which also keeps an existing file if the
/// download fails.
pub(crate) async fn run(
    config: ClientConfig,
    month: &str,
    path: &Path,
) -> Result<u64, Box<dyn Error>> {
    let client = Client::from_config(config)?;
    let report = client
        .download_advanced_report_csv()
        .period(month)
        .limit(1_000_000);
    let mut report = report.await?.into_inner();
    let bar = match report.length() {
        Some(length) => ProgressBar::new(length).with_style(ProgressStyle::with_template(
            "{wide_bar} {bytes}/{total_bytes} {eta}",
        )?),
        None => ProgressBar::no_length(), // shows the number of received bytes
    };
    let mut file = std::fs::File::create(path)?;
    while let Some(chunk) = report.chunk().await? {
        file.write_all(&chunk)?;
        bar.inc(chunk.len() as u64);
    }
    file.flush()?;
    bar.finish();
    Ok(bar.position())
}

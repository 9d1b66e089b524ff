//! Exports all products to a file with one JSON object per line, and shows a progress bar.
//!
//! Usage: `akeneo_export_products products.ndjson`. Environment: see `akeneo_get_access_token`.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use akeneo_sdk::{Client, ClientConfig};
use indicatif::{ProgressBar, ProgressStyle};

#[tokio::main]
async fn main() -> ExitCode {
    let path = std::env::args_os()
        .nth(1)
        .unwrap_or("products.ndjson".into());
    match run(ClientConfig::new(), Path::new(&path)).await {
        Ok(count) => {
            println!("{count} products");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Exports all products and returns their number.
pub(crate) async fn run(config: ClientConfig, path: &Path) -> Result<u64, Box<dyn Error>> {
    let client = Client::from_config(config)?;
    let first = client.list_products().limit(1).with_count(true).await?;
    let total = first
        .items_count
        .and_then(|count| u64::try_from(count).ok());
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {per_sec} {eta}")?;
    let bar = ProgressBar::new(total.unwrap_or_default()).with_style(style);

    let mut file = BufWriter::new(File::create(path)?);
    // Reads pages of 100 with `search_after`. The next page is fetched while the current one is written.
    let mut products = client.list_products().limit(100).items().prefetch();
    let mut count = 0;
    while let Some(product) = products.try_next().await? {
        serde_json::to_writer(&mut file, &product)?;
        file.write_all(b"\n")?;
        count += 1;
        bar.inc(1);
    }
    file.flush()?;
    bar.finish();
    Ok(count)
}

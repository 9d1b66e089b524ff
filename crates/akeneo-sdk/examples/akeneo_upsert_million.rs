//! Upserts a million products, and prints the duration and the peak memory.
//!
//! Usage: `akeneo_upsert_million [COUNT]`. Environment: see `akeneo_get_access_token`. Identifiers repeat after 1,000
//! products.

use std::process::ExitCode;
use std::time::Instant;

use akeneo_sdk::types::ProductUpsertLine;
use akeneo_sdk::values::{At, Values};
use akeneo_sdk::{Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let started = Instant::now();
    match run(ClientConfig::new(), count.unwrap_or(1_000_000)).await {
        Ok((done, refused)) => {
            println!(
                "{done} accepted, {refused} rejected, {:?}",
                started.elapsed()
            );
            println!("peak memory: {}", peak_memory().unwrap_or("?".to_owned()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Upserts `count` products and returns the numbers of accepted and rejected products.
pub(crate) async fn run(config: ClientConfig, count: u64) -> Result<(u64, u64), Error> {
    let client = Client::from_config(config)?;
    // Products are generated on demand, so only a few requests are in memory at a time.
    let products = (0..count).map(|number| {
        let mut line = ProductUpsertLine::new(format!("million-{}", number % 1000));
        line.values
            .set("name", At::locale("en_US"), format!("Lamp {number}"));
        line
    });
    let mut statuses = client.upsert_products(products).send();
    let (mut done, mut refused) = (0, 0);
    while let Some(item) = statuses.try_next().await? {
        match item.status().map(|status| status.status_code) {
            Some(201 | 204) => done += 1,
            _ => refused += 1,
        }
    }
    Ok((done, refused))
}

/// Returns the peak memory of the process, as Linux reports it.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}

//! Looks up many phone numbers in one call, reads the results page by page, and prints them.
//!
//! Usage: `smscx_lookup_numbers < numbers.txt`, with one number per line. Each lookup costs money.
//! For the environment variables, see the README.

use std::io::BufRead;
use std::process::ExitCode;
use std::time::Duration;

use smscx_sdk::types::{BulkLookupRequest, LookupStatus};
use smscx_sdk::{Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    let numbers = std::io::stdin().lock().lines().map_while(Result::ok);
    match run(ClientConfig::new(), numbers, Duration::from_secs(5)).await {
        Ok(results) => {
            for (number, status) in results {
                println!("{number}: {status:?}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            // If the lookup may have been started and charged, the error describes how to find it.
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Looks up numbers, and returns the status of each valid number. The API accepts at most 40,000
/// numbers.
pub(crate) async fn run(
    config: ClientConfig,
    numbers: impl Iterator<Item = String>,
    pace: Duration,
) -> Result<Vec<(String, Option<LookupStatus>)>, Error> {
    let client = Client::from_config(config)?;
    let request = BulkLookupRequest::new(numbers.collect::<Vec<_>>());
    let run = client.lookup_numbers(&request).run();
    let done = run.with_first_delay(pace).await?; // waits for the results on all pages
    let Some(info) = &done.info else {
        return Ok(Vec::new());
    };
    println!("{:?} numbers, cost {:?}", info.total_valid, info.total_cost);

    // Reading the results is free.
    let mut results = client.get_bulk_lookup(&info.lookup_bulk_id).items();
    let mut states = Vec::new();
    while let Some(result) = results.try_next().await? {
        states.push((result.phone_number.unwrap_or_default(), result.status));
    }
    Ok(states)
}

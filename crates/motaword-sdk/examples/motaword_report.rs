//! Prints a table of the translation costs in a period, by language pair.
//!
//! Usage: `motaword_report 2026-01-01T00:00:00Z 2026-03-31T23:59:59Z`. Environment: see `motaword_get_access_token`.

use std::fmt::Write;
use std::process::ExitCode;

use motaword_sdk::types::ReportFilter;
use motaword_sdk::{Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = arguments.as_slice() else {
        eprintln!("usage: motaword_report FROM TO");
        return ExitCode::FAILURE;
    };
    match run(ClientConfig::new(), from, to).await {
        Ok(table) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the report as a table, with the most expensive pair first and the totals last.
pub(crate) async fn run(config: ClientConfig, from: &str, to: &str) -> Result<String, Error> {
    let client = Client::from_config(config)?;
    let filter = ReportFilter {
        date_from: Some(from.into()),
        date_to: Some(to.into()),
        ..ReportFilter::default()
    };
    let answer = client.get_language_pairs_report().body(&filter).await?;
    let mut rows: Vec<(String, i64, f64)> = Vec::new();
    for row in answer.into_inner().report.unwrap_or_default() {
        let pair = row.language_pair.unwrap_or_default();
        let code = |language: Option<String>| language.unwrap_or("?".to_owned());
        let (source, target) = (code(pair.source_language), code(pair.target_language));
        // The API can send both numbers as strings, which the client parses.
        let (words, spending) = (
            row.word_count.unwrap_or_default(),
            row.spending.unwrap_or_default(),
        );
        rows.push((format!("{source} → {target}"), words, spending));
    }
    rows.sort_by(|one, other| other.2.total_cmp(&one.2));

    let mut table = format!("{:<20} {:>10} {:>12}\n", "languages", "words", "spending");
    for (pair, words, spending) in &rows {
        // Writing to a `String` cannot fail.
        let _ = writeln!(table, "{pair:<20} {words:>10} {spending:>12.2}");
    }
    let total: f64 = rows.iter().map(|(.., spending)| spending).sum();
    let words: i64 = rows.iter().map(|(_, words, _)| words).sum();
    let _ = writeln!(table, "{:<20} {words:>10} {total:>12.2}", "all");
    Ok(table)
}

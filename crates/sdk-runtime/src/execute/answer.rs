//! Reads an answer and tells a success from an error.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{KEPT, is_error_in_success};
use crate::{Error, ErrorKind, RawResponse, Reading};

/// How long the body of an error is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads as much of the body as is wanted; of an error as much as comes soon.
pub(super) async fn read(
    raw: &mut RawResponse,
    reading: Reading,
    until: Option<Instant>,
) -> Result<(), Error> {
    let success = raw.status().is_success();
    match reading {
        Reading::Untouched => Ok(()),
        // Some vendors answer a download with 200 and an error in JSON.
        Reading::Stream if success && !is_unexpected_json(raw) => Ok(()),
        Reading::Whole if success => raw.read(usize::MAX).await,
        Reading::Stream if success => raw.read(KEPT).await,
        Reading::Stream | Reading::Whole => {
            let soon = Instant::now() + PATIENCE;
            raw.read_start(KEPT, until.map_or(soon, |until| until.min(soon)))
                .await;
            Ok(())
        }
    }
}

/// Makes an error of an answer that is none of the documented successes.
pub(super) fn check(raw: RawResponse) -> Result<RawResponse, Error> {
    let status = raw.status();
    if !status.is_success() {
        if status == 304 && is_documented(&raw) && !promises_body(&raw) {
            return Ok(raw);
        }
        return Err(raw.error(ErrorKind::Status, unsuccessful(&raw)));
    }
    if is_error_in_success(&raw.vendor().error, &raw.whole()) {
        return Err(raw.error(ErrorKind::Status, "an error in an answer that says success"));
    }
    if !is_documented(&raw) && promises_body(&raw) {
        let documented: Vec<&str> = raw
            .operation()
            .answers
            .iter()
            .map(|answer| answer.status)
            .collect();
        let text = format!(
            "the status is not documented (documented: {})",
            documented.join(", ")
        );
        return Err(raw.error(ErrorKind::Decode, text));
    }
    Ok(raw)
}

fn unsuccessful(raw: &RawResponse) -> String {
    if !raw.status().is_redirection() {
        return String::new();
    }
    let target = raw
        .headers()
        .get(http::header::LOCATION)
        .and_then(|target| target.to_str().ok());
    let host = target
        .and_then(|target| reqwest::Url::parse(target).ok())
        .and_then(|url| url.host_str().map(str::to_owned));
    match host {
        Some(host) => format!("a redirect to {host} that was not followed"),
        None if target.is_some() => "a redirect that was not followed".to_owned(),
        None => String::new(),
    }
}

/// Where a document has no success of its own, `default` stands for it.
fn is_documented(raw: &RawResponse) -> bool {
    let answers = raw.operation().answers;
    answers
        .iter()
        .any(|answer| answer.covers(raw.status().as_u16()))
        || !answers.iter().any(|answer| answer.is_success())
}

fn promises_body(raw: &RawResponse) -> bool {
    raw.operation()
        .answers
        .iter()
        .any(|answer| answer.is_success() && !answer.media.is_empty())
}

fn is_unexpected_json(raw: &RawResponse) -> bool {
    let is_json = |media: &str| media.starts_with("application/json") || media.contains("+json");
    let documented = raw
        .operation()
        .answers
        .iter()
        .filter(|answer| answer.is_success())
        .flat_map(|answer| answer.media);
    is_json(raw.content_type()) && !documented.copied().any(is_json)
}

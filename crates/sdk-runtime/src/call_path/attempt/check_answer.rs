//! Reads a response and distinguishes success from error.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;
use crate::error::excerpt::MAX_KEPT_BYTES;
use crate::error::facts::is_error_in_success;
use crate::error::kind::ErrorKind;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::value::media_type::{is_html, is_json};

/// Maximum time to wait for the body of an error.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// Reads as much of the body as requested. For an error, reads up to [`MAX_KEPT_BYTES`] bytes, and waits at
/// most [`ERROR_BODY_TIMEOUT`] for them.
pub(crate) async fn read(
    raw: &mut RawResponse,
    reading: Reading,
    until: Option<Instant>,
) -> Result<(), Error> {
    let success = raw.status().is_success();
    match reading {
        Reading::Untouched => Ok(()),
        // Some vendors respond to a download with 200 and a JSON error. Some gateways respond with
        // an HTML page.
        Reading::Stream if success && !is_unexpected_json(raw) && !is_unexpected_page(raw) => {
            Ok(())
        }
        Reading::Whole if success => raw.read().await,
        Reading::Nothing if success => raw.drain(MAX_KEPT_BYTES).await,
        Reading::Stream if success => raw.read_up_to(MAX_KEPT_BYTES).await,
        Reading::Stream | Reading::Whole | Reading::Nothing => {
            read_error(raw, until).await;
            Ok(())
        }
    }
}

/// Reads up to [`MAX_KEPT_BYTES`] bytes of an error's body, and waits at most [`ERROR_BODY_TIMEOUT`] for them.
pub(crate) async fn read_error(raw: &mut RawResponse, until: Option<Instant>) {
    let soon = Instant::now() + ERROR_BODY_TIMEOUT;
    raw.read_start(MAX_KEPT_BYTES, until.map_or(soon, |until| until.min(soon)))
        .await;
}

/// Turns a response that isn't a documented success into an error.
pub(crate) fn check(raw: RawResponse) -> Result<RawResponse, Error> {
    let status = raw.status();
    if !status.is_success() {
        if status == 304 && is_successful_304(&raw) {
            return Ok(raw);
        }
        return Err(raw.error(ErrorKind::Status, describe_unfollowed_redirect(&raw)));
    }
    if is_error_in_success(&raw.vendor().error, &raw.whole()) {
        return Err(raw.error(ErrorKind::Status, "the success response contains an error"));
    }
    if is_unexpected_page(&raw) {
        let media: Vec<&str> = documented_media(&raw).collect();
        let text = format!(
            "an HTML page arrived instead of a file (documented: {})",
            media.join(", ")
        );
        return Err(raw.error(ErrorKind::Decode, text));
    }
    if !is_documented(&raw) && has_documented_body(&raw) {
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

fn describe_unfollowed_redirect(raw: &RawResponse) -> String {
    if !raw.status().is_redirection() {
        return String::new();
    }
    let target = raw
        .headers()
        .get(http::header::LOCATION)
        .and_then(|target| target.to_str().ok());
    let host = target
        .and_then(|target| url::Url::parse(target).ok())
        .and_then(|url| url.host_str().map(str::to_owned));
    match host {
        Some(host) => format!("the redirect to {host} was not followed"),
        None if target.is_some() => "the redirect was not followed".to_owned(),
        None => String::new(),
    }
}

/// Returns whether the status is documented. If the operation documents no success status, every
/// status counts as documented.
fn is_documented(raw: &RawResponse) -> bool {
    let answers = raw.operation().answers;
    answers
        .iter()
        .any(|answer| answer.covers(raw.status().as_u16()))
        || !answers.iter().any(|answer| answer.is_success())
}

/// Returns whether a 304 is a success.
///
/// This is the case if the operation documents 304 as a response without a body. It is also the
/// case if [`is_documented`] returns true and no success response has a body.
fn is_successful_304(raw: &RawResponse) -> bool {
    let mut answers = raw.operation().answers.iter();
    answers.any(|answer| answer.status == "304" && answer.media.is_empty())
        || (is_documented(raw) && !has_documented_body(raw))
}

fn has_documented_body(raw: &RawResponse) -> bool {
    raw.operation()
        .answers
        .iter()
        .any(|answer| answer.is_success() && !answer.media.is_empty())
}

fn is_unexpected_json(raw: &RawResponse) -> bool {
    is_json(raw.content_type()) && !documented_media(raw).any(is_json)
}

/// Returns whether an HTML page was sent instead of a file.
///
/// A response with `Content-Disposition: attachment` is a file. A response that must be JSON is
/// parsed as JSON, regardless of its media type.
fn is_unexpected_page(raw: &RawResponse) -> bool {
    let may_be_page = |media: &str| is_html(media) || media == "*/*" || media == "text/*";
    let is_attachment = || {
        let disposition = raw.headers().get(http::header::CONTENT_DISPOSITION);
        disposition.is_some_and(|value| {
            let kind = value.as_bytes().get(..10);
            kind.is_some_and(|kind| kind.eq_ignore_ascii_case(b"attachment"))
        })
    };
    is_html(raw.content_type())
        && !documented_media(raw).all(is_json)
        && !documented_media(raw).any(may_be_page)
        && !is_attachment()
}

/// Returns the media types of all documented success responses.
fn documented_media(raw: &RawResponse) -> impl Iterator<Item = &'static str> {
    let answers = raw.operation().answers.iter();
    answers
        .filter(|answer| answer.is_success())
        .flat_map(|answer| answer.media.iter().copied())
}

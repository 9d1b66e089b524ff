//! Content negotiation: checks that the operation has a response in a media type that the caller
//! accepts.

use crate::http::refusal::Refusal;
use crate::http::request::Request;
use crate::openapi::media_type::essence;
use crate::openapi::operation::Operation;
use crate::rules::error_kind::ErrorKind;

/// Rejects a request whose `Accept` header matches neither the media type of a documented response
/// nor JSON, the media type of error responses.
pub(crate) fn negotiate(operation: &Operation, request: &Request) -> Result<(), Refusal> {
    let Some(accept) = request.header("accept") else {
        return Ok(());
    };
    let offered = operation
        .answers
        .iter()
        .flat_map(|answer| &answer.media)
        .map(|(name, _)| name.as_str());
    let fits = |name: &str| {
        let family = name.split('/').next().unwrap_or_default();
        accept.split(',').map(essence).any(|range| {
            range == "*/*" || range.eq_ignore_ascii_case(name) || range == format!("{family}/*")
        })
    };
    if offered.chain(["application/json"]).any(fits) {
        return Ok(());
    }
    Err(Refusal::new(
        ErrorKind::NotAcceptable,
        format!("{accept} is not supported"),
    ))
}

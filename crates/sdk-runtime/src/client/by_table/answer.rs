//! Response of an operation that was called by its id.

use std::fmt;

use http::{HeaderMap, StatusCode};

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::response::decode::download::Download;
use crate::response::headers::HasHeaders;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::table::operation::Operation;
use crate::table::paging::{Bulk, BulkFormat};
use crate::value::any_json::AnyJson;
use crate::value::media_type::{essence, is_html, is_json, is_json_lines};

/// Response of an operation that was called by its id.
///
/// `Debug` shows only the status and the kind of the body, because any value without a type might
/// be a secret.
#[non_exhaustive]
pub struct CallAnswer {
    /// Status of the response.
    pub status: StatusCode,
    /// Headers of the response.
    pub headers: HeaderMap,
    /// Body of the response.
    pub body: CallBody,
}

/// Body of a [`CallAnswer`].
#[non_exhaustive]
pub enum CallBody {
    /// The response has no body.
    Empty,
    /// The body is JSON. An NDJSON body becomes a list.
    Json(AnyJson),
    /// Any other body, as a download. Read it with `bytes`, `text` or `save_to`.
    Bytes(Box<Download>),
}

impl CallBody {
    /// Returns the JSON value, if the body is JSON.
    pub fn json(&self) -> Option<&AnyJson> {
        match self {
            Self::Json(json) => Some(json),
            Self::Empty | Self::Bytes(_) => None,
        }
    }

    /// Returns the download, if the body is neither empty nor JSON.
    pub fn into_download(self) -> Option<Download> {
        match self {
            Self::Bytes(download) => Some(*download),
            Self::Empty | Self::Json(_) => None,
        }
    }
}

impl fmt::Debug for CallAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallAnswer")
            .field("status", &self.status.as_u16())
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for CallBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Json(_) => "Json(..)",
            Self::Bytes(_) => "Bytes(..)",
        })
    }
}

impl HasHeaders for CallAnswer {
    fn header_map(&self) -> Option<&HeaderMap> {
        Some(&self.headers)
    }
}

/// Returns how to read the response.
///
/// If all documented success responses are JSON, the response is read within the call, so that the
/// call can retry after a broken response. Any other response may be a file or NDJSON, and is read
/// as a stream.
pub(super) fn reading(operation: &Operation) -> Reading {
    let is_lines = |bulk: Bulk| bulk.format == BulkFormat::Ndjson;
    let promised = promised(operation);
    let is_json = !promised.is_empty() && promised.iter().all(|media| is_json(media));
    if is_json && !operation.bulk.is_some_and(is_lines) {
        Reading::Whole
    } else {
        Reading::Stream
    }
}

pub(super) async fn read(mut raw: RawResponse) -> Result<CallAnswer, Error> {
    let name = essence(raw.content_type());
    let may_be_json = is_json(name);
    let bulk = raw.operation().bulk;
    let is_lines = is_json_lines(name)
        || may_be_json && bulk.is_some_and(|bulk| bulk.format == BulkFormat::Ndjson);
    let (is_unnamed, is_page) = (name.is_empty(), is_html(name));
    let (status, headers) = (raw.status(), raw.headers().clone());
    let promised = promised(raw.operation());
    let promises = !promised.is_empty();
    // An HTML page instead of JSON isn't a file. The body is still parsed as JSON, and an error is
    // reported if that fails.
    let only_json = promises && promised.iter().all(|media| is_json(media));
    let may_be_json = may_be_json || is_page && only_json;
    let body = if is_lines {
        CallBody::Json(lines(&mut raw).await?)
    } else if may_be_json {
        raw.read().await?;
        if raw.whole().trim_ascii().is_empty() && (!promises || status == 204) {
            CallBody::Empty
        } else {
            CallBody::Json(Download::new(&mut raw).json().await?)
        }
    } else if status == 204
        || status == 304
        || raw
            .headers()
            .get("content-length")
            .is_some_and(|length| length == "0")
    {
        CallBody::Empty
    } else if !promises && is_unnamed {
        raw.read().await?;
        if raw.whole().is_empty() {
            CallBody::Empty
        } else {
            CallBody::Bytes(Box::new(Download::new(&mut raw)))
        }
    } else {
        CallBody::Bytes(Box::new(Download::new(&mut raw)))
    };
    Ok(CallAnswer {
        status,
        headers,
        body,
    })
}

/// Returns the media types of the documented success responses.
fn promised(operation: &Operation) -> Vec<&'static str> {
    let successes = operation.answers.iter().filter(|a| a.is_success());
    successes.flat_map(|a| a.media.iter().copied()).collect()
}

async fn lines(raw: &mut RawResponse) -> Result<AnyJson, Error> {
    raw.read().await?;
    let whole = raw.whole();
    let mut text = Vec::with_capacity(whole.len() + 2);
    for line in without_byte_order_mark(&whole).split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        if !line.is_empty() {
            text.push(if text.is_empty() { b'[' } else { b',' });
            text.extend_from_slice(line);
        }
    }
    text.extend_from_slice(if text.is_empty() { b"[]" } else { b"]" });
    serde_json::from_slice(&text).map_err(|error| {
        let text = "the response does not contain one JSON value per line";
        raw.error(ErrorKind::Decode, text).with_source(error)
    })
}

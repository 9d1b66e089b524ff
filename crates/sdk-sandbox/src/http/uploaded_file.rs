//! Metadata and downloads of uploaded files.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::http::reply::Reply;

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) media: Option<String>,
    /// Content, which is empty if uploads are discarded.
    pub(crate) content: Bytes,
    pub(crate) length: u64,
}

impl File {
    /// Sets the unchanged content of the file as the body of a reply, with the name and the media
    /// type of the file in the headers. A media type that the reply already has takes precedence,
    /// unless it is `application/octet-stream`.
    pub(crate) fn serve(&self, reply: Reply) -> Reply {
        let given = self.media.as_deref().unwrap_or("application/octet-stream");
        let declared = reply.header("content-type").unwrap_or_default().to_owned();
        let media = if declared.is_empty() || declared == "application/octet-stream" {
            given
        } else {
            &declared
        };
        let name: String = self
            .name
            .chars()
            .filter(|c| !c.is_control() && *c != '"')
            .collect();
        let disposition = format!("attachment; filename=\"{name}\"");
        reply
            .with_body(media, self.content.clone())
            .with_header("Content-Disposition", disposition)
    }

    /// Sets the properties in `fields` that have the usual names of file metadata, such as `size`,
    /// unless the value already contains them.
    pub(crate) fn describe(&self, fields: &BTreeSet<String>, value: &mut Map<String, Value>) {
        let extension = self.name.rsplit_once('.').map_or("", |(_, end)| end);
        let media = self.media.as_deref().unwrap_or("application/octet-stream");
        for (names, known) in [
            (
                &["original_filename", "filename", "file_name", "name"][..],
                json!(self.name),
            ),
            (&["mime_type", "content_type", "media_type"], json!(media)),
            (&["size", "length"], json!(self.length)),
            (&["extension"], json!(extension)),
        ] {
            for name in names.iter().filter(|name| fields.contains(**name)) {
                value
                    .entry((*name).to_owned())
                    .or_insert_with(|| known.clone());
            }
        }
    }
}

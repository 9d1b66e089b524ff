//! Success responses of an operation: one type for all statuses, or one type per status.

use serde_json::Value;

use super::{Answer, Operation};
use crate::media_type::is_json;
use crate::model::schema::kind_words;
use crate::name;

/// Body of a success response.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content<'d> {
    Nothing,
    Json(&'d Value),
    /// Unmodified bytes of any media type except JSON.
    Bytes,
}

impl Content<'_> {
    /// Returns a description of the type, for comparing contents.
    fn words(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Json(schema) => kind_words(schema),
            Self::Bytes => "bytes".to_owned(),
        }
    }
}

impl<'d> Answer<'d> {
    /// Returns the content that generated code expects. JSON takes precedence over other media
    /// types, which callers can request explicitly.
    pub(crate) fn content(&self) -> Content<'d> {
        let json = self.media.iter().filter(|media| is_json(media.name));
        match json.filter_map(|media| media.schema).next() {
            Some(schema) => Content::Json(schema),
            None if self.media.is_empty() => Content::Nothing,
            None => Content::Bytes,
        }
    }

    /// Returns the media types that clients request. For a success response with JSON content,
    /// these are only the JSON media types whose schemas have the same type as that content.
    pub(crate) fn accepted_media_types(&self) -> Vec<&'d str> {
        let all = || self.media.iter();
        let names: Vec<&str> = match self.content() {
            Content::Json(first) if self.is_success() => all()
                .filter(|media| {
                    let schema = media.schema.map(kind_words);
                    is_json(media.name) && schema == Some(kind_words(first))
                })
                .map(|media| media.name)
                .collect(),
            _ => all().map(|media| media.name).collect(),
        };
        names
    }

    /// Returns the variant name for the status.
    pub(crate) fn variant(&self) -> String {
        let known = match self.status {
            "200" => "Ok",
            "201" => "Created",
            "202" => "Accepted",
            "203" => "NonAuthoritative",
            "204" => "NoContent",
            "205" => "ResetContent",
            "206" => "PartialContent",
            "207" => "MultiStatus",
            "208" => "AlreadyReported",
            "226" => "ImUsed",
            "304" => "NotModified",
            "default" => "Default",
            other if other.eq_ignore_ascii_case("2XX") => "Success",
            other => return format!("Status{other}"),
        };
        known.to_owned()
    }
}

impl<'d> Operation<'d> {
    /// Returns the success responses if their bodies have different types. The responses become an
    /// enum with one variant per status. Statuses come before ranges and `default`.
    pub(crate) fn responses_by_status(&self) -> Option<Vec<&Answer<'d>>> {
        // Pages, items and states are read from a single type.
        if self.paging.is_some() || self.bulk.is_some() || self.wait.is_some() {
            return None;
        }
        let mut answers: Vec<&Answer<'d>> =
            self.answers.iter().filter(|a| a.is_success()).collect();
        let mut words = answers.iter().map(|answer| answer.content().words());
        let first = words.find(|words| !words.is_empty())?;
        let differs = words.any(|words| !words.is_empty() && words != first);
        answers.sort_by_key(|answer| answer.status.parse::<u16>().is_err());
        differs.then_some(answers)
    }

    /// Returns the name of the enum of responses by status.
    pub(crate) fn response_enum_name(&self) -> String {
        format!("{}Answer", name::type_name(self.id))
    }
}

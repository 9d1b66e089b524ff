//! What an operation answers if it succeeds: one type for all statuses, or one per status.

use serde_json::Value;

use super::{Answer, Operation};
use crate::media_type::is_json;
use crate::model::components::Components;
use crate::model::schema::kind_words;
use crate::model::value::{elements, members};
use crate::name;

/// Whether a status of the document is one of success.
pub(crate) fn is_status_of_success(status: &str) -> bool {
    status.starts_with('2') || status == "304"
}

/// Whether an answer has the body of the vendor's errors.
pub(super) fn is_of_error(components: &Components<'_>, answer: &Value) -> bool {
    let schemas = members(answer, "content").values();
    let mut schemas = schemas.filter_map(|media| media.get("schema"));
    schemas.any(|schema| extends_error(components, schema, 0))
}

fn extends_error(components: &Components<'_>, schema: &Value, depth: usize) -> bool {
    let target = components.resolve_schema(schema);
    let mut parts = elements(target, "allOf").iter();
    target.get("x-sdk-error").is_some()
        || depth < 16 && parts.any(|part| extends_error(components, part, depth + 1))
}

/// What the body of an answer of success is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content<'d> {
    Nothing,
    Json(&'d Value),
    /// Anything but JSON, as it comes.
    Bytes,
}

impl Content<'_> {
    /// The type in words, by which two contents are told apart.
    fn words(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Json(schema) => kind_words(schema),
            Self::Bytes => "bytes".to_owned(),
        }
    }
}

impl<'d> Answer<'d> {
    /// The content that Rust code gets. JSON counts before other media types, which stay for those who ask for them.
    pub(crate) fn content(&self) -> Content<'d> {
        let json = self.media.iter().filter(|media| is_json(media.name));
        match json.filter_map(|media| media.schema).next() {
            Some(schema) => Content::Json(schema),
            None if self.media.is_empty() => Content::Nothing,
            None => Content::Bytes,
        }
    }

    /// The media types that clients ask for: those of the content that Rust code gets.
    pub(crate) fn asked_media(&self) -> Vec<&'d str> {
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

    /// The status as the name of a variant.
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
    /// The answers of success, where their bodies are of several types: an enum by status then. Statuses come before ranges.
    pub(crate) fn answers_by_status(&self) -> Option<Vec<&Answer<'d>>> {
        // Pages, items and states are looked for in one type.
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

    /// The enum of the answers by status.
    pub(crate) fn answer_type(&self) -> String {
        format!("{}Answer", name::type_name(self.id))
    }
}

//! How a request body travels: which media types go together, and which need a call of their own.

use serde_json::Value;

use super::{Api, Body, Media, Operation, elements, text};
use crate::lower::{is_fields, is_json};

/// How a body is made and encoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Encoding {
    /// A typed value, as JSON, form or text parts.
    Typed,
    /// Parts with files.
    Parts,
    /// A line an item.
    Lines,
    /// Bytes or text as they are.
    Raw,
}

/// Media types that carry the same value in the same way.
pub(crate) struct Variant<'d> {
    pub(crate) encoding: Encoding,
    pub(crate) schema: Option<&'d Value>,
    /// The first is the default.
    pub(crate) media: Vec<&'d str>,
}

impl Variant<'_> {
    /// What the method of an alternative is called after the operation.
    pub(crate) fn suffix(&self) -> String {
        self.media
            .first()
            .map_or_else(String::new, |media| word(media))
    }
}

/// A media type in a word.
pub(crate) fn word(media: &str) -> String {
    match media {
        "application/json" => "json".to_owned(),
        "application/x-www-form-urlencoded" => "form".to_owned(),
        "multipart/form-data" => "multipart".to_owned(),
        "text/plain" => "text".to_owned(),
        "application/octet-stream" => "bytes".to_owned(),
        other => crate::name::field(other),
    }
}

impl<'d> Operation<'d> {
    /// The variants of the body: what the method takes first, then what has methods of its own.
    pub(crate) fn variants(&self, api: &Api<'d>) -> Vec<Variant<'d>> {
        let Some(body) = &self.body else {
            return Vec::new();
        };
        let mut variants: Vec<Variant<'d>> = Vec::new();
        for media in ordered(body) {
            let encoding = self.encoding(api, media);
            let same = variants.iter_mut().find(|known| {
                known.encoding == encoding
                    && (encoding == Encoding::Raw || known.schema == media.schema)
            });
            match same {
                Some(known) => known.media.push(media.name),
                None => variants.push(Variant {
                    encoding,
                    schema: media.schema,
                    media: vec![media.name],
                }),
            }
        }
        variants
    }

    fn encoding(&self, api: &Api<'d>, media: &Media<'d>) -> Encoding {
        if self.has_lines() {
            return Encoding::Lines;
        }
        match media.schema {
            Some(schema) if media.name == "multipart/form-data" && has_files(api, schema) => {
                Encoding::Parts
            }
            Some(_) if is_json(media.name) || is_fields(media.name) => Encoding::Typed,
            _ => Encoding::Raw,
        }
    }

    /// Whether its bodies are lines of JSON, whatever their media type is called.
    pub(crate) fn has_lines(&self) -> bool {
        self.bulk
            .is_some_and(|bulk| text(bulk, "format") == "ndjson")
    }

    /// Whether progenitor's signature is the one that users see: all but parts and lines.
    pub(crate) fn is_signed(&self, api: &Api<'d>) -> bool {
        let first = self.variants(api).first().map(|variant| variant.encoding);
        !matches!(first, Some(Encoding::Parts | Encoding::Lines))
    }
}

/// JSON before fields before the rest: what is typed best is the default.
fn ordered<'b, 'd>(body: &'b Body<'d>) -> impl Iterator<Item = &'b Media<'d>> {
    let rank = |media: &Media<'_>| match media.name {
        name if is_json(name) => 0,
        name if is_fields(name) => 1,
        _ => 2,
    };
    (0..3).flat_map(move |wanted| body.media.iter().filter(move |media| rank(media) == wanted))
}

/// Whether a part of the body is a file.
pub(crate) fn has_files(api: &Api<'_>, schema: &Value) -> bool {
    let is_file = |schema: &Value| text(schema, "format") == "binary";
    api.properties(schema).values().any(|property| {
        let target = api.resolve_schema(property);
        let items = target.get("items").map(|items| api.resolve_schema(items));
        is_file(target)
            || items.is_some_and(is_file)
            || elements(target, "allOf")
                .iter()
                .any(|part| is_file(api.resolve_schema(part)))
    })
}

//! Variants of a request body: media types that share a method, and media types with their own
//! method.

use serde_json::Value;

use super::{Body, Media, Operation, Place};
use crate::media_type::{MediaType, is_json, word};
use crate::model::components::Components;
use crate::model::value::{elements, text};

/// How a body is built and encoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Encoding {
    /// A typed value, as JSON, a form, or a multipart body without files.
    Typed,
    /// A multipart body with files.
    Parts,
    /// One line of JSON per item.
    Lines,
    /// Unmodified bytes or text.
    Raw,
}

/// Media types that encode the same value in the same way.
pub(crate) struct Variant<'d> {
    pub(crate) encoding: Encoding,
    pub(crate) schema: Option<&'d Value>,
    /// Names of the media types. The first is the default.
    pub(crate) media: Vec<&'d str>,
}

impl Variant<'_> {
    /// Returns the word that is appended to the operation's name if the variant has its own method.
    pub(crate) fn suffix(&self) -> String {
        self.media
            .first()
            .map_or_else(String::new, |media| word(media))
    }
}

impl<'d> Operation<'d> {
    /// Returns the variants of the body: first the variant of the main method, then variants with
    /// their own methods.
    pub(crate) fn variants(&self, components: &Components<'d>) -> Vec<Variant<'d>> {
        let Some(body) = &self.body else {
            return Vec::new();
        };
        let mut variants: Vec<Variant<'d>> = Vec::new();
        for media in ordered(body) {
            let encoding = self.encoding(components, media);
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

    /// Returns whether the idempotency key must be a UUID, according to the `format` of the header
    /// or of the property in the JSON body.
    pub(crate) fn has_uuid_key(&self, components: &Components<'d>) -> bool {
        let Some(place) = self.repeat.and_then(|repeat| repeat.get("keyed")) else {
            return false;
        };
        let is_uuid = |schema: &Value| text(schema, "format") == "uuid";
        if place.get("header").is_some() {
            let name = text(place, "header");
            return self.parameters.iter().any(|parameter| {
                parameter.place == Place::Header
                    && parameter.name.eq_ignore_ascii_case(name)
                    && is_uuid(parameter.schema)
            });
        }
        let media = self.body.iter().flat_map(|body| &body.media);
        let schemas = media.filter(|media| is_json(media.name));
        schemas.filter_map(|media| media.schema).any(|schema| {
            let properties = components.properties(schema);
            let property = properties.get(text(place, "body"));
            property.is_some_and(|property| is_uuid(components.resolve_schema(property)))
        })
    }

    fn encoding(&self, components: &Components<'d>, media: &Media<'d>) -> Encoding {
        if self.has_lines() {
            return Encoding::Lines;
        }
        match media.schema {
            Some(schema)
                if MediaType::of(media.name) == MediaType::Multipart
                    && has_files(components, schema) =>
            {
                Encoding::Parts
            }
            Some(_) if is_json(media.name) || MediaType::of(media.name).has_fields() => {
                Encoding::Typed
            }
            _ => Encoding::Raw,
        }
    }

    /// Returns whether the bodies of the operation are NDJSON, regardless of the name of the media
    /// type.
    pub(crate) fn has_lines(&self) -> bool {
        self.bulk
            .is_some_and(|bulk| text(bulk, "format") == "ndjson")
    }

    /// Returns whether users see progenitor's signature. Only operations with an NDJSON body, or
    /// with a multipart body with files, have a different signature.
    pub(crate) fn has_progenitor_signature(&self, components: &Components<'d>) -> bool {
        let first = self
            .variants(components)
            .first()
            .map(|variant| variant.encoding);
        !matches!(first, Some(Encoding::Parts | Encoding::Lines))
    }
}

/// Returns the media types: JSON first, then forms, then all others, so that the body with the most
/// precise type is the default.
fn ordered<'b, 'd>(body: &'b Body<'d>) -> impl Iterator<Item = &'b Media<'d>> {
    let rank = |media: &Media<'_>| match media.name {
        name if is_json(name) => 0,
        name if MediaType::of(name).has_fields() => 1,
        _ => 2,
    };
    (0..3).flat_map(move |wanted| body.media.iter().filter(move |media| rank(media) == wanted))
}

/// Returns whether a part of the body is a file.
pub(crate) fn has_files(components: &Components<'_>, schema: &Value) -> bool {
    let is_file = |schema: &Value| text(schema, "format") == "binary";
    components.properties(schema).values().any(|property| {
        let target = components.resolve_schema(property);
        let items = target
            .get("items")
            .map(|items| components.resolve_schema(items));
        is_file(target)
            || items.is_some_and(is_file)
            || elements(target, "allOf")
                .iter()
                .any(|part| is_file(components.resolve_schema(part)))
    })
}

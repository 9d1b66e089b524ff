//! Changes by the vendor, and whether our spec already contains them.

use super::difference::{Aspect, ChangeKind, Difference};
use super::our_spec::OurSpec;
use super::vendor_document::VendorDocument;
use super::walk::{Walk, plain};
use crate::model::last_pointer_segment;
use crate::spec::finding::Place;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// State of our spec relative to a change by the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// Our spec matches the vendor's old document.
    ToDo,
    /// Our spec matches neither document.
    Differs,
    /// Our spec has no counterpart of the parent node.
    Unknown,
    /// Our spec matches the vendor's new document.
    Done,
}

impl Status {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::ToDo => "to do",
            Self::Differs => "differs from both",
            Self::Unknown => "no counterpart",
            Self::Done => "done",
        }
    }
}

/// A change in the vendor's document.
pub(super) struct UpstreamChange<'w> {
    pub(super) difference: &'w Difference,
    /// Location in the new document, or in the old one for a removal.
    pub(super) place: Place,
    pub(super) status: Status,
    /// Pointers to the counterparts in our spec.
    pub(super) ours: BTreeSet<String>,
    /// Locations of the counterparts, and what a change there affects.
    touches: Vec<(Place, String)>,
}

/// Determines the status of each difference between the old and the new document, by comparing our
/// spec with the new one.
pub(super) fn judge<'w>(
    theirs: &'w Walk,
    ours: &Walk,
    spec: &OurSpec<'_>,
    (old, new): (&VendorDocument, &VendorDocument),
) -> Vec<UpstreamChange<'w>> {
    let by_key: BTreeMap<_, _> = ours
        .differences
        .iter()
        .map(|difference| (difference.key(), difference))
        .collect();
    let mut changes: Vec<UpstreamChange<'w>> = Vec::new();
    for difference in &theirs.differences {
        let same = by_key.get(&difference.key());
        let mut paired = ours
            .first_of
            .get(&difference.owner)
            .cloned()
            .unwrap_or_default();
        if difference.happened == ChangeKind::Removed {
            paired.extend(same.map(|same| same.first.clone()));
        }
        let status = match (difference.happened, same) {
            _ if paired.is_empty() && difference.aspect != Aspect::Operation => Status::Unknown,
            (_, None) => Status::Done,
            (ChangeKind::Added, Some(same)) if same.happened == ChangeKind::Added => Status::ToDo,
            (ChangeKind::Removed, Some(same)) if same.happened == ChangeKind::Removed => {
                Status::ToDo
            }
            (ChangeKind::Changed, Some(same)) if same.was == difference.was => Status::ToDo,
            (_, Some(_)) => Status::Differs,
        };
        let place = match difference.happened {
            ChangeKind::Removed => old.place(&difference.first),
            _ => new.place(&difference.second),
        };
        let touches: BTreeSet<(Place, String)> = paired
            .iter()
            .map(|pointer| (spec.document.place(pointer), spec.touched(pointer)))
            .collect();
        changes.push(UpstreamChange {
            difference,
            place,
            status,
            ours: paired,
            touches: touches.into_iter().collect(),
        });
    }
    changes.sort_by(|one, other| {
        let key = |change: &UpstreamChange<'_>| {
            (
                change.status,
                change.place.clone(),
                change.difference.name.clone(),
            )
        };
        key(one).cmp(&key(other))
    });
    changes
}

impl UpstreamChange<'_> {
    /// Describes the change without its locations, as in ``added property `note` of Wallet``.
    pub(super) fn what(&self) -> String {
        let Difference {
            aspect,
            happened,
            name,
            first,
            second,
            owner,
            was,
            now,
            ..
        } = self.difference;
        let (happened, noun) = (happened.word(), aspect.noun());
        match (aspect, self.difference.happened) {
            (Aspect::Operation, _) => {
                let pointer = match self.difference.happened {
                    ChangeKind::Removed => first,
                    _ => second,
                };
                format!("{happened} {noun} `{}`", subject(pointer))
            }
            (Aspect::Body, _) => format!("{happened} {noun} of {}", subject(owner)),
            (Aspect::Required, _) => {
                let word = |is: &Value| {
                    if *is == Value::Bool(true) {
                        "required"
                    } else {
                        "optional"
                    }
                };
                format!(
                    "{} became {}, was {}",
                    subject(second),
                    word(now),
                    word(was)
                )
            }
            (_, ChangeKind::Changed) => {
                let name = if name.is_empty() { noun } else { name };
                format!(
                    "{happened} {name} of {}: `{}`, was `{}`",
                    subject(second),
                    plain(now),
                    plain(was)
                )
            }
            _ => format!("{happened} {noun} `{name}` of {}", subject(owner)),
        }
    }

    pub(super) fn json(&self) -> Value {
        let touches = self.touches.iter().map(
            |(place, what)| json!({"file": place.file.as_ref(), "line": place.line, "what": what}),
        );
        json!({
            "happened": self.difference.happened.word(),
            "aspect": self.difference.aspect.noun(),
            "name": self.difference.name,
            "what": self.what(),
            "file": self.place.file.as_ref(),
            "line": self.place.line,
            "status": self.status.word(),
            "touches": touches.collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for UpstreamChange<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let touches: Vec<String> = self
            .touches
            .iter()
            .map(|(place, what)| format!("{what} at {place}"))
            .collect();
        let touches = if touches.is_empty() {
            String::new()
        } else {
            format!(" [ours: {}]", touches.join("; "))
        };
        write!(
            out,
            "{}: {}: {}{touches}",
            self.place,
            self.status.word(),
            escape(&self.what())
        )
    }
}

/// Escapes control characters, such as line breaks, in text from a document.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// Describes a node of a document, such as `Wallet.owner` or `GET /wallets 200`.
pub(super) fn subject(pointer: &str) -> String {
    let steps: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(last_pointer_segment)
        .collect();
    let (mut words, rest) = match steps.first().map(String::as_str) {
        Some("paths") => match &steps[1..] {
            [path, method, rest @ ..] => (format!("{} {path}", method.to_uppercase()), rest),
            rest => (rest.join(" "), &[][..]),
        },
        Some("components") => match &steps[1..] {
            [_, name, rest @ ..] => (name.clone(), rest),
            rest => (rest.join(" "), &[][..]),
        },
        _ => return "the document".to_owned(),
    };
    let mut rest = rest.iter();
    while let Some(step) = rest.next() {
        match step.as_str() {
            "properties" => words.extend(rest.next().map(|name| format!(".{name}"))),
            "items" => words.push_str("[]"),
            "responses" | "headers" => words.extend(rest.next().map(|name| format!(" {name}"))),
            "requestBody" => words.push_str(" body"),
            "parameters" => words.extend(rest.next().map(|index| format!(" parameter {index}"))),
            "content" | "oneOf" | "anyOf" | "allOf" => drop(rest.next()),
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::subject;

    #[test]
    fn a_pointer_is_described_in_words() {
        for (pointer, words) in [
            (
                "/components/schemas/Wallet/properties/owner/items/properties/id",
                "Wallet.owner[].id",
            ),
            ("/paths/~1items~1{id}/get", "GET /items/{id}"),
            (
                "/paths/~1items/post/requestBody/content/application~1json/schema/properties/a",
                "POST /items body.a",
            ),
            ("/paths/~1items/get/responses/200", "GET /items 200"),
            ("/components/schemas/A/allOf/0/properties/b", "A.b"),
            ("/info", "the document"),
        ] {
            assert_eq!(subject(pointer), words);
        }
    }
}

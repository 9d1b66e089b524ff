//! The document during the conversion, with the source location of each node.

use super::read::Source;
use super::report::{Report, Section, SourceLocation};
use crate::spec::pointer::below;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// State that the passes work on. `document` and `notes` are separate fields, so that a pass can
/// report something while it changes a node.
#[derive(Debug)]
pub(super) struct Draft {
    /// The document that the passes convert: at first the source, and after the last pass the
    /// complete spec.
    pub(super) document: Value,
    pub(super) notes: Notes,
}

/// The report of the passes, with the data for locating its entries in the source.
#[derive(Debug)]
pub(super) struct Notes {
    /// Name of the spec's folder below `specs/`.
    pub(super) name: String,
    pub(super) report: Report,
    source: Source,
    /// Maps the pointers of moved and derived nodes in the draft to the corresponding pointers in
    /// the source. Children move with their parents.
    origins: BTreeMap<String, String>,
}

impl Draft {
    pub(super) fn new(name: &str, source: Source) -> Self {
        let mut report = Report::default();
        for (line, what) in &source.remarks {
            report.add(
                Section::Loss,
                "reading",
                what.clone(),
                SourceLocation::Line(*line),
            );
        }
        Self {
            document: source.root.clone(),
            notes: Notes {
                name: name.to_owned(),
                report,
                source,
                origins: BTreeMap::new(),
            },
        }
    }
}

impl Notes {
    /// Returns the source pointer of a node in the draft.
    pub(super) fn origin(&self, pointer: &str) -> String {
        let mut end = pointer.len();
        loop {
            if let Some(origin) = self.origins.get(&pointer[..end]) {
                return format!("{origin}{}", &pointer[end..]);
            }
            match pointer[..end].rfind('/') {
                Some(slash) => end = slash,
                None => return pointer.to_owned(),
            }
        }
    }

    /// Returns the source line of a node in the draft, or of its nearest ancestor.
    pub(super) fn line(&self, pointer: &str) -> usize {
        self.source.line(&self.origin(pointer))
    }

    /// Records that the node at `new` was at `old` in the draft, or was derived from that node.
    pub(super) fn moved(&mut self, new: &str, old: &str) {
        self.moved_all([(new.to_owned(), old.to_owned())]);
    }

    /// Records several simultaneous moves, such as renaming all paths, as pairs of new and old
    /// pointers.
    pub(super) fn moved_all(&mut self, moves: impl IntoIterator<Item = (String, String)>) {
        // Entries inside a node move with it.
        let mut found: Vec<(String, String)> = Vec::new();
        let mut news = Vec::new();
        for (new, old) in moves {
            let inside = inside(&self.origins, &old);
            found.extend(
                inside.map(|(at, origin)| (format!("{new}{}", &at[old.len()..]), origin.clone())),
            );
            found.push((new.clone(), self.origin(&old)));
            news.push(new);
        }
        for new in news {
            let stale: Vec<String> = inside(&self.origins, &new)
                .map(|(at, _)| at.clone())
                .collect();
            for at in stale {
                self.origins.remove(&at);
            }
        }
        self.origins.extend(found);
    }

    /// Reports an open question; `text` contains the question, the assumed default, and where to
    /// change it.
    pub(super) fn question(&mut self, topic: &'static str, pointer: &str, text: impl Into<String>) {
        self.add(Section::Question, topic, pointer, text);
    }

    /// Reports an extension that the import added because the document strongly suggests it.
    pub(super) fn proposal(&mut self, topic: &'static str, pointer: &str, text: impl Into<String>) {
        self.add(Section::Proposal, topic, pointer, text);
    }

    /// Reports something in the document that the crate doesn't support.
    pub(super) fn loss(&mut self, topic: &'static str, pointer: &str, text: impl Into<String>) {
        self.add(Section::Loss, topic, pointer, text);
    }

    /// Reports something that the spec expresses differently from the document.
    pub(super) fn change(&mut self, topic: &'static str, pointer: &str, text: impl Into<String>) {
        self.add(Section::Change, topic, pointer, text);
    }

    /// Drops and reports unsupported extensions of a schema, because they would make equal schemas
    /// differ. Keeps `x-nullable`, which a later pass reads.
    pub(super) fn drop_unsupported_extensions(
        &mut self,
        pointer: &str,
        schema: &mut Map<String, Value>,
    ) {
        schema.retain(|key, _| {
            let stays = !key.starts_with("x-") || key.starts_with("x-sdk-") || key == "x-nullable";
            if !stays {
                self.loss("extensions", &below(pointer, key), format!("`{key}`"));
            }
            stays
        });
    }

    fn add(&mut self, section: Section, topic: &'static str, at: &str, text: impl Into<String>) {
        let origin = self.origin(at);
        let spot = match self.source.has_short_lines() {
            true => SourceLocation::Line(self.source.line(&origin)),
            false => SourceLocation::Pointer(origin),
        };
        self.report.add(section, topic, text, spot);
    }

    /// Returns an error with the file and line for a document that can't be imported.
    pub(super) fn refusal(&self, pointer: &str, what: impl std::fmt::Display) -> anyhow::Error {
        anyhow::anyhow!("{}:{}: {what}", self.source.file, self.line(pointer))
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }
}

/// Returns the entries below a pointer.
fn inside<'o>(
    origins: &'o BTreeMap<String, String>,
    pointer: &str,
) -> impl Iterator<Item = (&'o String, &'o String)> {
    let prefix = format!("{pointer}/");
    let from = origins.range(prefix.clone()..);
    from.take_while(move |(at, _)| at.starts_with(&prefix))
}

/// Returns the pointer of a component.
pub(super) fn component(section: &str, name: &str) -> String {
    below(&format!("/components/{section}"), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moved_and_swapped_nodes_and_their_children_keep_their_source_lines() {
        let text = b"a:\n  x: 1\nb:\n  x: 2\n".to_vec();
        let mut draft = Draft::new("acme", Source::parse("f.yaml", &text).unwrap());
        draft.notes.moved_all([
            ("/a".to_owned(), "/b".to_owned()),
            ("/b".to_owned(), "/a".to_owned()),
        ]);
        draft.notes.moved("/c", "/a/x");
        assert_eq!(draft.notes.line("/a/x"), 4);
        assert_eq!(draft.notes.line("/b/x/deeper"), 2);
        assert_eq!(draft.notes.line("/c"), 4);
        assert_eq!(draft.notes.refusal("/b", "no").to_string(), "f.yaml:1: no");
    }
}

//! Questions, proposals, losses and changes of an import, each with its locations in the source:
//! the contents of `IMPORT.md`.

pub(super) mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The sections of `IMPORT.md`, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    /// The document doesn't specify something; the import chose the safest default.
    Question,
    /// The import added an extension because the document strongly suggests it.
    Proposal,
    /// The crate doesn't support something in the document.
    Loss,
    /// The spec expresses something differently from the document.
    Change,
}

impl Section {
    const ALL: [Section; 4] = [
        Section::Question,
        Section::Proposal,
        Section::Loss,
        Section::Change,
    ];

    fn heading(self) -> (&'static str, &'static str) {
        match self {
            Section::Question => (
                "Questions",
                "The document does not answer these questions. Each entry states the default that the import chose, and where to change it.",
            ),
            Section::Proposal => (
                "Proposals",
                "The import derived these extensions from the structure of the document. Check them against the documentation of the API, and remove any that are wrong.",
            ),
            Section::Loss => (
                "Losses",
                "The document contains the following items, but the crate does not support them.",
            ),
            Section::Change => (
                "Changes",
                "The spec expresses the following items differently from the document, with the same meaning.",
            ),
        }
    }
}

/// All entries; equal ones are combined.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Text and locations of the entries by section and topic.
    entries: BTreeMap<(Section, &'static str), BTreeMap<String, BTreeSet<SourceLocation>>>,
}

/// Location of an entry in the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SourceLocation {
    /// A line number, counted from 1.
    Line(usize),
    /// A JSON pointer, for sources whose lines are too long for line numbers to help.
    Pointer(String),
}

/// Maximum number of pointers shown per entry. Line numbers are short, so all of them are shown.
const MAX_POINTERS: usize = 8;

impl Report {
    /// Adds an entry about a location in the source. `topic` is the heading above the entry, such
    /// as `operation ids`.
    pub(super) fn add(
        &mut self,
        section: Section,
        topic: &'static str,
        text: impl Into<String>,
        spot: SourceLocation,
    ) {
        let texts = self.entries.entry((section, topic)).or_default();
        texts
            .entry(one_line(&text.into()))
            .or_default()
            .insert(spot);
    }

    /// Returns the number of entries in a section, counting an entry once for each location.
    pub(super) fn count(&self, section: Section) -> usize {
        let of_section = |((of, _), _): &(&(Section, &str), _)| *of == section;
        self.entries
            .iter()
            .filter(of_section)
            .flat_map(|(_, texts)| texts.values())
            .map(BTreeSet::len)
            .sum()
    }

    /// Returns the contents of `IMPORT.md` for a document with this title and file name.
    pub(super) fn markdown(&self, title: &str, file: &str) -> String {
        let mut out = format!(
            "# Import of {}\n\nSource: `{}`. Locations in parentheses are line numbers in the source, or JSON pointers if its lines are too long. `cargo xtask import` overwrites this file, so edits are lost.\n",
            escape(&one_line(title)),
            file.replace('`', "'"),
        );
        for section in Section::ALL {
            let count = self.count(section);
            if count == 0 {
                continue;
            }
            let (heading, about) = section.heading();
            let _ = write!(out, "\n## {heading} ({count})\n\n{about}\n");
            for ((of, topic), texts) in &self.entries {
                if *of != section {
                    continue;
                }
                let count: usize = texts.values().map(BTreeSet::len).sum();
                let _ = write!(out, "\n### {topic} ({count})\n\n");
                for (text, lines) in texts {
                    let _ = writeln!(out, "- {} ({})", escape(text), places(lines));
                }
            }
        }
        out
    }
}

fn places(spots: &BTreeSet<SourceLocation>) -> String {
    let mut shown = Vec::new();
    let mut pointers = 0;
    for spot in spots {
        match spot {
            SourceLocation::Line(line) => shown.push(line.to_string()),
            SourceLocation::Pointer(pointer) => {
                pointers += 1;
                if pointers <= MAX_POINTERS {
                    shown.push(format!("`{}`", one_line(pointer).replace('`', "'")));
                }
            }
        }
    }
    if pointers > MAX_POINTERS {
        shown.push(format!("and {} more", pointers - MAX_POINTERS));
    }
    shown.join(", ")
}

/// Returns the text on one line, with control characters, invisible characters and direction marks
/// escaped.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            other if other.is_control() || text::is_invisible(other) => {
                let _ = write!(out, "{}", other.escape_unicode());
            }
            other => out.push(other),
        }
    }
    out
}

/// Escapes text from the source so that it contains no HTML, links or headings. Code spans are
/// kept.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for character in text.chars() {
        if character == '`' {
            in_code = !in_code;
        } else if !in_code && matches!(character, '<' | '>' | '[' | ']' | '*' | '\\' | '|' | '#') {
            out.push('\\');
        }
        out.push(character);
    }
    if in_code {
        out.push('`');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_entries_are_combined_with_all_their_lines() {
        let mut report = Report::default();
        report.add(
            Section::Loss,
            "keys",
            "`xml` is not read",
            SourceLocation::Line(9),
        );
        report.add(
            Section::Loss,
            "keys",
            "`xml` is not read",
            SourceLocation::Line(3),
        );
        report.add(
            Section::Question,
            "repeats",
            "Which calls may be repeated?",
            SourceLocation::Line(1),
        );
        let text = report.markdown("Acme", "acme.json");
        assert!(
            text.contains("### keys (2)\n\n- `xml` is not read (3, 9)\n"),
            "{text}"
        );
        let (questions, losses) = (text.find("## Questions (1)"), text.find("## Losses (2)"));
        assert!(questions.is_some() && questions < losses, "{text}");
    }

    #[test]
    fn text_from_the_document_cannot_inject_markup_or_lines() {
        let mut report = Report::default();
        report.add(
            Section::Change,
            "names",
            "a\n## <b>[x](y)\u{202e}\u{0}`",
            SourceLocation::Line(1),
        );
        let text = report.markdown("T\n# <i>", "f`.json");
        assert!(
            !text.contains("<b>") && !text.contains("\n## \\<"),
            "{text}"
        );
        assert!(!text.contains(['\u{202e}', '\u{0}']), "{text}");
    }
}

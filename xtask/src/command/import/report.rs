//! Changes, losses, questions and proposals of an import, each with the lines of the source: the
//! text of `IMPORT.md`.

pub(super) mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What an entry asks of the reader; the sections of `IMPORT.md`, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    /// The document leaves it open; the import chose the default that loses or risks least.
    Question,
    /// The import wrote an extension because the shape of the document is unmistakable.
    Proposal,
    /// The crate doesn't support something in the document.
    Loss,
    /// The spec expresses something in another way.
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
                "The document does not answer these. Each entry names the default that the import took, and where to change it.",
            ),
            Section::Proposal => (
                "Proposals",
                "Taken from the shape of the document. Check them against the documentation of the API; remove what is wrong.",
            ),
            Section::Loss => (
                "Losses",
                "The document says this, and the crate does not do it.",
            ),
            Section::Change => (
                "Changes",
                "The spec says the same as the document, in the house form.",
            ),
        }
    }
}

/// All entries, with equal ones folded.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Section, topic and text of each entry, with its places.
    entries: BTreeMap<(Section, &'static str), BTreeMap<String, BTreeSet<Spot>>>,
}

/// The place of an entry in the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    /// One-based.
    Line(usize),
    /// A JSON pointer, for sources whose lines are too long to find anything in.
    Pointer(String),
}

/// Pointers shown per entry; lines are short and all shown.
const MOST_POINTERS: usize = 8;

impl Report {
    /// Adds an entry about a line of the source. `topic` names the group, such as `operation ids`.
    pub(super) fn add(
        &mut self,
        section: Section,
        topic: &'static str,
        text: impl Into<String>,
        spot: Spot,
    ) {
        let texts = self.entries.entry((section, topic)).or_default();
        texts
            .entry(one_line(&text.into()))
            .or_default()
            .insert(spot);
    }

    /// Number of entries in a section; each line counts.
    pub(super) fn count(&self, section: Section) -> usize {
        let of_section = |((of, _), _): &(&(Section, &str), _)| *of == section;
        self.entries
            .iter()
            .filter(of_section)
            .flat_map(|(_, texts)| texts.values())
            .map(BTreeSet::len)
            .sum()
    }

    /// Text of `IMPORT.md`; of the document's path, only the file name appears.
    pub(super) fn markdown(&self, title: &str, file: &str) -> String {
        let mut out = format!(
            "# Import of {}\n\nSource: `{}`. The places in parentheses are its lines, or JSON pointers if its lines are too long. `cargo xtask import` writes this file; edits are lost.\n",
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

fn places(spots: &BTreeSet<Spot>) -> String {
    let mut shown = Vec::new();
    let mut pointers = 0;
    for spot in spots {
        match spot {
            Spot::Line(line) => shown.push(line.to_string()),
            Spot::Pointer(pointer) => {
                pointers += 1;
                if pointers <= MOST_POINTERS {
                    shown.push(format!("`{}`", one_line(pointer).replace('`', "'")));
                }
            }
        }
    }
    if pointers > MOST_POINTERS {
        shown.push(format!("and {} more", pointers - MOST_POINTERS));
    }
    shown.join(", ")
}

/// The text on one line, with control characters and direction marks escaped.
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

/// Text of the source as Markdown without HTML, links or headings. Code spans stay.
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
    fn equal_entries_are_one_with_all_their_lines() {
        let mut report = Report::default();
        report.add(Section::Loss, "keys", "`xml` is not read", Spot::Line(9));
        report.add(Section::Loss, "keys", "`xml` is not read", Spot::Line(3));
        report.add(
            Section::Question,
            "repeats",
            "Which calls may be repeated?",
            Spot::Line(1),
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
    fn text_of_the_document_is_neither_markup_nor_a_line_of_its_own() {
        let mut report = Report::default();
        report.add(
            Section::Change,
            "names",
            "a\n## <b>[x](y)\u{202e}\u{0}`",
            Spot::Line(1),
        );
        let text = report.markdown("T\n# <i>", "f`.json");
        assert!(
            !text.contains("<b>") && !text.contains("\n## \\<"),
            "{text}"
        );
        assert!(!text.contains(['\u{202e}', '\u{0}']), "{text}");
    }
}

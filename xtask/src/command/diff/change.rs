//! A change to a document, and the collection of changes.

use super::rule::{Rule, Verdict};
use crate::spec::finding::Place;
use std::fmt;

/// A change from the point of view of a crate's user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) rule: Rule,
    /// The changed part of the API, such as `list_items` or `Item::color`.
    pub(crate) subject: String,
    /// Description of the change, such as `is now deprecated`, without a period.
    pub(crate) what: String,
    pub(crate) place: Place,
    /// Whether `place` refers to the base revision, usually because the node was removed.
    pub(crate) at_base: bool,
}

impl Change {
    pub(crate) fn verdict(&self) -> Verdict {
        self.rule.verdict()
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            subject,
            what,
            place,
            ..
        } = self;
        let at = if self.at_base { " (in the base)" } else { "" };
        let (verdict, name, why) = (rule.verdict().word(), rule.name(), rule.why());
        let line = format!("{verdict}: {name}: `{subject}`: {what} ({why})");
        write!(out, "{place}{at}: ")?;
        // Names in a document may contain line breaks and terminal escapes.
        for character in line.chars() {
            if character.is_control() {
                write!(out, "{}", character.escape_default())?;
            } else {
                write!(out, "{character}")?;
            }
        }
        Ok(())
    }
}

/// The changes found so far.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) found: Vec<Change>,
}

impl Changes {
    /// Records a change to a node of the new document.
    pub(super) fn add(
        &mut self,
        rule: Rule,
        place: Place,
        subject: impl Into<String>,
        what: impl Into<String>,
    ) {
        self.push(rule, place, false, subject.into(), what.into());
    }

    /// Records a change to a node of the base, usually its removal.
    pub(super) fn add_at_base(
        &mut self,
        rule: Rule,
        place: Place,
        subject: impl Into<String>,
        what: impl Into<String>,
    ) {
        self.push(rule, place, true, subject.into(), what.into());
    }

    fn push(&mut self, rule: Rule, place: Place, at_base: bool, subject: String, what: String) {
        self.found.push(Change {
            rule,
            subject,
            what,
            place,
            at_base,
        });
    }

    /// Returns the changes without duplicates, sorted by severity (most severe first), then by
    /// place.
    pub(super) fn sorted(mut self) -> Vec<Change> {
        let key = |change: &Change| {
            let Change {
                rule,
                subject,
                what,
                place,
                ..
            } = change.clone();
            (
                std::cmp::Reverse(rule.verdict()),
                place,
                rule.name(),
                subject,
                what,
            )
        };
        self.found.sort_by_cached_key(key);
        self.found.dedup();
        self.found
    }
}

//! Line-based edits of spec files, and the resulting patch.

use similar::TextDiff;
use std::collections::BTreeMap;

/// Edits by file path below the workspace root.
#[derive(Default)]
pub(super) struct Edits {
    files: BTreeMap<String, FileEdits>,
}

#[derive(Default)]
struct FileEdits {
    /// Lines to insert, by the number of the line before them.
    after: BTreeMap<usize, Vec<String>>,
    replaced: BTreeMap<usize, String>,
}

impl Edits {
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Inserts lines after the line with this number, counted from 1.
    pub(super) fn insert(&mut self, file: &str, after: usize, lines: Vec<String>) {
        let edits = self.files.entry(file.to_owned()).or_default();
        edits.after.entry(after).or_default().extend(lines);
    }

    /// Replaces a line; a second edit of the line applies to the result of the first.
    pub(super) fn replace(
        &mut self,
        file: &str,
        number: usize,
        text: &str,
        edit: impl FnOnce(&str) -> String,
    ) {
        let edits = self.files.entry(file.to_owned()).or_default();
        let line = edits.replaced.get(&number).map_or(text, String::as_str);
        let line = edit(line);
        edits.replaced.insert(number, line);
    }

    /// Returns the edited files. `text_of` returns the current contents of a file.
    pub(super) fn apply<'t>(
        &self,
        text_of: impl Fn(&str) -> Option<&'t str>,
    ) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for (file, edits) in &self.files {
            let mut text = String::new();
            for (index, line) in text_of(file).unwrap_or_default().lines().enumerate() {
                let number = index + 1;
                text.push_str(edits.replaced.get(&number).map_or(line, String::as_str));
                text.push('\n');
                for line in edits.after.get(&number).into_iter().flatten() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            files.insert(file.clone(), text);
        }
        files
    }
}

/// Returns a patch for `git apply` that produces the edited files.
pub(super) fn patch<'t>(
    files: &BTreeMap<String, String>,
    text_of: impl Fn(&str) -> Option<&'t str>,
) -> String {
    let mut patch = String::new();
    for (file, text) in files {
        let before = text_of(file).unwrap_or_default();
        let diff = TextDiff::from_lines(before, text);
        let (from, to) = (format!("a/{file}"), format!("b/{file}"));
        patch.push_str(
            &diff
                .unified_diff()
                .context_radius(3)
                .header(&from, &to)
                .to_string(),
        );
    }
    patch
}

/// Returns the number of the last line of the block that starts on line `first`. The block
/// continues with more deeply indented lines and, below a key, with list items at the same level.
pub(super) fn block_end(text: &str, first: usize) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let Some(head) = first.checked_sub(1).and_then(|index| lines.get(index)) else {
        return first;
    };
    let own = indent(head);
    let is_item = head.trim_start().starts_with("- ");
    let mut end = first;
    for (index, line) in lines.iter().enumerate().skip(first) {
        if line.trim().is_empty() {
            continue;
        }
        let is_below = indent(line) > own
            || (!is_item && indent(line) == own && line.trim_start().starts_with("- "));
        if !is_below {
            break;
        }
        end = index + 1;
    }
    end
}

/// Returns the number of leading spaces.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::{Edits, block_end, patch};

    const TEXT: &str =
        "a:\n  b:\n    c: 1\n\n    d: >-\n      text\n  e:\n  - 1\n  - 2\n  f: [x]\n";

    #[test]
    fn a_block_ends_before_the_next_key_at_its_level() {
        for (first, last) in [
            (1, 10),
            (2, 6),
            (3, 3),
            (5, 6),
            (7, 9),
            (8, 8),
            (10, 10),
            (99, 99),
        ] {
            assert_eq!(block_end(TEXT, first), last, "line {first}");
        }
    }

    #[test]
    fn edits_become_a_patch_with_context_lines() {
        let mut edits = Edits::default();
        edits.insert("s.yaml", 3, vec!["    new: 2".to_owned()]);
        edits.replace("s.yaml", 10, "  f: [x]", |line| line.replace(']', ", y]"));
        let files = edits.apply(|_| Some(TEXT));
        let patch = patch(&files, |_| Some(TEXT));
        assert!(
            patch.starts_with(
                "--- a/s.yaml\n+++ b/s.yaml\n@@ -1,10 +1,11 @@\n a:\n   b:\n     c: 1\n+    new: 2\n"
            ),
            "{patch}"
        );
        assert!(patch.ends_with("-  f: [x]\n+  f: [x, y]\n"), "{patch}");
    }
}

//! Rule: no stubs, no debug output, and no notes without an issue number.

use super::tree::Tree;
use super::violation::violation;
use crate::spec::finding::Finding;

const MACROS: [&str; 3] = ["dbg", "todo", "unimplemented"];
/// Words that mark notes, split into parts so that this file passes the check.
const NOTES: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in tree.sources() {
        for (number, line) in source.lines() {
            let is_called = |name: &&&str| {
                let call = format!("{name}!(");
                line.match_indices(&call)
                    .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
            };
            if let Some(name) = MACROS.iter().find(is_called) {
                let what = format!("`{name}!` is left over");
                found.push(violation(
                    source.path,
                    number,
                    "leftover",
                    what,
                    "write the missing code, or remove it",
                ));
            }
            let comment = line.split_once("//").map_or("", |(_, comment)| comment);
            let is_noted = |note: &&&str| {
                let words = |c: char| !c.is_alphanumeric() && c != '#';
                comment.split(words).any(|word| word == **note) && !comment.contains('#')
            };
            if let Some(note) = NOTES.iter().find(is_noted) {
                let what = format!("a {note} without an issue");
                let to_do = "do it, or file an issue and add its number, such as #12";
                found.push(violation(source.path, number, "leftover", what, to_do));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{NOTES, check};
    use crate::command::tidy::said;

    #[test]
    fn stubs_and_notes_without_an_issue_are_found() {
        let stub = format!("let a = {}!();\nlog_{0}!(a);\n", "dbg");
        let note = format!(
            "// {} later\n// {0} later, #12\nlet a = \"{0}\";\n",
            NOTES[0]
        );
        let files = [("xtask/src/a.rs", stub.as_str()), ("xtask/src/b.rs", &note)];
        assert_eq!(
            said(check, &files),
            [
                "xtask/src/a.rs:1: leftover: `dbg!` is left over (write the missing code, or remove it)"
                    .to_owned(),
                format!(
                    "xtask/src/b.rs:1: leftover: a {} without an issue (do it, or file an issue and add its number, such as #12)",
                    NOTES[0]
                ),
            ]
        );
    }
}

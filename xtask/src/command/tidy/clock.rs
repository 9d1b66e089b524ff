//! Rule: deadlines use tokio's clock, and wall time is read from the clock that is passed in.

use super::tree::{Source, Tree};
use super::violation::violation;
use crate::spec::finding::Finding;

/// The only file of a crate that may read the wall clock.
const WALL_CLOCK: &str = "/wall_clock.rs";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in tree.sources() {
        let is_source = source.path.starts_with("crates/") && source.path.contains("/src/");
        if !is_source || source.path.ends_with(WALL_CLOCK) {
            continue;
        }
        let takes_std = has_std_instant(source);
        for (number, line) in source.lines() {
            let code = line.split("//").next().unwrap_or(line);
            let what = if code.contains("SystemTime::now") {
                "the code reads the wall clock"
            } else if code.contains("Instant::now")
                && (takes_std && !code.contains("tokio::time::"))
            {
                "the code reads a clock other than tokio's"
            } else {
                continue;
            };
            let to_do = "get wall time from a `WallClock`, and instants from `tokio::time`, because tests can pause its clock";
            found.push(violation(
                source.path,
                number,
                "clock",
                what.to_owned(),
                to_do,
            ));
        }
    }
    found
}

/// Returns whether `Instant` in a file might be a type other than tokio's.
fn has_std_instant(source: Source<'_>) -> bool {
    let takes = |from: &str| {
        let text = source.text;
        let is_imported = |line: &str| {
            line.trim_start().starts_with("use ") && line.contains(from) && line.contains("Instant")
        };
        text.contains(&format!("{from}::Instant")) || text.lines().any(is_imported)
    };
    takes("std::time") || !takes("tokio::time")
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::command::tidy::said;

    #[test]
    fn clocks_that_tests_cannot_pause_are_found() {
        let files = [
            (
                "crates/sdk-runtime/src/a.rs",
                "use std::time::SystemTime;\nlet now = SystemTime::now();\n",
            ),
            (
                "crates/sdk-runtime/src/b.rs",
                "use tokio::time::{Duration, Instant};\nInstant::now();\n",
            ),
            (
                "crates/sdk-runtime/src/c.rs",
                "use std::time::{Duration, Instant};\nInstant::now();\n",
            ),
            (
                "crates/sdk-runtime/src/d.rs",
                "std::time::Instant::now();\n",
            ),
            (
                "crates/sdk-runtime/src/e.rs",
                "tokio::time::Instant::now();\n// SystemTime::now\n",
            ),
            (
                "crates/sdk-runtime/src/wall_clock.rs",
                "SystemTime::now()\n",
            ),
            ("xtask/src/generate.rs", "std::time::Instant::now()\n"),
        ];
        let to_do = "(get wall time from a `WallClock`, and instants from `tokio::time`, because tests can pause its clock)";
        let instant = format!("clock: the code reads a clock other than tokio's {to_do}");
        assert_eq!(
            said(check, &files),
            [
                format!(
                    "crates/sdk-runtime/src/a.rs:2: clock: the code reads the wall clock {to_do}"
                ),
                format!("crates/sdk-runtime/src/c.rs:2: {instant}"),
                format!("crates/sdk-runtime/src/d.rs:1: {instant}"),
            ]
        );
    }
}

//! The page with the outcomes of all documents.

use std::fmt::Write as _;

use super::outcome::{OURS, Outcome, Stage};
use super::sample::Rule;

/// Returns the page: the rule, the totals, one row per document in sample order, and the comparison
/// with other generators.
pub(super) fn page(rule: &Rule, date: &str, outcomes: &[Outcome]) -> String {
    let mut text = format!(
        "# Public documents\n\n\
         Results of {date} for {} of the {} documents that the rule in `xtask/corpus/sample.toml` selects from the npm package `{}` {}, with the seed `{}`. To repeat the run:\n\n\
         ```sh\n\
         npm pack {}@{} && tar xzf {}-{}.tgz\n\
         cargo xtask corpus package/api --until test --peers --record\n\
         ```\n\n\
         | step | documents that pass it | their operations |\n| --- | --- | --- |\n",
        outcomes.len(),
        rule.count,
        rule.package,
        rule.version,
        rule.seed,
        rule.package,
        rule.version,
        rule.package,
        rule.version,
    );
    for stage in Stage::ALL {
        let taken = outcomes.iter().any(|one| one.has(stage));
        if taken {
            let passed: Vec<_> = outcomes.iter().filter(|one| one.passed(stage)).collect();
            let operations: usize = passed.iter().map(|one| one.operations).sum();
            let _ = writeln!(
                text,
                "| {} | {} | {operations} |",
                stage.name(),
                passed.len()
            );
        }
    }
    text.push_str(
        "\nTimes are seconds of processor time. `check` is `cargo check` of the crate with its tests and example, \
         without dependencies; `memory` is the peak memory of its largest process.\n\n\
         | document | operations | import | generate | check | memory | first error |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for one in outcomes {
        let time = |stage: Stage| match one.steps.get(stage.name()) {
            Some((time, _)) => format!("{:.1}", *time as f64 / 1e3),
            None => String::new(),
        };
        let memory = match one.steps.get(Stage::Check.name()) {
            Some((_, memory)) => format!("{:.2} GB", *memory as f64 / 1e9),
            None => String::new(),
        };
        let error = match &one.failed {
            Some((stage, error)) => format!("{stage}: `{}`", cell_text(error)),
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {memory} | {error} |",
            cell_text(&one.path),
            one.operations,
            time(Stage::Import),
            time(Stage::Generate),
            time(Stage::Check),
        );
    }
    text.push_str(&libraries(outcomes));
    text
}

/// Minimum number of operations that makes the fixed cost of running the compiler negligible.
const LARGE: usize = 50;

/// Returns the comparison of the generators by the cost of checking their libraries, without tests
/// and dependencies.
fn libraries(outcomes: &[Outcome]) -> String {
    let compared = || outcomes.iter().filter(|one| !one.libraries.is_empty());
    let mut names: Vec<&String> = compared().flat_map(|one| one.libraries.keys()).collect();
    names.sort_by_key(|name| (*name != OURS, *name));
    names.dedup();
    if names.is_empty() {
        return String::new();
    }
    let mut text = "\n## Comparison with other generators\n\n\
         Processor time and peak memory of `cargo check --lib`, for the crates that the generators create from the same document. The \
         values in parentheses are the time and memory of xtask as a fraction of those of the other generator. `-` means that the \
         generator or the compiler fails.\n\n"
        .to_owned();
    for name in &names {
        let costs = compared().filter_map(|one| Some((one, one.cost(name)?)));
        let count = costs.clone().count();
        let _ = write!(text, "- {name}: {count} of {} compile", compared().count());
        text.push('\n');
        for least in [0, LARGE] {
            let large = costs.clone().filter(|(one, _)| one.operations >= least);
            let pairs = large.filter_map(|(one, cost)| Some((one.cost(OURS)?, cost)));
            let pairs: Vec<_> = pairs.filter(|_| *name != OURS).collect();
            if let Some(shares) = shares(&pairs) {
                let _ = writeln!(
                    text,
                    "  - {least} operations or more, {} documents: {shares}",
                    pairs.len()
                );
            }
        }
    }
    let cells: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    let _ = write!(
        text,
        "\n| document | operations | {} |\n",
        cells.join(" | ")
    );
    let _ = writeln!(text, "| --- | --- |{}", " --- |".repeat(names.len()));
    for one in compared() {
        let _ = write!(text, "| {} | {} |", cell_text(&one.path), one.operations);
        for name in &names {
            let Some(cost) = one.cost(name) else {
                text.push_str(" - |");
                continue;
            };
            let _ = write!(
                text,
                " {:.1} s, {:.2} GB",
                cost.0 as f64 / 1e3,
                cost.1 as f64 / 1e9
            );
            if let Some(own) = one.cost(OURS).filter(|_| *name != OURS) {
                let [time, memory] = share(own, cost);
                let _ = write!(text, " ({time:.2}, {memory:.2})");
            }
            text.push_str(" |");
        }
        text.push('\n');
    }
    text
}

/// Time in milliseconds and memory in bytes.
type Costs = (u64, u64);

/// Describes our costs as a share of the other generator's costs: over all documents in total, and
/// as the median of the shares per document. Returns `None` if there are no documents.
fn shares(pairs: &[(Costs, Costs)]) -> Option<String> {
    if pairs.is_empty() {
        return None;
    }
    let sum = pairs.iter().fold([(0, 0); 2], |[own, other], (a, b)| {
        [(own.0 + a.0, own.1 + a.1), (other.0 + b.0, other.1 + b.1)]
    });
    let [time, memory] = share(sum[0], sum[1]);
    let median = |index: usize| {
        let mut shares: Vec<f64> = pairs.iter().map(|(a, b)| share(*a, *b)[index]).collect();
        shares.sort_by(f64::total_cmp);
        shares[shares.len() / 2]
    };
    Some(format!(
        "xtask takes {time:.2} of the time (median {:.2}) and {memory:.2} of the memory (median {:.2})",
        median(0),
        median(1)
    ))
}

fn share(own: Costs, other: Costs) -> [f64; 2] {
    [own.0 as f64 / other.0 as f64, own.1 as f64 / other.1 as f64]
}

/// Truncates the text, and replaces characters that would break a table cell or a code span.
fn cell_text(text: &str) -> String {
    let text = text.replace(['|', '`', '\n'], " ");
    match text.char_indices().nth(240) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn outcome(path: &str, failed: Option<(&str, &str)>, steps: &[&str]) -> Outcome {
        Outcome {
            path: path.to_owned(),
            size: 9,
            operations: 3,
            steps: steps
                .iter()
                .map(|name| ((*name).to_owned(), (1500, 2_000_000_000)))
                .collect(),
            failed: failed.map(|(stage, error)| (stage.to_owned(), error.to_owned())),
            libraries: BTreeMap::new(),
        }
    }

    #[test]
    fn the_page_counts_passed_documents_per_step_and_lists_errors() {
        let rule = Rule {
            package: "some-package".to_owned(),
            version: "1.0.0".to_owned(),
            seed: "seed".to_owned(),
            count: 2,
            named: Vec::new(),
        };
        let mut first = outcome("a.json", None, &["import", "generate", "check"]);
        first.libraries = BTreeMap::from([
            (OURS.to_owned(), Ok((1000, 500_000_000))),
            ("peer 1.0.0".to_owned(), Ok((4000, 1_000_000_000))),
            ("other 2.0.0".to_owned(), Err("no".to_owned())),
        ]);
        let outcomes = [
            first,
            outcome(
                "b.json",
                Some(("generate", "a `|` b")),
                &["import", "generate"],
            ),
        ];
        let page = page(&rule, "2026-01-31", &outcomes);
        for line in [
            "Results of 2026-01-31 for 2 of the 2 documents that the rule in `xtask/corpus/sample.toml` selects from the npm package `some-package` 1.0.0, with the seed `seed`. To repeat the run:",
            "| import | 2 | 6 |",
            "| generate | 1 | 3 |",
            "| check | 1 | 3 |",
            "| a.json | 3 | 1.5 | 1.5 | 1.5 | 2.00 GB |  |",
            "| b.json | 3 | 1.5 | 1.5 |  |  | generate: `a     b` |",
            "- xtask: 1 of 1 compile",
            "- other 2.0.0: 0 of 1 compile",
            "- peer 1.0.0: 1 of 1 compile",
            "  - 0 operations or more, 1 documents: xtask takes 0.25 of the time (median 0.25) and 0.50 of the memory (median 0.50)",
            "| document | operations | xtask | other 2.0.0 | peer 1.0.0 |",
            "| a.json | 3 | 1.0 s, 0.50 GB | - | 4.0 s, 1.00 GB (0.25, 0.50) |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
        assert!(!page.contains("| test |"), "{page}");
    }
}

//! The command `lint`: prints the problems in the specs.

use crate::output::Output;
use crate::spec::finding::report;
use crate::spec::lint::debt::{self, Debt};
use crate::spec::lint::{lint, linted};
use crate::spec::load::load;
use std::path::Path;

/// Arguments of the command `lint`.
#[derive(clap::Args)]
pub struct Arguments {
    vendors: Vec<String>,
    /// Removes fixed findings from the baselines of imported specs.
    #[arg(long)]
    lower_baseline: bool,
}

/// Lints the given vendors, or all of them, and prints every finding that no baseline contains.
/// Fails if it prints a finding. Otherwise, reports the baselines that can be lowered, or lowers
/// them if requested.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let lowered = linted(root, &arguments.vendors)?.lowered;
    for (vendor, debt) in &lowered {
        let path = debt::path(vendor);
        let path = path.display();
        let count = debt.count();
        match arguments.lower_baseline {
            true => println!("{path}: {count} house findings are left"),
            false => println!(
                "{path}: only {count} house findings are left; remove the fixed ones with `cargo xtask lint --lower-baseline`"
            ),
        }
    }
    if arguments.lower_baseline {
        let output = lowered_baselines(&lowered);
        output.apply(root, &output.changes(root)?)?;
    }
    Ok(())
}

/// Returns the baseline files with the remaining findings.
pub(crate) fn lowered_baselines(lowered: &[(String, Debt)]) -> Output {
    let files = lowered.iter();
    Output {
        files: files
            .map(|(vendor, debt)| (debt::path(vendor), debt.text()))
            .collect(),
        ..Output::default()
    }
}

/// Returns the baseline of an imported spec: all of its house rule findings.
pub fn baseline(root: &Path, vendor: &str) -> anyhow::Result<String> {
    let found = match load(root, vendor) {
        Ok(document) => lint(&document),
        Err(found) => {
            report(found, "in specs/; the baseline needs a valid spec")?;
            Vec::new()
        }
    };
    Ok(Debt::of(&found).text())
}

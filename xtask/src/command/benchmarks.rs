//! The command `benchmarks`: runs the benches and writes their output to BENCHMARKS.md.
//!
//! Each section of the file is a marked region with the date, the machine, the command, and the
//! output of the command. The benches calculate ratios themselves, because each of them measures
//! both sides of a comparison in one run.

mod binary_size;
mod machine;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::output::{Output, replace_region};

const FILE: &str = "BENCHMARKS.md";

/// How a section is measured.
enum Measure {
    /// Run cargo with these arguments and use its standard output.
    Cargo(&'static [&'static str]),
    /// Build small programs and compare their sizes.
    BinarySize,
}

/// Sections of the file, with the names of their regions.
const SECTIONS: [(&str, Measure); 5] = [
    (
        "build-bench",
        Measure::Cargo(&["xtask", "build-bench", "--peer"]),
    ),
    (
        "call_path",
        Measure::Cargo(&[
            "bench",
            "--quiet",
            "-p",
            "sdk-runtime",
            "--bench",
            "call_path",
            "--",
            "--quiet",
        ]),
    ),
    (
        "volume",
        Measure::Cargo(&["bench", "--quiet", "-p", "sdk-runtime", "--bench", "volume"]),
    ),
    (
        "sandbox",
        Measure::Cargo(&["bench", "--quiet", "-p", "sdk-sandbox", "--bench", "reads"]),
    ),
    ("binary-size", Measure::BinarySize),
];

/// Arguments of the command `benchmarks`.
#[derive(Args, Debug, Default)]
pub struct Arguments {
    /// Sections to measure: build-bench, call_path, volume, sandbox or binary-size. Defaults to all
    /// sections.
    pub sections: Vec<String>,
}

/// Measures the given sections, or all of them, and replaces them in the file.
///
/// Stops at the first section that fails. This section and the remaining sections stay unchanged in
/// the file.
pub fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    let names = &arguments.sections;
    let root = &root
        .canonicalize()
        .context("could not find the workspace")?;
    if let Some(name) = names.iter().find(|name| section(name).is_none()) {
        let known: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
        bail!("unknown section `{name}`; use one of: {}", known.join(", "));
    }
    for (name, measure) in SECTIONS {
        if !names.is_empty() && !names.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!("{name} ...");
        let (command, body) = match measure {
            Measure::Cargo(arguments) => {
                let command = format!("cargo {}", arguments.join(" "));
                let output = cargo(root, arguments).with_context(|| format!("`{command}`"))?;
                (command, format!("```text\n{}\n```\n", output.trim_end()))
            }
            Measure::BinarySize => {
                let table = binary_size::table(root)?;
                ("cargo xtask benchmarks binary-size".to_owned(), table)
            }
        };
        let lines = format!("{}\n\n`{command}`\n\n{body}", machine::line(root, FILE));
        write(root, name, &lines)?;
    }
    Ok(())
}

fn section(name: &str) -> Option<&'static (&'static str, Measure)> {
    static ALL: &[(&str, Measure)] = &SECTIONS;
    ALL.iter().find(|(known, _)| *known == name)
}

/// Runs cargo and returns its standard output, with paths relative to the workspace.
fn cargo(root: &Path, arguments: &[&str]) -> Result<String> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command
        .current_dir(root)
        .args(arguments)
        .stderr(Stdio::inherit());
    let output = command.output().context("cannot run cargo")?;
    ensure!(output.status.success(), "cargo failed: {}", output.status);
    Ok(without_paths(
        &String::from_utf8_lossy(&output.stdout),
        root,
    ))
}

/// Makes the paths in the text relative to the workspace, so that the file doesn't reveal local
/// folder names.
fn without_paths(text: &str, root: &Path) -> String {
    text.replace(&format!("{}/", root.display()), "")
}

fn write(root: &Path, region: &str, lines: &str) -> Result<()> {
    let text = std::fs::read_to_string(root.join(FILE)).with_context(|| FILE.to_owned())?;
    let text = replace_region(&text, region, lines).context(FILE)?;
    let output = Output {
        files: BTreeMap::from([(PathBuf::from(FILE), text)]),
        ..Output::default()
    };
    let changes = output.changes(root)?;
    output.apply(root, &changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_has_its_region_in_the_file() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let text = std::fs::read_to_string(root.join(FILE)).unwrap();
        for (name, _) in SECTIONS {
            replace_region(&text, name, "").unwrap();
        }
    }

    #[test]
    fn an_unknown_section_is_an_error_that_lists_the_sections() {
        let sections = vec!["speed".to_owned()];
        let error = run(Path::new("."), &Arguments { sections }).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("`speed`") && text.contains("call_path"),
            "{text}"
        );
    }

    #[test]
    fn local_paths_are_removed_from_the_output() {
        let text = without_paths(
            "crate at /home/me/repo/crates/x",
            Path::new("/home/me/repo"),
        );
        assert_eq!(text, "crate at crates/x");
    }
}

//! The command line. Each command has a file or folder of the same name in `command`.
//!
//! A workspace created by `new` runs the same commands through its own package `workspace-xtask`.

use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Imports specs, and generates, builds and checks the vendor crates"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Workspace folder. Defaults to this workspace. `new` also accepts an empty folder.
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Generates the code of the vendor crates.
    Generate {
        vendors: Vec<String>,
        /// Writes nothing, and fails if anything would change.
        #[arg(long)]
        check: bool,
    },
    /// Generates and builds the given vendor crates, or the whole workspace.
    Build(crate::build::Arguments),
    /// Lists problems in the specs.
    Lint(crate::lint::Arguments),
    /// Imports public documents, and compiles and tests the resulting crates.
    Corpus(crate::corpus::Arguments),
    /// For each vendor, counts the operations that are generated, the operations that the tests
    /// call, and the operations for which the tests receive an error response.
    Coverage { vendors: Vec<String> },
    /// Lists changes to the specs from the point of view of the crates' users.
    Diff(crate::diff::Arguments),
    /// Prints the time and memory that a debug build of each vendor crate takes.
    BuildBench(crate::build_bench::Arguments),
    /// Runs the benchmarks and writes their results to BENCHMARKS.md.
    Benchmarks(crate::benchmarks::Arguments),
    /// Checks the house rules.
    Tidy,
    /// Writes specs/<name>/ from a published OpenAPI document, in the house style.
    Import(crate::import::Arguments),
    /// Adds a vendor: a spec from an OpenAPI document, a crate, tests, and an entry in every list.
    New(crate::new::Arguments),
    /// Removes a vendor from the workspace and from every list.
    Remove(crate::remove::Arguments),
    /// Compares two versions of a vendor's document with each other, and the new version with the
    /// spec.
    Upstream(crate::upstream::Arguments),
}

/// Runs the command that the process's arguments specify, in `workspace` or in the folder given
/// with `--root`.
pub fn run(workspace: &Path) -> ExitCode {
    let Arguments { command, root } = Arguments::parse();
    let root = root.as_deref().unwrap_or(workspace);
    let result = match command {
        Command::Generate { vendors, check } => crate::generate::run(root, &vendors, check),
        Command::Build(arguments) => crate::build::run(root, &arguments),
        Command::Lint(arguments) => crate::lint::run(root, &arguments),
        Command::Corpus(arguments) => crate::corpus::run(root, &arguments),
        Command::Coverage { vendors } => crate::coverage::run(root, &vendors),
        Command::BuildBench(arguments) => crate::build_bench::run(root, &arguments),
        Command::Benchmarks(arguments) => crate::benchmarks::run(root, &arguments),
        Command::Tidy => crate::tidy::run(root),
        Command::Import(arguments) => crate::import::run(root, &arguments),
        Command::New(arguments) => crate::new::run(root, &arguments),
        Command::Remove(arguments) => crate::remove::run(root, &arguments),
        Command::Diff(arguments) => return crate::diff::run(root, &arguments),
        Command::Upstream(arguments) => return crate::upstream::run(root, &arguments),
    };
    result.map_or_else(crate::exit_code::failed, |()| ExitCode::SUCCESS)
}

//! Command line of the xtask; each command has a file of its name in `command`.

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds and checks all vendors, or the named"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The workspace to work on, where it is not this one.
    #[arg(long, global = true, hide = true)]
    root: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Generates the code of the vendor crates.
    Generate {
        vendors: Vec<String>,
        /// Writes nothing; fails if anything would change.
        #[arg(long)]
        check: bool,
    },
    /// Generates the vendor crates and builds them; without names, the whole workspace.
    Build(xtask::build::Arguments),
    /// Lists what is wrong with the specs.
    Lint(xtask::lint::Arguments),
    /// Imports public documents, and compiles and tests what comes of them.
    Corpus(xtask::corpus::Arguments),
    /// Counts the operations that are generated, called and seen to fail.
    Coverage { vendors: Vec<String> },
    /// Lists changes of the specs, from the view of the crates' users.
    Diff(xtask::diff::Arguments),
    /// Prints time and memory of a debug build of the vendor crates alone.
    BuildBench(xtask::build_bench::Arguments),
    /// Runs the benches and writes their results into BENCHMARKS.md.
    Benchmarks(xtask::benchmarks::Arguments),
    /// Checks the house rules.
    Tidy,
    /// Writes specs/<name>/ from a published OpenAPI document, in the house form.
    Import(xtask::import::Arguments),
    /// Compares two documents of a vendor with each other and with our spec.
    Upstream(xtask::upstream::Arguments),
}

fn main() -> ExitCode {
    let Arguments { command, root } = Arguments::parse();
    let root = &root.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/..").into());
    let result = match command {
        Command::Generate { vendors, check } => xtask::generate::run(root, &vendors, check),
        Command::Build(arguments) => xtask::build::run(root, &arguments),
        Command::Lint(arguments) => xtask::lint::run(root, &arguments),
        Command::Corpus(arguments) => xtask::corpus::run(root, &arguments),
        Command::Coverage { vendors } => xtask::coverage::run(root, &vendors),
        Command::BuildBench(arguments) => xtask::build_bench::run(root, &arguments),
        Command::Benchmarks(arguments) => xtask::benchmarks::run(root, &arguments),
        Command::Tidy => xtask::tidy::run(root),
        Command::Import(arguments) => xtask::import::run(root, &arguments),
        Command::Diff(arguments) => return xtask::diff::run(root, &arguments),
        Command::Upstream(arguments) => return xtask::upstream::run(root, &arguments),
    };
    result.map_or_else(xtask::exit_code::failed, |()| ExitCode::SUCCESS)
}

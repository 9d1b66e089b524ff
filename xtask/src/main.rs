//! Command line of the xtask; every command is a file of its name in `command`.

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
    /// Writes the generated code of the vendor crates.
    Generate {
        vendors: Vec<String>,
        /// Writes nothing; fails when anything would change.
        #[arg(long)]
        check: bool,
    },
    /// Lists what is wrong with the specs.
    Lint { vendors: Vec<String> },
    /// Counts the operations that are generated, called and seen to fail.
    Coverage { vendors: Vec<String> },
    /// Lists what changed in the specs since a revision, for users of the crates; exit code 1 where a version does not follow.
    Diff {
        vendors: Vec<String>,
        /// The revision to compare with, in place of the last tag of each crate.
        #[arg(long, value_name = "REV")]
        base: Option<String>,
        /// Prints an entry for the changelog.
        #[arg(long, conflicts_with = "json")]
        changelog: bool,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints time and memory of a debug build of the vendor crates alone.
    BuildBench {
        vendors: Vec<String>,
        /// And of openapi-generator's clients, for which Java is needed.
        #[arg(long)]
        peer: bool,
    },
    /// Checks the house rules.
    Tidy,
    /// Compares two documents of a vendor with each other and with our spec; exit code 1 where there is something to do.
    Upstream {
        vendor: String,
        /// The document that was reviewed last: OpenAPI 3.0, YAML or JSON.
        old: PathBuf,
        /// The vendor's document of today.
        new: PathBuf,
        /// Writes a patch for what is mechanical, to apply with `git apply`.
        #[arg(long, value_name = "FILE")]
        patch: Option<PathBuf>,
        /// Records the new document in specs/<vendor>/upstream.toml as the one last reviewed.
        #[arg(long)]
        accept: bool,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    let Arguments { command, root } = Arguments::parse();
    let root = &root.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/..").into());
    let result = match command {
        Command::Generate { vendors, check } => done(xtask::generate::run(root, &vendors, check)),
        Command::Lint { vendors } => done(xtask::lint::run(root, &vendors)),
        Command::Coverage { vendors } => done(xtask::coverage::run(root, &vendors)),
        Command::Diff {
            vendors,
            base,
            changelog,
            json,
        } => {
            let format = xtask::diff::Format::choose(changelog, json);
            compared(xtask::diff::run(root, &vendors, base.as_deref(), format))
        }
        Command::BuildBench { vendors, peer } => {
            done(xtask::build_bench::run(root, &vendors, peer))
        }
        Command::Tidy => done(xtask::tidy::run(root)),
        Command::Upstream {
            vendor,
            old,
            new,
            patch,
            accept,
            json,
        } => {
            let options = xtask::upstream::Options {
                accept,
                json,
                patch,
            };
            compared(xtask::upstream::run(root, &vendor, &old, &new, &options))
        }
    };
    result.unwrap_or_else(|(error, code)| {
        eprintln!("error: {error:#}");
        code
    })
}

type Failure = (anyhow::Error, ExitCode);

/// Of commands that succeed or fail.
fn done(result: anyhow::Result<()>) -> Result<ExitCode, Failure> {
    result
        .map(|()| ExitCode::SUCCESS)
        .map_err(|error| (error, ExitCode::FAILURE))
}

/// Of commands that compare: like `diff`, 0 for nothing to do, 1 for something to do, 2 for trouble.
fn compared(result: anyhow::Result<ExitCode>) -> Result<ExitCode, Failure> {
    result.map_err(|error| (error, ExitCode::from(2)))
}

//! Command line of the xtask; every command is a file of the same name.

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds and checks the workspace")]
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
        /// Vendors to generate; all of them when none is named.
        vendors: Vec<String>,
        /// Writes nothing; fails when anything would change.
        #[arg(long)]
        check: bool,
    },
    /// Lists what is wrong with the specs.
    Lint {
        /// Vendors to lint; all of them when none is named.
        vendors: Vec<String>,
    },
    /// Counts the operations that are generated, called and seen to fail.
    Coverage {
        /// Vendors to count; all of them when none is named.
        vendors: Vec<String>,
    },
    /// Checks the house rules.
    Tidy,
}

fn main() -> ExitCode {
    let Arguments { command, root } = Arguments::parse();
    let root = &root.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/..").into());
    let result = match command {
        Command::Generate { vendors, check } => xtask::generate::run(root, &vendors, check),
        Command::Lint { vendors } => xtask::lint::run(root, &vendors),
        Command::Coverage { vendors } => xtask::coverage::run(root, &vendors),
        Command::Tidy => xtask::tidy::run(root),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

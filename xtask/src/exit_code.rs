//! Exit codes of the commands.
//!
//! Commands that check end with 0 or 1. Commands that compare end like `diff`: 0 for nothing to
//! do, 1 for something to do, and 2 if the comparison failed, which is also clap's code for wrong
//! arguments.

use std::process::ExitCode;

/// Exit code for something to do.
const DIFFERS: u8 = 1;

const TROUBLE: u8 = 2;

/// Prints the error of a command that checks.
pub fn failed(error: anyhow::Error) -> ExitCode {
    print(&error);
    ExitCode::FAILURE
}

/// Ends a command that compares; `Ok` says whether there is nothing to do.
pub(crate) fn compared(is_clean: anyhow::Result<bool>) -> ExitCode {
    match is_clean {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(DIFFERS),
        Err(error) => {
            print(&error);
            ExitCode::from(TROUBLE)
        }
    }
}

fn print(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}

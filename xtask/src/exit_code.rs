//! Exit codes of the commands.
//!
//! Most commands exit with 0 on success and 1 on failure. A command that compares something, such
//! as `diff`, exits with 0 if there is nothing to do, 1 if there is something to do, and 2 if the
//! comparison failed. Clap also uses 2 for invalid arguments.

use std::process::ExitCode;

/// Exit code if there is something to do.
const DIFFERS: u8 = 1;

const TROUBLE: u8 = 2;

/// Prints the error of a command, and returns its exit code. A command that compares something uses
/// `compared` instead.
pub fn failed(error: anyhow::Error) -> ExitCode {
    print(&error);
    ExitCode::FAILURE
}

/// Returns the exit code of a command that compares something. Prints the error if the comparison
/// failed. `is_clean` is true if there is nothing to do.
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

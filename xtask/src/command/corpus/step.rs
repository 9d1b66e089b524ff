//! Runs one program, and records the time, memory and output of the run.

use anyhow::{Context as _, Result};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4 as _;

/// Result of running a program.
pub(super) struct Step {
    pub(super) is_done: bool,
    /// Processor time, which doesn't depend on other work on the machine.
    pub(super) time: Duration,
    /// Peak memory of the largest process, in bytes.
    pub(super) memory: u64,
    /// Standard output and standard error, and an error line if the program timed out.
    pub(super) said: String,
}

/// Runs a program with a time limit in seconds. Its output goes to a file first, so that a verbose
/// program never blocks.
pub(super) fn run(program: &mut Command, seconds: u64, log: &Path) -> Result<Step> {
    // `timeout` also kills the child processes, which the standard library can't do.
    let mut command = Command::new("timeout");
    command.args(["--signal=KILL", &format!("{seconds}")]);
    command.arg(program.get_program()).args(program.get_args());
    for (key, value) in program.get_envs() {
        match value {
            Some(value) => command.env(key, value),
            None => command.env_remove(key),
        };
    }
    if let Some(folder) = program.get_current_dir() {
        command.current_dir(folder);
    }
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    command.stdin(Stdio::null()).stdout(file.try_clone()?);
    command.stderr(file);
    let started = Instant::now();
    let used = command
        .spawn()
        .and_then(|mut child| child.wait4())
        .with_context(|| format!("cannot run {:?}", program.get_program()))?;
    let said = fs::read(log).with_context(|| format!("cannot read {}", log.display()))?;
    let mut said = String::from_utf8_lossy(&said).into_owned();
    if started.elapsed().as_secs() >= seconds {
        said.push_str(&format!("\nerror: timed out after {seconds} s\n"));
    }
    Ok(Step {
        is_done: used.status.success(),
        time: used.rusage.utime + used.rusage.stime,
        memory: used.rusage.maxrss,
        said,
    })
}

impl Step {
    /// Returns the first error or lint finding. An error includes the next line, which usually
    /// contains the location. Without an error or a finding, returns the last line of the output.
    pub(super) fn first_error(&self) -> String {
        let mut lines = self.said.lines().map(str::trim);
        let starts = ["error", "thread '", "fatal"];
        let is_error = |line: &str| starts.iter().any(|start| line.starts_with(start));
        let finding = |line: &str| line.starts_with("specs/") && line.contains(": ");
        let found = lines.find(|line| is_error(line) || finding(line));
        let mut text = match found {
            Some(line) => line.to_owned(),
            None => self
                .said
                .lines()
                .last()
                .unwrap_or("the program did not print anything")
                .to_owned(),
        };
        if let Some(next) = lines.next().filter(|_| found.is_some_and(is_error)) {
            text.push(' ');
            text.push_str(next);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Step;
    use std::time::Duration;

    fn said(text: &str) -> String {
        let step = Step {
            is_done: false,
            time: Duration::ZERO,
            memory: 0,
            said: text.to_owned(),
        };
        step.first_error()
    }

    #[test]
    fn the_first_error_includes_its_location() {
        let of_rustc =
            "warning: unused\nerror[E0412]: cannot find type `A`\n  --> src/a.rs:3:4\n   |\n";
        assert_eq!(
            said(of_rustc),
            "error[E0412]: cannot find type `A` --> src/a.rs:3:4"
        );
        let of_lint = "specs/a/main.yaml:3: bounds: no\nerror: 1 finding";
        assert_eq!(said(of_lint), "specs/a/main.yaml:3: bounds: no");
        assert_eq!(said("Killed"), "Killed");
    }
}

//! Describes the machine and the software versions of a measurement, without host or user names.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Returns one line with the date, revision, compiler, cores, memory and system.
///
/// The revision does not reflect uncommitted changes to the file `results`.
pub(super) fn line(root: &Path, results: &str) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let mut parts = vec![
        time::OffsetDateTime::now_utc().date().to_string(),
        format!("revision {}", revision(root, results)),
        output(root, "rustc", &["--version"]),
        format!("{cores} cores{}", processor()),
    ];
    parts.extend(memory().map(|gigabytes| format!("{gigabytes:.0} GB of memory")));
    parts.push(output(root, "uname", &["-sm"]));
    parts.retain(|part| !part.is_empty());
    format!("Measured {}.", parts.join(", "))
}

/// Returns the short commit hash, with a note if tracked files other than `results` differ from the
/// commit.
fn revision(root: &Path, results: &str) -> String {
    let hash = output(root, "git", &["rev-parse", "--short", "HEAD"]);
    let changed = output(
        root,
        "git",
        &["status", "--porcelain", "--untracked-files=no"],
    );
    match changed.lines().all(|line| line.ends_with(results)) {
        true => hash,
        false => format!("{hash} with changes"),
    }
}

/// Returns the processor model in parentheses, or an empty string if the system doesn't report it.
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(String::new, |(_, model)| format!(" ({})", model.trim()))
}

/// Returns the memory size in GB, if the system reports it.
fn memory() -> Option<f64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1e9)
}

/// Returns the output of a program, or an empty string if it can't be run.
fn output(root: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .current_dir(root)
        .args(arguments)
        .output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.unwrap_or_default().trim().to_owned()
}

//! Time and memory of a build, as counted by the kernel.

use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use wait4::Wait4;

/// A crate to build.
pub(super) struct Target {
    pub(super) manifest: PathBuf,
    /// Features to use instead of the default ones.
    pub(super) features: Option<String>,
    /// Target folder.
    pub(super) folder: PathBuf,
}

/// Cost of one build.
pub(super) struct Cost {
    time: Duration,
    /// Peak memory of the compiler, in bytes.
    memory: u64,
}

/// Builds per crate; the cheapest one counts, since other work on the machine only adds cost.
const RUNS: usize = 3;

/// Builds the crate with its dependencies, then the crate alone.
pub(super) fn of_build(target: &Target) -> Result<Cost> {
    build(target)?;
    let source = target.manifest.with_file_name("src/lib.rs");
    let mut least = Cost {
        time: Duration::MAX,
        memory: u64::MAX,
    };
    for _ in 0..RUNS {
        File::options()
            .append(true)
            .open(&source)
            .and_then(|file| file.set_modified(SystemTime::now()))
            .with_context(|| format!("cannot touch {}", source.display()))?;
        let cost = build(target)?;
        least.time = least.time.min(cost.time);
        least.memory = least.memory.min(cost.memory);
    }
    Ok(least)
}

fn build(target: &Target) -> Result<Cost> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--quiet", "--lib", "--manifest-path"]);
    command.arg(&target.manifest);
    if let Some(features) = &target.features {
        command.args(["--no-default-features", "--features", features]);
    }
    command
        .env("CARGO_TARGET_DIR", &target.folder)
        .env("CARGO_INCREMENTAL", "0")
        .stderr(Stdio::null());
    let started = Instant::now();
    let used = command
        .spawn()
        .and_then(|mut child| child.wait4())
        .context("cannot run cargo")?;
    ensure!(
        used.status.success(),
        "`cargo build --lib --manifest-path {}` fails",
        target.manifest.display()
    );
    Ok(Cost {
        time: started.elapsed(),
        memory: used.rusage.maxrss,
    })
}

impl Cost {
    /// This cost as a fraction of another.
    pub(super) fn share_of(&self, other: &Self) -> String {
        format!(
            "{:.2} of the time, {:.2} of the memory",
            self.time.as_secs_f64() / other.time.as_secs_f64(),
            self.memory as f64 / other.memory as f64
        )
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gigabytes = self.memory as f64 / 1e9;
        write!(f, "{:.2} s, {gigabytes:.2} GB", self.time.as_secs_f64())
    }
}

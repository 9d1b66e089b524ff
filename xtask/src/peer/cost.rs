//! Time and memory of a build, as measured by the kernel.

use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use wait4::Wait4;

/// A crate to build.
pub(crate) struct Target {
    pub(crate) manifest: PathBuf,
    /// Features to use instead of the default features.
    pub(crate) features: Option<String>,
    /// Target folder.
    pub(crate) folder: PathBuf,
}

/// Cost of one build.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cost {
    /// Processor time of all processes, which depends little on the load of the machine.
    pub(crate) time: Duration,
    /// Peak memory of the largest process, in bytes.
    pub(crate) memory: u64,
}

/// Whether cargo builds a library or only checks it.
#[derive(Clone, Copy)]
pub(crate) enum Build {
    /// `cargo build`.
    Whole,
    /// `cargo check`.
    Check,
}

impl Build {
    /// Builds the crate with its dependencies, rebuilds the crate alone `runs` times, and returns
    /// the lowest time and the lowest memory of the rebuilds.
    pub(crate) fn cost(self, target: &Target, runs: usize) -> Result<Cost> {
        self.run(target)?;
        let source = target.manifest.with_file_name("src/lib.rs");
        let mut least = Cost {
            time: Duration::MAX,
            memory: u64::MAX,
        };
        for _ in 0..runs {
            File::options()
                .append(true)
                .open(&source)
                .and_then(|file| file.set_modified(SystemTime::now()))
                .with_context(|| format!("cannot touch {}", source.display()))?;
            let cost = self.run(target)?;
            least.time = least.time.min(cost.time);
            least.memory = least.memory.min(cost.memory);
        }
        Ok(least)
    }

    fn run(self, target: &Target) -> Result<Cost> {
        let verb = match self {
            Self::Whole => "build",
            Self::Check => "check",
        };
        build(verb, target)
    }
}

fn build(verb: &str, target: &Target) -> Result<Cost> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([verb, "--quiet", "--lib", "--manifest-path"]);
    command.arg(&target.manifest);
    if let Some(features) = &target.features {
        command.args(["--no-default-features", "--features", features]);
    }
    command
        .env("CARGO_TARGET_DIR", &target.folder)
        .env("CARGO_INCREMENTAL", "0")
        .stderr(Stdio::null());
    let used = command
        .spawn()
        .and_then(|mut child| child.wait4())
        .context("cannot run cargo")?;
    ensure!(
        used.status.success(),
        "`cargo {verb} --lib --manifest-path {}` failed",
        target.manifest.display()
    );
    Ok(Cost {
        time: used.rusage.utime + used.rusage.stime,
        memory: used.rusage.maxrss,
    })
}

impl Cost {
    /// Returns the time and memory relative to another build.
    pub(crate) fn share_of(&self, other: &Self) -> String {
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

//! The command `corpus`: imports public documents, and compiles and tests the resulting crates.
//!
//! Each document goes through the same commands that a user runs. Each command runs in its own
//! process, so that a failure, a hang or memory exhaustion affects only one document. The
//! repository contains neither the documents nor anything generated from them, only a page with the
//! results.

mod outcome;
mod page;
mod sample;
mod step;

use self::outcome::{OURS, Outcome, Stage};
use self::page::page;
use self::sample::{Rule, SampledDocument};
use crate::name;
use crate::output::Output;
use crate::peer::{Build, Generator, Input, Target};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Arguments of the command `corpus`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder with the documents: `api` in the unpacked package.
    folder: PathBuf,
    /// File with the sampling rule. Defaults to `xtask/corpus/sample.toml`.
    #[arg(long)]
    sample: Option<PathBuf>,
    /// Folder for imports, builds and logs. Defaults to `target/corpus`.
    #[arg(long)]
    work: Option<PathBuf>,
    /// Runs only documents whose path contains one of these strings.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Runs only documents of at most this many bytes.
    #[arg(long)]
    at_most: Option<u64>,
    /// Last step to run.
    #[arg(long, value_enum, default_value = "check")]
    until: Stage,
    /// Skips documents that passed the last step in an earlier run with the same work folder.
    #[arg(long)]
    resume: bool,
    /// Also keeps the workspaces of documents that pass.
    #[arg(long)]
    keep: bool,
    /// Installs other generators, and compares the cost of `cargo check` for our library and for
    /// theirs.
    #[arg(long)]
    peers: bool,
    /// Lists the sample and exits.
    #[arg(long)]
    list: bool,
    /// Writes the results of this run, and of earlier runs with the same work folder, to
    /// `xtask/corpus/RESULT.md`.
    #[arg(long)]
    record: bool,
}

/// File with the sampling rule.
const SAMPLE: &str = "xtask/corpus/sample.toml";

/// File with the results.
const RESULT: &str = "xtask/corpus/RESULT.md";

/// Runs the steps on the chosen documents of the sample, smallest document first. Fails if a
/// document doesn't pass.
pub fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    let root = root
        .canonicalize()
        .context("could not find the workspace")?;
    let rule = match &arguments.sample {
        Some(file) => Rule::read(file)?,
        None => Rule::read(&root.join(SAMPLE))?,
    };
    let sample = rule.draw(&arguments.folder)?;
    let mut chosen: Vec<&SampledDocument> = sample
        .iter()
        .filter(|one| arguments.is_selected(one))
        .collect();
    if arguments.list {
        for drawn in chosen {
            println!("{} {} {}", drawn.size, drawn.operations, drawn.path);
        }
        return Ok(());
    }
    let work = arguments.work.clone();
    let work = work.unwrap_or_else(|| root.join("target/corpus"));
    fs::create_dir_all(&work).with_context(|| format!("cannot create {}", work.display()))?;
    let work = work.canonicalize()?;
    let record = work.join("outcomes.jsonl");
    let mut known = read_record(&record)?;
    chosen.sort_by_key(|drawn| drawn.size);
    let peers = match arguments.peers {
        true => Generator::install_programs(&work),
        false => Vec::new(),
    };
    for drawn in chosen {
        let is_done = |one: &Outcome| {
            let is_compared = !arguments.peers || !one.libraries.is_empty();
            one.failed.is_none() && one.has(arguments.until) && is_compared
        };
        if arguments.resume && known.get(&drawn.path).is_some_and(is_done) {
            continue;
        }
        let run = Run {
            document: arguments.folder.canonicalize()?.join(&drawn.path),
            name: drawn.name(),
            work: &work,
            peers: &peers,
        };
        let outcome = run.through(drawn, arguments)?;
        println!("{}", outcome.line());
        let mut file = fs::File::options()
            .create(true)
            .append(true)
            .open(&record)?;
        writeln!(file, "{}", outcome.to_json())?;
        known.insert(drawn.path.clone(), outcome);
    }
    let looked_at = sample.iter().filter(|one| arguments.is_selected(one));
    let outcomes: Vec<&Outcome> = looked_at.filter_map(|one| known.get(&one.path)).collect();
    if arguments.record {
        // Include the outcomes of earlier runs with the same work folder.
        let all = sample
            .iter()
            .filter_map(|one| known.get(&one.path).cloned());
        let all: Vec<Outcome> = all.collect();
        let date = time::OffsetDateTime::now_utc().date();
        let files = BTreeMap::from([(PathBuf::from(RESULT), page(&rule, &date.to_string(), &all))]);
        let output = Output {
            files,
            ..Output::default()
        };
        output.apply(&root, &output.changes(&root)?)?;
    }
    let failed = outcomes.iter().filter(|one| one.failed.is_some()).count();
    println!(
        "{} of {} documents pass",
        outcomes.len() - failed,
        outcomes.len()
    );
    if failed > 0 {
        bail!(
            "{failed} documents do not pass; see {}/logs for the output of each step",
            work.display()
        );
    }
    Ok(())
}

impl Arguments {
    fn is_selected(&self, drawn: &SampledDocument) -> bool {
        let is_named = self.only.iter().any(|text| drawn.path.contains(text));
        (is_named || self.only.is_empty()) && self.at_most.is_none_or(|most| drawn.size <= most)
    }
}

/// Returns the last outcome of each document in earlier runs.
fn read_record(file: &Path) -> Result<BTreeMap<String, Outcome>> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    let mut known = BTreeMap::new();
    for line in text.lines() {
        let outcome = serde_json::from_str(line).ok();
        let outcome = outcome.and_then(|value| Outcome::from_json(&value));
        let outcome = outcome
            .with_context(|| format!("{} has a line that is not an outcome", file.display()))?;
        known.insert(outcome.path.clone(), outcome);
    }
    Ok(known)
}

/// A document, and everything that its run needs.
struct Run<'r> {
    document: PathBuf,
    name: String,
    work: &'r Path,
    peers: &'r [Generator],
}

impl Run<'_> {
    fn through(&self, drawn: &SampledDocument, arguments: &Arguments) -> Result<Outcome> {
        let folder = self.work.join("workspaces").join(&self.name);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        // `new` needs an empty folder, so the import step writes to a separate folder.
        let imported = self.work.join("imports");
        fs::create_dir_all(imported.join("specs"))?;
        fs::create_dir_all(&folder)?;
        let mut outcome = Outcome::new(drawn);
        for stage in Stage::ALL
            .into_iter()
            .filter(|stage| *stage <= arguments.until)
        {
            let (mut command, seconds) = self.command(stage, &folder)?;
            let logs = self.work.join("logs");
            fs::create_dir_all(&logs)?;
            let log = logs.join(format!("{}.{}.txt", self.name, stage.name()));
            let step = step::run(&mut command, seconds, &log)?;
            let time = u64::try_from(step.time.as_millis()).unwrap_or(u64::MAX);
            outcome
                .steps
                .insert(stage.name().to_owned(), (time, step.memory));
            if !step.is_done {
                outcome.failed = Some((stage.name().to_owned(), step.first_error()));
                break;
            }
        }
        if arguments.peers && outcome.passed(Stage::Check) {
            outcome.libraries = self.libraries(&folder);
        }
        if outcome.has(Stage::Check) {
            self.discard_compiled()?;
        }
        if outcome.failed.is_none() && !arguments.keep {
            fs::remove_dir_all(&folder)?;
            fs::remove_dir_all(imported.join("specs").join(&self.name))?;
        }
        Ok(outcome)
    }

    /// Returns the command of a step, and its time limit in seconds.
    fn command(&self, stage: Stage, folder: &Path) -> Result<(Command, u64)> {
        let own = std::env::current_exe().context("cannot find this program")?;
        let mut command = match stage {
            Stage::Import | Stage::Generate => Command::new(own),
            Stage::Check | Stage::Test => self.cargo(),
        };
        let seconds = match stage {
            Stage::Import => {
                command.args(["import", &self.name]).arg(&self.document);
                command.arg("--root").arg(self.work.join("imports"));
                300
            }
            Stage::Generate => {
                command.args(["new", &self.name]).arg(&self.document);
                command.arg("--root").arg(folder);
                300
            }
            Stage::Check => {
                // Skip unit tests: the crate doesn't have any, and with them, cargo would compile
                // the library twice.
                command.args(["check", "--lib", "--examples", "--test", "*"]);
                1800
            }
            Stage::Test => {
                command.args(["test", "--no-fail-fast"]);
                1800
            }
        };
        if stage >= Stage::Check {
            // Build only the crate: the workspace also contains the generator, whose build doesn't
            // depend on the document.
            command.args(["--offline", "--quiet", "--package"]);
            command.arg(name::package(&self.name));
        }
        command.current_dir(folder);
        Ok((command, seconds))
    }

    /// Runs `cargo check` on the library of each generator; returns the costs or errors by
    /// generator.
    fn libraries(&self, folder: &Path) -> BTreeMap<String, Result<(u64, u64), String>> {
        let package = name::package(&self.name);
        let own = folder.join("crates").join(package).join("Cargo.toml");
        let own = self.check(own, "target");
        let mut libraries = BTreeMap::from([(OURS.to_owned(), own)]);
        let input = Input {
            document: &self.document,
            folder: self.work,
            name: &self.name,
        };
        for peer in self.peers {
            let client = peer.generate(&input, &folder.join("Cargo.lock"));
            let cost = match client {
                Ok(client) => self.check(client.manifest, "peers-target"),
                Err(error) => Err(format!("{error:#}")),
            };
            libraries.insert(peer.name(), cost);
        }
        libraries
    }

    fn check(&self, manifest: PathBuf, folder: &str) -> Result<(u64, u64), String> {
        let target = Target {
            manifest,
            features: None,
            folder: self.work.join(folder),
        };
        let cost = Build::Check.cost(&target, 1);
        let cost = cost.map_err(|error| format!("{error:#}"))?;
        let time = u64::try_from(cost.time.as_millis()).unwrap_or(u64::MAX);
        Ok((time, cost.memory))
    }

    fn cargo(&self) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .env("CARGO_TARGET_DIR", self.work.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "0");
        cargo
    }

    /// Deletes the build output of this document, but keeps the build output of the dependencies
    /// for the next document.
    fn discard_compiled(&self) -> Result<()> {
        let library = name::library(&self.name);
        let package = name::package(&self.name);
        let profile = self.work.join("target/debug");
        for part in ["deps", ".fingerprint", "build", "incremental"] {
            let folder = profile.join(part);
            let Ok(entries) = fs::read_dir(&folder) else {
                continue;
            };
            for entry in entries {
                let entry = entry?;
                let name = entry.file_name();
                let name = name.to_string_lossy();
                let is_own = [&library, &package].iter().any(|own| {
                    let bare = name.trim_start_matches("lib");
                    bare.strip_prefix(own.as_str())
                        .is_some_and(|rest| rest.starts_with('-'))
                });
                // Test binaries are named after their files.
                let is_test = ["every_operation-", "round_trips-", "example-"]
                    .iter()
                    .any(|test| name.starts_with(test));
                if !(is_own || is_test) {
                    continue;
                }
                let path = entry.path();
                match entry.file_type()?.is_dir() {
                    true => fs::remove_dir_all(path)?,
                    false => fs::remove_file(path)?,
                }
            }
        }
        Ok(())
    }
}

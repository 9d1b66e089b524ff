//! The command `corpus`: imports public documents, and compiles and tests the resulting crates.
//!
//! Each document goes through the same commands that a user runs, each in its own process, so that
//! a failure, hang or memory exhaustion concerns only its document. No document and nothing made
//! from one stays in the repository; the result is a page of text.

mod outcome;
mod page;
mod sample;
mod step;

use self::outcome::{OURS, Outcome, Stage};
use self::page::page;
use self::sample::{Drawn, Rule};
use crate::name;
use crate::output::Output;
use crate::peer::{Build, Generator, Input, Target};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which documents to run, and how far.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder with the documents: `api` of the unpacked package.
    folder: PathBuf,
    /// The sampling rule, instead of `xtask/corpus/sample.toml`.
    #[arg(long)]
    sample: Option<PathBuf>,
    /// Folder for imports and builds, instead of `target/corpus`.
    #[arg(long)]
    work: Option<PathBuf>,
    /// Only documents whose path contains one of these texts.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only documents of at most this many bytes.
    #[arg(long)]
    at_most: Option<u64>,
    /// The last step.
    #[arg(long, value_enum, default_value = "check")]
    until: Stage,
    /// Skips documents that an earlier run with the same folder took this far.
    #[arg(long)]
    resume: bool,
    /// Keeps the workspaces of passing documents too.
    #[arg(long)]
    keep: bool,
    /// Also checks the library alone, and those that other generators create; installs these.
    #[arg(long)]
    peers: bool,
    /// Lists the sample and exits.
    #[arg(long)]
    list: bool,
    /// Writes the result of this run and of earlier ones with the same folder to `xtask/corpus/RESULT.md`.
    #[arg(long)]
    record: bool,
}

/// Where the rule and the result are.
const SAMPLE: &str = "xtask/corpus/sample.toml";
const RESULT: &str = "xtask/corpus/RESULT.md";

/// Takes the sample through all steps, smallest document first; fails if one of them fails.
pub fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    let root = root.canonicalize().context("no workspace there")?;
    let rule = match &arguments.sample {
        Some(file) => Rule::read(file)?,
        None => Rule::read(&root.join(SAMPLE))?,
    };
    let sample = rule.draw(&arguments.folder)?;
    let mut chosen: Vec<&Drawn> = sample.iter().filter(|one| arguments.takes(one)).collect();
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
    let looked_at = sample.iter().filter(|one| arguments.takes(one));
    let outcomes: Vec<&Outcome> = looked_at.filter_map(|one| known.get(&one.path)).collect();
    if arguments.record {
        // All that is known of the sample, from earlier runs with the same folder too.
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
            "{failed} documents do not pass; {} has what each step said",
            work.display()
        );
    }
    Ok(())
}

impl Arguments {
    fn takes(&self, drawn: &Drawn) -> bool {
        let is_named = self.only.iter().any(|text| drawn.path.contains(text));
        (is_named || self.only.is_empty()) && self.at_most.is_none_or(|most| drawn.size <= most)
    }
}

/// The last outcome of each document in earlier runs.
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

/// One document in progress.
struct Run<'r> {
    document: PathBuf,
    name: String,
    work: &'r Path,
    peers: &'r [Generator],
}

impl Run<'_> {
    fn through(&self, drawn: &Drawn, arguments: &Arguments) -> Result<Outcome> {
        let folder = self.work.join("workspaces").join(&self.name);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        // `new` needs an empty folder; the import alone is tested next to it.
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

    /// The command of a step, and how many seconds it may take.
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
                // All but unit tests, of which there are none: the library would be compiled twice.
                command.args(["check", "--lib", "--examples", "--test", "*"]);
                1800
            }
            Stage::Test => {
                command.args(["test", "--no-fail-fast"]);
                1800
            }
        };
        if stage >= Stage::Check {
            // Only the crate itself: the workspace also contains the generator, whose build is
            // independent of the document.
            command.args(["--offline", "--quiet", "--package"]);
            command.arg(name::package(&self.name));
        }
        command.current_dir(folder);
        Ok((command, seconds))
    }

    /// Checks the library of each generator.
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

    /// Deletes what was compiled for this document; dependencies stay for the next one.
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

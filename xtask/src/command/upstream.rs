//! The command `upstream`: reports what a vendor changed in its document, and which of these
//! changes our spec still lacks.
//!
//! The command compares the vendor's old document with the new one, and our spec with the new one.
//! A difference that both comparisons report still has to be applied to our spec. A difference that
//! only the first comparison reports is already applied. The command writes files only on request.

mod departure;
mod difference;
mod edits;
mod finding;
mod mechanical;
mod our_spec;
mod record;
mod schema_view;
mod skeleton;
#[cfg(test)]
mod tests;
mod vendor_document;
mod walk;

use crate::exit_code;
use crate::spec::finding::Finding;
use crate::spec::lint::debt::{Debt, is_imported};
use crate::spec::lint::{documents, lint};
use crate::spec::load::{Document, assemble};
use anyhow::{Context, Result, bail};
use clap::Args;
use departure::{Departure, Standing};
use finding::{Status, UpstreamChange, escape};
use mechanical::MechanicalEdits;
use our_spec::OurSpec;
use record::Record;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vendor_document::VendorDocument;

/// Arguments of the command `upstream`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Name of the vendor in specs/.
    pub vendor: String,
    /// The document that was reviewed last: OpenAPI 3.0, in YAML or JSON.
    pub old: PathBuf,
    /// The vendor's current document.
    pub new: PathBuf,
    /// Writes a patch with the mechanical changes to our spec, for `git apply`.
    #[arg(long, value_name = "FILE")]
    pub patch: Option<PathBuf>,
    /// Records the new document in `specs/<vendor>/upstream.toml` as the last reviewed one.
    #[arg(long)]
    pub accept: bool,
    /// Prints the results as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Compares two versions of a vendor's document with each other, and the new version with our spec.
///
/// The exit code is 0 if our spec contains every change by the vendor and every departure still
/// applies, 1 if something needs attention, and 2 if the comparison failed.
pub fn run(root: &Path, arguments: &Arguments) -> ExitCode {
    exit_code::compared(report(root, arguments))
}

/// Prints the findings and writes the requested files; returns whether nothing is left to do.
fn report(root: &Path, arguments: &Arguments) -> Result<bool> {
    let vendor = arguments.vendor.as_str();
    let Some(ours) = documents(root, &[vendor.to_owned()])?.pop() else {
        bail!("could not find the folder specs/{vendor}");
    };
    let old = VendorDocument::read(&arguments.old)?;
    let new = VendorDocument::read(&arguments.new)?;
    let record = Record::read(root, vendor)?;
    let comparison = Comparison {
        ours: &ours,
        old: &old,
        new: &new,
    };
    let review = comparison.review(&texts(root, &ours)?)?;
    if let Some(record) = record.filter(|record| record.sha256 != old.sha256) {
        eprintln!(
            "note: the old document is not the last reviewed one ({} {}, {})",
            record.title, record.version, record.date
        );
    }
    if arguments.json {
        println!("{:#}", review.json());
    } else {
        print!("{}", review.text());
    }
    if let Some(path) = &arguments.patch {
        std::fs::write(path, &review.patch)
            .with_context(|| format!("writing {}", path.display()))?;
    }
    if arguments.accept {
        let now = time::OffsetDateTime::now_utc();
        let (year, month, day) = (now.year(), u8::from(now.month()), now.day());
        Record::of(&new, format!("{year:04}-{month:02}-{day:02}")).write(root, vendor)?;
    }
    Ok(review.is_clean())
}

/// Returns the contents of the files of our spec, by path below the workspace root.
fn texts(root: &Path, ours: &Document) -> Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for stem in ours.tag_files.iter().map(String::as_str).chain(["openapi"]) {
        let file = ours.file_of_tag(stem);
        let text =
            std::fs::read_to_string(root.join(&file)).with_context(|| format!("reading {file}"))?;
        texts.insert(file, text);
    }
    Ok(texts)
}

struct Comparison<'d> {
    ours: &'d Document,
    old: &'d VendorDocument,
    new: &'d VendorDocument,
}

/// Result of a comparison, ready to print.
struct Review {
    /// Status, line of text, and JSON of each change.
    changes: Vec<(Status, String, serde_json::Value)>,
    departures: Vec<Departure>,
    /// Number of departures without `was`.
    texts_alone: usize,
    patch: String,
    /// Descriptions of the changes in the patch.
    patched: Vec<String>,
    /// Lint findings for the patched spec.
    left_to_mend: Vec<Finding>,
}

impl Comparison<'_> {
    fn review(&self, texts: &BTreeMap<String, String>) -> Result<Review> {
        let theirs = walk::walk(self.old.root(), self.new.root())?;
        let ours = walk::walk(&self.ours.root, self.new.root())?;
        let spec = OurSpec::new(self.ours);
        let changes = finding::judge(&theirs, &ours, &spec, (self.old, self.new));
        let (departures, texts_alone) = departure::check(self.ours, self.new, &ours);
        let mut mechanic = MechanicalEdits::new(&spec, texts, self.new.root(), &ours);
        mechanic.edit(&changes);
        let text_of = |file: &str| texts.get(file).map(String::as_str);
        let files = mechanic.edits.apply(text_of);
        let patch = if mechanic.edits.is_empty() {
            String::new()
        } else {
            edits::patch(&files, text_of)
        };
        let line = |change: &UpstreamChange<'_>| (change.status, change.to_string(), change.json());
        Ok(Review {
            changes: changes.iter().map(line).collect(),
            departures,
            texts_alone,
            patch,
            patched: mechanic.done,
            left_to_mend: lint_patched(self.ours, texts, &files),
        })
    }
}

/// Lints our spec with the patch applied, if there is one.
fn lint_patched(
    ours: &Document,
    texts: &BTreeMap<String, String>,
    patched: &BTreeMap<String, String>,
) -> Vec<Finding> {
    if patched.is_empty() {
        return Vec::new();
    }
    let prefix = format!("specs/{}/", ours.vendor);
    let stem = |file: &str| {
        file.trim_start_matches(&prefix)
            .trim_end_matches(".yaml")
            .to_owned()
    };
    let files = texts.iter().map(|(file, text)| {
        (
            stem(file),
            patched.get(file).unwrap_or(text).clone().into_bytes(),
        )
    });
    match assemble(&ours.vendor, &files.collect()) {
        // Ignore findings that an imported spec also has without the patch.
        Ok(document) if is_imported(&document) => {
            let known = Debt::of(&lint(ours));
            known.split_off_new(lint(&document)).0
        }
        Ok(document) => lint(&document),
        Err(findings) => findings,
    }
}

impl Review {
    fn is_clean(&self) -> bool {
        self.changes
            .iter()
            .all(|(status, ..)| *status == Status::Done)
            && self
                .departures
                .iter()
                .all(|departure| departure.standing == Standing::Holds)
    }

    fn text(&self) -> String {
        let mut lines: Vec<String> = self
            .changes
            .iter()
            .map(|(_, line, _)| line.clone())
            .collect();
        for departure in &self.departures {
            let was = escape(&departure.was.to_string());
            let theirs = departure
                .theirs
                .as_ref()
                .map_or_else(String::new, |place| format!(", see {place}"));
            let (place, why) = (&departure.place, escape(&departure.why));
            match departure.standing {
                Standing::Holds => {}
                Standing::Obsolete => lines.push(format!(
                    "{place}: may be obsolete: the vendor's document no longer has `{was}`{theirs} (reason for the departure: {why})"
                )),
                Standing::Unknown => {
                    lines.push(format!("{place}: not found: the vendor's document has no counterpart of this node (was `{was}`)"));
                }
            }
        }
        for done in &self.patched {
            lines.push(format!("in the patch: {}", escape(done)));
        }
        for finding in &self.left_to_mend {
            lines.push(format!("after the patch: {finding}"));
        }
        lines.push(self.summary());
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn summary(&self) -> String {
        let count = |wanted| {
            self.changes
                .iter()
                .filter(|(status, ..)| *status == wanted)
                .count()
        };
        let standing = |wanted| {
            self.departures
                .iter()
                .filter(|departure| departure.standing == wanted)
                .count()
        };
        format!(
            "{} changes: {} done, {} to do ({} in the patch), {} where our spec differs from both documents, {} without a counterpart; \
             departures: {} still apply, {} may be obsolete, {} not found, {} without `was`",
            self.changes.len(),
            count(Status::Done),
            count(Status::ToDo),
            self.patched.len(),
            count(Status::Differs),
            count(Status::Unknown),
            standing(Standing::Holds),
            standing(Standing::Obsolete),
            standing(Standing::Unknown),
            self.texts_alone,
        )
    }

    fn json(&self) -> serde_json::Value {
        let departures = self.departures.iter().map(|departure| {
            serde_json::json!({
                "file": departure.place.file.as_ref(),
                "line": departure.place.line,
                "pointer": departure.pointer,
                "was": departure.was,
                "why": departure.why,
                "standing": match departure.standing {
                    Standing::Holds => "holds",
                    Standing::Obsolete => "obsolete",
                    Standing::Unknown => "not found",
                },
                "theirs": departure.theirs.as_ref().map(ToString::to_string),
            })
        });
        serde_json::json!({
            "changes": self.changes.iter().map(|(_, _, json)| json).collect::<Vec<_>>(),
            "departures": departures.collect::<Vec<_>>(),
            "departures_as_text_alone": self.texts_alone,
            "patch": self.patch,
            "clean": self.is_clean(),
        })
    }
}

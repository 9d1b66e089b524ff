//! The command `import`: converts a published OpenAPI document to a spec in the house style, and
//! writes the spec to `specs/<name>/`.
//!
//! The source is read in bounded time and memory, and goes through a list of passes. The result is
//! written completely or not at all. A pass is a function that fixes one aspect of the document and
//! reports what the user should know about it. The report becomes `IMPORT.md`.

mod again;
mod document;
mod draft;
mod extensions;
mod naming;
mod operations;
mod overlay;
mod read;
mod references;
mod report;
mod schemas;
#[cfg(test)]
mod tests;
mod visit;
mod write;

use crate::spec::finding::Finding;
use crate::spec::lint::debt::{self, Debt};
use crate::spec::lint::lint;
use crate::spec::load::{Document, MAX_SPEC_SIZE, assemble};
use crate::spec::rule::Level;
use again::Edits;
use anyhow::{Result, bail, ensure};
use clap::Args;
use draft::Draft;
use read::Source;
use report::Section;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Arguments of the command `import`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Name of the folder to write under specs/: lowercase words separated by hyphens.
    pub name: String,
    /// OpenAPI 3.0 or 3.1 document to import, in JSON or YAML.
    pub file: PathBuf,
    /// Document of the previous import. Edits to `specs/<name>/` since then are merged into the new
    /// import.
    #[arg(long, value_name = "FILE", conflicts_with = "discard_edits")]
    pub previous: Option<PathBuf>,
    /// Overwrites edits to `specs/<name>/` since the last import. `overlay.yaml` is kept.
    #[arg(long)]
    pub discard_edits: bool,
}

/// The files of an import before they are written.
pub(crate) struct Imported {
    /// File contents by file name in `specs/<name>/`.
    pub(crate) files: BTreeMap<String, String>,
    /// Summary line with the number of entries in `IMPORT.md` per section.
    pub(crate) summary: String,
}

/// Imports a document and writes its spec. Writes nothing if the document can't be imported, or if
/// edits would be lost.
pub fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    let name = &arguments.name;
    let mut imported = import(root, name, &arguments.file)?;
    let edits = match &arguments.previous {
        _ if arguments.discard_edits => Edits::Discard,
        Some(file) => Edits::MergeSince(import(root, name, file)?.files),
        None => Edits::Refuse,
    };
    again::keep_edits(root, name, &mut imported.files, &edits)?;
    let difference = again::difference(root, name, &imported.files)?;
    write(root, name, &imported)?;
    println!("{}", imported.summary);
    print!("{difference}");
    Ok(())
}

/// Converts a document and returns the files of its spec.
///
/// Fails if the name is invalid or belongs to a hand-written spec, or if the document or the
/// overlay can't be used. Errors about the contents of a file include its name and the line.
pub(crate) fn import(root: &Path, name: &str, file: &Path) -> Result<Imported> {
    check_name(name)?;
    check_folder(root, name)?;
    let mut source = Source::read(file)?;
    source.drop_own_extensions();
    overlay::apply(root, name, &mut source.root)?;
    let draft = draft(name, source)?;
    finish(name, draft)
}

/// Writes the files of an import, which replace the files of an earlier import. See
/// `folder::replace`.
pub(crate) fn write(root: &Path, name: &str, imported: &Imported) -> Result<()> {
    let folder = root.join("specs").join(name);
    write::folder::replace(&folder, &imported.files, &is_owned)
}

/// Returns whether a file with this name belongs to the import, which may overwrite or remove it.
fn is_owned(name: &str) -> bool {
    let is_of_tag = name.ends_with(".yaml") && name != overlay::FILE;
    is_of_tag || ["IMPORT.md", "debt.toml", again::RECORD].contains(&name)
}

/// A transformation of the draft; an error aborts the import.
type Pass = fn(&mut Draft) -> Result<()>;

/// The passes in order; the comments give the reasons for the order.
const PASSES: &[Pass] = &[
    // Rejects anything but OpenAPI 3.0 and 3.1 before other passes read the document.
    document::version::check,
    // Ensures that lists and objects are where the other passes expect them.
    document::containers::sound,
    // Sorts early, so that no later pass depends on the order of the source.
    document::order::sort,
    // Resolves path items early, because later passes don't handle references to them.
    operations::path_items::plain,
    // References are resolved before passes that look up names. OpenAPI 3.1 constructs are
    // converted and mistakes are repaired before passes that read schemas.
    references::resolve::resolve,
    schemas::lowering::lower,
    schemas::repair::repair,
    // Parameters come before the path templates that refer to them. Tags and ids come after both,
    // because they depend on paths and parameters.
    operations::parameters::normalize_parameters,
    operations::path_parameters::declared,
    operations::bodies::concrete,
    operations::answers::sound,
    document::servers::name_servers,
    operations::servers::first,
    document::tags::one_per_operation,
    operations::ids::unique,
    operations::repeats::never,
    schemas::composition::compose,
    // Implied discriminator tags are names of schemas, so this runs before names are cleaned.
    schemas::discriminator::settle,
    schemas::cycle::cut,
    operations::encodings::supported,
    naming::component_names::clean,
    schemas::required::settle,
    // Inline schemas are named after operations and components, so those get their names first.
    naming::inline_names::name_all,
    extensions::errors::base,
    extensions::credentials::describe,
    // Runs after `credentials`, which may add a token operation with secrets.
    extensions::secrets::mark,
    extensions::pagination::propose,
    // Descriptions are cleaned after the last pass that moves nodes. Keys that lint's table does
    // not allow are removed next, and unused components last.
    document::description::fold_and_clean,
    document::shape::to_table,
    document::prune::unused,
];

/// Runs all passes on a document and returns the finished draft.
fn draft(name: &str, source: Source) -> Result<Draft> {
    let mut draft = Draft::new(name, source);
    for pass in PASSES {
        pass(&mut draft)?;
    }
    Ok(draft)
}

/// Returns the files of a draft. Fails if they are too large or can't be read back, or if lint
/// finds a correctness problem in them.
fn finish(name: &str, draft: Draft) -> Result<Imported> {
    let texts = write::layout::files(&draft.document);
    let size: usize = texts.values().map(String::len).sum();
    if size as u64 > MAX_SPEC_SIZE {
        let what = format!(
            "the spec of this document would be larger than {} MiB; remove the paths that no client needs, or split the document and import both halves",
            MAX_SPEC_SIZE >> 20
        );
        return Err(draft.notes.refusal("", what));
    }
    let bytes: BTreeMap<String, Vec<u8>> = texts
        .iter()
        .map(|(stem, text)| (stem.clone(), text.clone().into_bytes()))
        .collect();
    let document = assemble(name, &bytes).map_err(|findings| unreadable(&findings))?;
    let findings = lint(&document);
    let wrong: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.level == Level::Correctness)
        .collect();
    if !wrong.is_empty() {
        return Err(lint_error(&draft, &document, &wrong));
    }
    let mut files: BTreeMap<String, String> = texts
        .into_iter()
        .map(|(stem, text)| (format!("{stem}.yaml"), text))
        .collect();
    let title = document.root.pointer("/info/title").and_then(Value::as_str);
    let title = title.unwrap_or(name);
    let notes = &draft.notes;
    let file = Path::new(&notes.source().file).file_name();
    let file = file.map_or_else(String::new, |file| file.to_string_lossy().into_owned());
    files.insert("IMPORT.md".to_owned(), notes.report.markdown(title, &file));
    let debt_file = debt::path(name);
    let debt_file = debt_file
        .file_name()
        .map_or_else(String::new, |file| file.to_string_lossy().into_owned());
    files.insert(debt_file, Debt::of(&findings).text());
    let record = again::record(&notes.source().sha256, &files);
    files.insert(again::RECORD.to_owned(), record);
    let count = |section| notes.report.count(section);
    let summary = format!(
        "specs/{name}: {} questions, {} proposals, {} losses, {} changes; see specs/{name}/IMPORT.md",
        count(Section::Question),
        count(Section::Proposal),
        count(Section::Loss),
        count(Section::Change),
    );
    Ok(Imported { files, summary })
}

fn unreadable(findings: &[Finding]) -> anyhow::Error {
    let first = findings
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    anyhow::anyhow!("cannot read the spec generated from the document: {first}")
}

/// Maximum number of findings in an error; further findings usually repeat the same few mistakes.
const MAX_REPORTED_FINDINGS: usize = 20;

/// Returns the error for a document whose spec fails lint, with the lines of the source.
fn lint_error(draft: &Draft, document: &Document, findings: &[&Finding]) -> anyhow::Error {
    let source = &draft.notes.source().file;
    let mut told = BTreeSet::new();
    for finding in findings.iter().take(MAX_REPORTED_FINDINGS) {
        let pointer = document.pointer_at(&finding.place);
        let line = draft.notes.line(&pointer);
        told.insert(format!(
            "{source}:{line}: {}: {} ({})",
            finding.rule, finding.what, finding.what_to_do
        ));
    }
    let rest = findings.len().saturating_sub(MAX_REPORTED_FINDINGS);
    let told = told.into_iter().collect::<Vec<_>>().join("\n");
    let more = if rest > 0 {
        format!("\nand {rest} more")
    } else {
        String::new()
    };
    anyhow::anyhow!(
        "the document cannot be converted to a valid spec; nothing was written\n{told}{more}"
    )
}

/// Fails if the folder has a spec that is hand-written or can't be read, because an import must not
/// overwrite it.
fn check_folder(root: &Path, name: &str) -> Result<()> {
    let main = root.join("specs").join(name).join("openapi.yaml");
    match std::fs::read_to_string(&main) {
        Ok(text) if text.lines().any(|line| line == "x-sdk-imported: true") => Ok(()),
        Ok(_) => bail!(
            "specs/{name} is a hand-written spec, which the import would overwrite; choose a different name for the import"
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => bail!("could not read {}: {error}", main.display()),
    }
}

/// Checks that a name is valid for everything derived from it: a folder, a crate, a module and
/// features.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    ensure!(
        name.len() <= 40 && name.split('-').all(is_word),
        "`{}` is not a valid name for a folder and a crate: use lowercase letters and digits, with single hyphens between words, at most 40 characters",
        name.escape_debug()
    );
    Ok(())
}

#[cfg(test)]
mod names {
    use super::check_name;

    #[test]
    fn names_that_are_not_valid_for_a_folder_and_a_crate_are_rejected() {
        for name in ["acme", "my-vendor", "1forge", "a2"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in [
            "", ".", "..", "../x", "a/b", "a\\b", "a\0", "A", "a_b", "-a", "a-", "a--b", "a b",
            "ä", "a.b",
        ] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        assert!(check_name(&"a".repeat(41)).is_err());
    }
}

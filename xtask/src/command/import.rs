//! The command `import`: a published OpenAPI document becomes `specs/<name>/` in the house form.
//!
//! The source is read in bounded time and memory, goes through a list of passes, and is written as a whole or not at all. A pass is a
//! function over the draft that makes one thing right, and reports what a person should know. Nothing is lost in silence: the report
//! becomes `IMPORT.md`.

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
use crate::spec::load::{Document, assemble};
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

/// Which document to import, and under which name.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The folder to write below specs/: lower-case words with hyphens between them.
    pub name: String,
    /// The document: OpenAPI 3.0 or 3.1, JSON or YAML.
    pub file: PathBuf,
    /// The document of the last import. What was edited in specs/<name>/ since then is merged into the new import.
    #[arg(long, value_name = "FILE", conflicts_with = "discard_edits")]
    pub previous: Option<PathBuf>,
    /// Overwrites what was edited in specs/<name>/ since the last import. `overlay.yaml` stays.
    #[arg(long)]
    pub discard_edits: bool,
}

/// The files of an import, which are not written yet.
pub(crate) struct Imported {
    /// Text by name in `specs/<name>/`.
    pub(crate) files: BTreeMap<String, String>,
    /// How many entries `IMPORT.md` has, in words.
    pub(crate) summary: String,
}

/// Writes the folder of one document, or nothing.
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

/// The files of one document.
///
/// Fails with the file and line where the document cannot be imported, and where a spec of the same name is kept by hand.
pub(crate) fn import(root: &Path, name: &str, file: &Path) -> Result<Imported> {
    check_name(name)?;
    check_folder(root, name)?;
    let mut source = Source::read(file)?;
    source.drop_own_extensions();
    overlay::apply(root, name, &mut source.root)?;
    let draft = draft(name, source)?;
    finish(name, draft)
}

/// Puts the files in the place of those of an earlier import; files that no import writes stay.
pub(crate) fn write(root: &Path, name: &str, imported: &Imported) -> Result<()> {
    let folder = root.join("specs").join(name);
    write::folder::replace(&folder, &imported.files, &is_owned)
}

/// Whether an import writes a file of this name.
fn is_owned(name: &str) -> bool {
    let is_of_tag = name.ends_with(".yaml") && name != overlay::FILE;
    is_of_tag || ["IMPORT.md", "debt.toml", again::RECORD].contains(&name)
}

/// A change of the whole draft; an error ends the import.
type Pass = fn(&mut Draft) -> Result<()>;

/// In this order, for these reasons:
const PASSES: &[Pass] = &[
    // What is not OpenAPI 3 ends before anything reads it.
    document::version::check,
    // Before all others, so that none depends on the order of the source.
    document::order::sort,
    // Path items are the one thing that other references do not mean; their operations stand still from here on.
    operations::path_items::plain,
    // References before what looks things up by name, and 3.1 and mistakes before what reads schemas.
    references::resolve::resolve,
    schemas::lowering::lower,
    schemas::repair::repair,
    // Parameters before the paths that name them; tags and ids last, which look at the whole operation.
    operations::parameters::sendable,
    operations::path_parameters::declared,
    operations::bodies::concrete,
    operations::answers::sound,
    document::servers::name_servers,
    operations::servers::first,
    document::tags::one_per_operation,
    operations::ids::unique,
    operations::repeats::never,
    schemas::composition::compose,
    // A tag that is implied is the name of a schema, so before names are cleaned.
    schemas::discriminator::settle,
    schemas::cycle::cut,
    naming::component_names::clean,
    schemas::required::settle,
    // What stands inline is named after operations and components, so after these have their names.
    naming::inline_names::name_all,
    extensions::errors::base,
    extensions::credentials::describe,
    // The token operation of credentials has secrets, too.
    extensions::secrets::mark,
    extensions::pagination::propose,
    // Texts when nothing moves any more, then the table of lint, which has the last word about keys, then what nothing uses.
    document::description::fold_and_clean,
    document::shape::to_table,
    document::prune::unused,
];

/// The finished draft of a document.
fn draft(name: &str, source: Source) -> Result<Draft> {
    let mut draft = Draft::new(name, source);
    for pass in PASSES {
        pass(&mut draft)?;
    }
    Ok(draft)
}

/// The files of a draft, if lint finds nothing in them that a crate would trip over.
fn finish(name: &str, draft: Draft) -> Result<Imported> {
    let texts = write::layout::files(&draft.document);
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
        return Err(refused(&draft, &document, &wrong));
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
    anyhow::anyhow!("the spec made of the document cannot be read: {first}")
}

/// Findings that are told; a document with more has few mistakes many times.
const TOLD: usize = 20;

/// The error of a document whose spec lint refuses, with the lines of the source.
fn refused(draft: &Draft, document: &Document, findings: &[&Finding]) -> anyhow::Error {
    let source = &draft.notes.source().file;
    let mut told = BTreeSet::new();
    for finding in findings.iter().take(TOLD) {
        let pointer = document.pointer_at(&finding.place);
        let line = draft.notes.line(&pointer);
        told.insert(format!(
            "{source}:{line}: {}: {} ({})",
            finding.rule, finding.what, finding.what_to_do
        ));
    }
    let rest = findings.len().saturating_sub(TOLD);
    let told = told.into_iter().collect::<Vec<_>>().join("\n");
    let more = if rest > 0 {
        format!("\nand {rest} more")
    } else {
        String::new()
    };
    anyhow::anyhow!("the document cannot become a crate; nothing was written\n{told}{more}")
}

/// A spec that is kept by hand is never overwritten.
fn check_folder(root: &Path, name: &str) -> Result<()> {
    let main = root.join("specs").join(name).join("openapi.yaml");
    match std::fs::read_to_string(&main) {
        Ok(text) if text.lines().any(|line| line == "x-sdk-imported: true") => Ok(()),
        Ok(_) => bail!("specs/{name} is kept by hand and would be lost; import under another name"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => bail!("could not read {}: {error}", main.display()),
    }
}

/// Names a folder, a crate, a module and features, so it is held to what all of these take.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    ensure!(
        name.len() <= 40 && name.split('-').all(is_word),
        "`{}` cannot name a folder and a crate: use lower-case words of letters and digits with hyphens between them, at most 40 characters",
        name.escape_debug()
    );
    Ok(())
}

#[cfg(test)]
mod names {
    use super::check_name;

    #[test]
    fn a_name_that_leaves_the_folder_or_is_not_a_crate_is_refused() {
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

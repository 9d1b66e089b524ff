//! Repeated imports: edits to the spec since the last import stop the new import, unless the user
//! chooses to merge or to discard them.
//!
//! `specs/<name>/import.toml` contains a hash of each spec file as the last import wrote it. A
//! different hash reveals an edit. The vendor's document stays outside the repository; to merge
//! edits, pass the previous version of the document again.

#[cfg(test)]
mod tests;

use super::read::sha256;
use crate::command::diff;
use crate::spec::load::{assemble, load, stem_of_spec};
use anyhow::{Context as _, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// The file that records the last import.
pub(super) const RECORD: &str = "import.toml";

const HEAD: &str = "\
# SHA-256 hashes of the document and the files of the last import, written by `cargo xtask import`. A file with a different hash was edited since.
";

/// File contents by file name in `specs/<name>/`.
type Files = BTreeMap<String, String>;

/// How an import treats edits.
pub(super) enum Edits {
    /// The import fails and lists the edited files.
    Refuse,
    Discard,
    /// The import merges the edits, that is, all differences from the given files of the previous
    /// import.
    MergeSince(Files),
}

/// Returns the contents of `import.toml` for a source with this hash.
pub(super) fn record(source: &str, files: &Files) -> String {
    let mut text = format!("{HEAD}\nsource = \"{source}\"\n\n[files]\n");
    for (name, content) in files
        .iter()
        .filter(|(name, _)| stem_of_spec(name).is_some())
    {
        let _ = writeln!(
            text,
            "{} = \"{}\"",
            toml::Value::from(name.as_str()),
            sha256(content.as_bytes())
        );
    }
    text
}

/// Rejects, discards or merges the edits since the last import. Merged edits become part of
/// `files`.
///
/// Fails and lists the files if edits are rejected, or if they conflict with the new document. Also
/// fails if a file can't be read, or if the merged files are not a valid spec.
pub(super) fn keep_edits(root: &Path, name: &str, files: &mut Files, edits: &Edits) -> Result<()> {
    let folder = root.join("specs").join(name);
    if matches!(edits, Edits::Discard) || !folder.exists() {
        return Ok(());
    }
    let ours = spec_files(&folder)?;
    let last = last_hashes(&folder)?;
    let edited: Vec<String> = edited(&ours, last.as_ref(), files);
    if edited.is_empty() {
        return Ok(());
    }
    let Edits::MergeSince(base) = edits else {
        bail!(
            "specs/{name}: edited since the last import: {}; nothing was written. Move the edits to specs/{name}/overlay.yaml and \
             run again with --discard-edits, or merge them with --previous <document of the last import>",
            edited.join(", ")
        );
    };
    let merged = merge(name, base, &ours, files)?;
    check(name, &merged)?;
    files.retain(|file, _| stem_of_spec(file).is_none());
    files.extend(merged);
    Ok(())
}

/// Reads the files of the spec in a folder.
fn spec_files(folder: &Path) -> Result<Files> {
    let shown = folder.display();
    let mut files = Files::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("could not list {shown}"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if stem_of_spec(&name).is_some() {
            let text = std::fs::read_to_string(entry.path())
                .with_context(|| format!("could not read {shown}/{name}"))?;
            files.insert(name, text);
        }
    }
    Ok(files)
}

/// Reads the hashes of the last import; `None` if there is no record.
fn last_hashes(folder: &Path) -> Result<Option<BTreeMap<String, String>>> {
    let path = folder.join(RECORD);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("could not read {}", path.display()));
        }
    };
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("{} is not valid TOML", path.display()))?;
    let hashes = table.get("files").and_then(toml::Value::as_table);
    let hashes =
        hashes.with_context(|| format!("{}: the table [files] is missing", path.display()))?;
    let hashes = hashes.iter().filter_map(|(name, hash)| {
        let hash = hash.as_str()?;
        Some((name.clone(), hash.to_owned()))
    });
    Ok(Some(hashes.collect()))
}

/// Returns the files that were edited, added or removed since the last import. Without a record,
/// returns all existing files that differ from the new import.
fn edited(ours: &Files, last: Option<&BTreeMap<String, String>>, new: &Files) -> Vec<String> {
    let names: BTreeSet<&String> = match last {
        Some(last) => ours.keys().chain(last.keys()).collect(),
        None => ours.keys().collect(),
    };
    let is_edited = |name: &&&String| {
        let ours = ours.get(**name);
        match last {
            Some(last) => ours.map(|text| sha256(text.as_bytes())).as_ref() != last.get(**name),
            None => ours != new.get(**name),
        }
    };
    names
        .iter()
        .filter(is_edited)
        .map(|name| (**name).clone())
        .collect()
}

/// Merges the changes that the two sides made to each file since the base. Fails if both sides
/// changed the same lines differently or added different files of the same name, or if one side
/// changed a file and the other removed it.
fn merge(name: &str, base: &Files, ours: &Files, theirs: &Files) -> Result<Files> {
    let all = base.keys().chain(ours.keys()).chain(theirs.keys());
    let names: BTreeSet<&String> = all.filter(|file| stem_of_spec(file).is_some()).collect();
    let mut merged = Files::new();
    let mut conflicts = Vec::new();
    for file in names {
        let (base, ours, theirs) = (base.get(file), ours.get(file), theirs.get(file));
        let text = match (base, ours, theirs) {
            (base, ours, theirs) if ours == base || ours == theirs => theirs.cloned(),
            (base, ours, theirs) if theirs == base => ours.cloned(),
            (Some(base), Some(ours), Some(theirs)) => match diffy::merge(base, ours, theirs) {
                Ok(text) => Some(text),
                Err(text) => {
                    conflicts.extend(
                        conflict_lines(&text, ours)
                            .map(|line| format!("specs/{name}/{file}:{line}")),
                    );
                    None
                }
            },
            (_, None, Some(_)) => {
                conflicts.push(format!(
                    "specs/{name}/{file} (removed here, changed by the new document)"
                ));
                None
            }
            (base, Some(_), _) => {
                let why = match base {
                    Some(_) => "edited here, removed by the new document",
                    None => "added here, and added differently by the new document",
                };
                conflicts.push(format!("specs/{name}/{file} ({why})"));
                None
            }
            (_, None, None) => None,
        };
        merged.extend(text.map(|text| (file.clone(), text)));
    }
    if !conflicts.is_empty() {
        bail!(
            "the edits conflict with the new document: {}; nothing was written. Revert the edits, import, and make them again",
            conflicts.join(", ")
        );
    }
    Ok(merged)
}

/// Returns the line numbers in our file at which conflicts start.
fn conflict_lines(marked: &str, ours: &str) -> impl Iterator<Item = usize> {
    let most = ours.lines().count().max(1);
    let mut number = 0;
    let mut is_ours = true;
    let mut lines = Vec::new();
    for line in marked.lines() {
        if line.starts_with("<<<<<<<") {
            lines.push((number + 1).min(most));
        } else if line.starts_with("|||||||") || line.starts_with("=======") {
            is_ours = false;
        } else if line.starts_with(">>>>>>>") {
            is_ours = true;
        } else if is_ours {
            number += 1;
        }
    }
    lines.into_iter()
}

/// Fails if the merged files can't be read as a spec, or break a correctness rule.
fn check(name: &str, files: &Files) -> Result<()> {
    let document = document(name, files)?;
    let mut findings = crate::spec::lint::lint(&document);
    findings.retain(|finding| finding.level == crate::spec::rule::Level::Correctness);
    match findings.first() {
        None => Ok(()),
        Some(first) => {
            bail!("the edits conflict with the new document: {first}; nothing was written")
        }
    }
}

fn document(name: &str, files: &Files) -> Result<crate::spec::load::Document> {
    let specs = files.iter().filter_map(|(file, text)| {
        let stem = stem_of_spec(file)?;
        Some((stem.to_owned(), text.clone().into_bytes()))
    });
    assemble(name, &specs.collect()).map_err(|findings| {
        let first = findings.first().map(ToString::to_string);
        anyhow::anyhow!("cannot read the spec: {}", first.unwrap_or_default())
    })
}

/// Describes the effect of the new files: the affected files, and the changes for users of the
/// crate. Returns an empty string if the folder does not exist yet.
pub(super) fn difference(root: &Path, name: &str, files: &Files) -> Result<String> {
    let folder = root.join("specs").join(name);
    if !folder.exists() {
        return Ok(String::new());
    }
    let ours = spec_files(&folder)?;
    let theirs: Files = files
        .iter()
        .filter(|(file, _)| stem_of_spec(file).is_some())
        .map(|(file, text)| (file.clone(), text.clone()))
        .collect();
    if ours == theirs {
        return Ok(format!("specs/{name}: no changes since the last import\n"));
    }
    let mut text = String::new();
    let changed: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    for file in changed
        .into_iter()
        .filter(|file| ours.get(*file) != theirs.get(*file))
    {
        let what = match (ours.contains_key(file), theirs.contains_key(file)) {
            (false, _) => "new",
            (_, false) => "gone",
            _ => "changed",
        };
        let _ = writeln!(text, "specs/{name}/{file}: {what}");
    }
    let Ok(before) = load(root, name) else {
        text.push_str("the effect on users is unknown: could not read the previous spec\n");
        return Ok(text);
    };
    match diff::between(&before, &document(name, files)?) {
        Ok(changes) => {
            changes.iter().for_each(|change| {
                let _ = writeln!(text, "{change}");
            });
            let _ = writeln!(text, "changes for users of the crate: {}", changes.len());
        }
        Err(error) => {
            let _ = writeln!(text, "the effect on users is unknown: {error:#}");
        }
    }
    Ok(text)
}

#[cfg(test)]
mod merge_tests {
    use super::*;

    fn files(texts: &[(&str, &str)]) -> Files {
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        texts.iter().map(own).collect()
    }

    #[test]
    fn edited_added_and_removed_files_are_detected_and_the_overlay_is_ignored() {
        let written = files(&[
            ("openapi.yaml", "a\n"),
            ("main.yaml", "b\n"),
            ("gone.yaml", "c\n"),
        ]);
        let record = record("00", &written);
        let table: toml::Table = record.parse().unwrap();
        assert_eq!(table["source"].as_str(), Some("00"));
        let folder = std::env::temp_dir().join(format!("xtask-again-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in [
            ("openapi.yaml", "a\n"),
            ("main.yaml", "edited\n"),
            ("added.yaml", "d\n"),
            ("overlay.yaml", "e\n"),
            (RECORD, record.as_str()),
        ] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let last = last_hashes(&folder).unwrap();
        let ours = spec_files(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(
            edited(&ours, last.as_ref(), &written),
            ["added.yaml", "gone.yaml", "main.yaml"]
        );
        // Without a record, a file that equals the new import doesn't count as edited.
        assert_eq!(edited(&ours, None, &written), ["added.yaml", "main.yaml"]);
    }

    #[test]
    fn a_merge_keeps_the_changes_of_both_sides() {
        let base = files(&[("main.yaml", "a\nb\nc\nd\ne\n"), ("old.yaml", "x\n")]);
        let ours = files(&[
            ("main.yaml", "a\nB\nc\nd\ne\n"),
            ("old.yaml", "x\n"),
            ("own.yaml", "y\n"),
        ]);
        let theirs = files(&[("main.yaml", "a\nb\nc\nd\nE\n"), ("new.yaml", "z\n")]);
        assert_eq!(
            merge("acme", &base, &ours, &theirs).unwrap(),
            files(&[
                ("main.yaml", "a\nB\nc\nd\nE\n"),
                ("new.yaml", "z\n"),
                ("own.yaml", "y\n")
            ])
        );
    }

    #[test]
    fn merge_conflicts_are_reported_with_file_and_line() {
        let base = files(&[("main.yaml", "a\nb\nc\n"), ("gone.yaml", "x\n")]);
        let ours = files(&[
            ("main.yaml", "a\nmine\nc\n"),
            ("gone.yaml", "mine\n"),
            ("both.yaml", "mine\n"),
        ]);
        let theirs = files(&[("main.yaml", "a\ntheirs\nc\n"), ("both.yaml", "theirs\n")]);
        let error = merge("acme", &base, &ours, &theirs)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("specs/acme/both.yaml (added here, and added differently by the new document), specs/acme/gone.yaml (edited here, removed by the new document), specs/acme/main.yaml:2"),
            "{error}"
        );
    }
}

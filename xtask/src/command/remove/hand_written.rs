//! Finds files of a vendor that were created or edited by hand: files of its crate, and its sandbox
//! profile.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::command::new::crate_files;
use crate::name;
use crate::output::{files_below, outside_regions};
use crate::spec::load::load;

/// Files that `generate` writes completely, outside the folders `generated`.
const GENERATED: [&str; 2] = ["API.md", "openapi.json"];

/// Returns one line per file that was created or edited by hand.
pub(super) fn files(root: &Path, vendor: &str) -> Result<Vec<String>> {
    let made = match load(root, vendor) {
        Ok(document) => crate_files::files(root, &document)?,
        // Without a readable spec, every file that `generate` doesn't write is treated as
        // hand-written.
        Err(_) => Vec::new(),
    };
    let made: BTreeMap<PathBuf, String> = made.into_iter().collect();
    let krate = PathBuf::from("crates").join(name::package(vendor));
    let mut paths: Vec<PathBuf> = files_below(&root.join(&krate))?
        .into_iter()
        .filter_map(|path| path.strip_prefix(root).map(Path::to_owned).ok())
        .filter(|path| !is_generated(path, &krate))
        .collect();
    let profile = crate_files::sandbox_profile(vendor);
    paths.extend(root.join(&profile).exists().then_some(profile));
    let mut found = Vec::new();
    for path in paths {
        let shown = path.display();
        match made.get(&path) {
            None => found.push(format!("{shown}: not created by `cargo xtask new`")),
            Some(made) => {
                let text = std::fs::read_to_string(root.join(&path))
                    .with_context(|| format!("cannot read {shown}"))?;
                if let Some(line) = first_difference(&text, made) {
                    found.push(format!("{shown}:{line}: edited by hand"));
                }
            }
        }
    }
    Ok(found)
}

fn is_generated(path: &Path, krate: &Path) -> bool {
    let Ok(path) = path.strip_prefix(krate) else {
        return false;
    };
    path.components()
        .any(|part| part.as_os_str() == "generated")
        || GENERATED.iter().any(|name| path == Path::new(name))
}

/// Returns the number of the first line, outside marked regions, at which the text differs from the
/// text that `new` created.
fn first_difference(text: &str, made: &str) -> Option<usize> {
    let (mut now, mut then) = (outside_regions(text), outside_regions(made));
    loop {
        match (now.next(), then.next()) {
            (None, None) => return None,
            (Some((_, line)), Some((_, made))) if line == made => {}
            (Some((number, _)), _) => return Some(number),
            (None, Some(_)) => return Some(text.lines().count().max(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn only_edits_outside_generated_regions_are_differences() {
        let made = "a\n# @generated begin x\n# @generated end x\nb\n";
        let filled = "a\n# @generated begin x\ny\n# @generated end x\nb\n";
        assert_eq!(first_difference(filled, made), None);
        assert_eq!(first_difference("a\nc\n", made), Some(2));
        assert_eq!(first_difference("a\nb\nc\n", made), Some(3));
        assert_eq!(first_difference("a\n", made), Some(1));
    }
}

//! Counts of untyped places, stored in `specs/untyped.toml`. `generate` can only lower the counts.
//! To raise a count, edit the file.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::emit::report::untyped::UntypedPlace;

/// Path of the file, below the workspace root.
pub(super) const FILE: &str = "specs/untyped.toml";

const HEAD: &str = "\
# Number of values in each vendor's API that don't have a specific Rust type. These values are arbitrary JSON, bytes or text.
# `faithful`: the document does not describe the type. `avoidable`: the document describes the type, but the
# generator does not support it. `cargo xtask generate` lowers the counts, and fails if a count would increase. If a
# vendor adds a value without a type, raise the count by hand.
";

/// Counts of one vendor.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Counts {
    faithful: usize,
    avoidable: usize,
}

impl Counts {
    pub(super) fn of(places: &[UntypedPlace]) -> Self {
        let faithful = places.iter().filter(|place| place.is_faithful).count();
        Self {
            faithful,
            avoidable: places.len() - faithful,
        }
    }
}

/// Returns the text of the file with the current counts of the given vendors; `None` if the file
/// does not exist. Fails if a count would increase.
pub(super) fn lowered(
    root: &Path,
    vendors: &BTreeMap<String, Vec<UntypedPlace>>,
) -> Result<Option<String>> {
    let path = root.join(FILE);
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {FILE}"))?;
    let mut known = read(&text)?;
    for (vendor, places) in vendors {
        let counts = Counts::of(places);
        // A new vendor starts with its current counts.
        let before = known.insert(vendor.clone(), counts).unwrap_or(counts);
        for (word, is_faithful, before, after) in [
            ("faithful", true, before.faithful, counts.faithful),
            ("avoidable", false, before.avoidable, counts.avoidable),
        ] {
            if after > before {
                let of_word = places
                    .iter()
                    .filter(|place| place.is_faithful == is_faithful);
                let names: Vec<&str> = of_word.map(|place| place.name.as_str()).collect();
                bail!(
                    "the number of {word} untyped places of {vendor} increased from {before} to {after}: {}; add a type \
                     to the new place, or raise the count in {FILE}",
                    names.join(", ")
                );
            }
        }
    }
    // Drop the counts of vendors that were removed.
    known.retain(|vendor, _| {
        vendors.contains_key(vendor) || root.join("specs").join(vendor).is_dir()
    });
    let mut text = HEAD.to_owned();
    for (vendor, counts) in known {
        let Counts {
            faithful,
            avoidable,
        } = counts;
        text.push_str(&format!(
            "\n[{vendor:?}]\nfaithful = {faithful}\navoidable = {avoidable}\n"
        ));
    }
    Ok(Some(text))
}

fn read(text: &str) -> Result<BTreeMap<String, Counts>> {
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("{FILE} is not TOML"))?;
    let mut known = BTreeMap::new();
    for (vendor, counts) in table {
        let number = |key: &str| {
            let number = counts.get(key).and_then(toml::Value::as_integer);
            let number = number.and_then(|number| usize::try_from(number).ok());
            number.with_context(|| {
                format!("{FILE}: `{key}` of {vendor} is not a non-negative integer")
            })
        };
        let counts = Counts {
            faithful: number("faithful")?,
            avoidable: number("avoidable")?,
        };
        known.insert(vendor, counts);
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_decrease_automatically_and_an_increase_is_an_error() {
        let root = std::env::temp_dir().join(format!("xtask-untyped-{}", std::process::id()));
        std::fs::create_dir_all(root.join("specs")).unwrap();
        std::fs::write(
            root.join(FILE),
            "[\"acme\"]\nfaithful = 2\navoidable = 0\n\n[\"gone\"]\nfaithful = 1\navoidable = 0\n",
        )
        .unwrap();
        let place = |name: &str, is_faithful| UntypedPlace {
            name: name.to_owned(),
            is_faithful,
        };
        let lowered = |places| lowered(&root, &BTreeMap::from([("acme".to_owned(), places)]));
        let text = lowered(vec![place("A.b", true)]).unwrap().unwrap();
        assert!(
            text.ends_with("[\"acme\"]\nfaithful = 1\navoidable = 0\n") && !text.contains("gone"),
            "{text}"
        );
        let error = lowered(vec![place("A.b", false)]).unwrap_err().to_string();
        assert!(
            error.contains(
                "the number of avoidable untyped places of acme increased from 0 to 1: A.b"
            ),
            "{error}"
        );
        std::fs::remove_dir_all(&root).unwrap();
    }
}

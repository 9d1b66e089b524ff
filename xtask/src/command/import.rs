//! The command `import`: a published OpenAPI document becomes `specs/<name>/` in the house form.
//!
//! The source is read in bounded time and memory, goes through a list of passes, and is written as a whole or not at all. A pass is a
//! function over the draft that makes one thing right, and reports what a person should know. Nothing is lost in silence: the report
//! becomes `IMPORT.md`.

mod credentials;
mod draft;
mod read;
mod report;
mod schemas;
mod text;
mod visit;

use anyhow::{Result, ensure};
use clap::Args;
use draft::Draft;
use read::Source;
use std::path::{Path, PathBuf};

/// Which document to import, and under which name.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The folder to write below specs/: lower-case words with hyphens between them.
    pub name: String,
    /// The document: OpenAPI 3.0 or 3.1, JSON or YAML.
    pub file: PathBuf,
}

/// Writes the folder of one document.
pub fn run(_root: &Path, arguments: &Arguments) -> Result<()> {
    check_name(&arguments.name)?;
    let source = Source::read(&arguments.file)?;
    let _draft = draft(&arguments.name, source)?;
    Ok(())
}

/// A change of the whole draft; an error ends the import.
type Pass = fn(&mut Draft) -> Result<()>;

/// In this order, for these reasons:
const PASSES: &[Pass] = &[
    // References first: all that follows looks schemas up by name.
    schemas::reference::resolve,
    schemas::lowering::lower,
    schemas::repair::repair,
    schemas::composition::compose,
    // A tag that is implied is the name of a schema, so before names are cleaned.
    schemas::discriminator::settle,
    schemas::cycle::cut,
    schemas::component_names::clean,
    schemas::required::settle,
    schemas::inline_names::name_all,
    credentials::describe,
];

/// The finished draft of a document.
fn draft(name: &str, source: Source) -> Result<Draft> {
    let mut draft = Draft::new(name, source);
    for pass in PASSES {
        pass(&mut draft)?;
    }
    Ok(draft)
}

/// Names a folder, a crate, a module and features, so it is held to what all of these take.
fn check_name(name: &str) -> Result<()> {
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
mod tests {
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

//! Sees to it that nobody else can read what is stored.

use std::fs::{DirBuilder, File, OpenOptions};
use std::path::Path;

use super::failed;
use crate::Error;

/// Makes the folder if it is missing; refuses one that others can look into.
pub(super) fn folder(path: &Path) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| failed("made", path, error))?;
    let metadata = std::fs::metadata(path).map_err(|error| failed("looked at", path, error))?;
    refuse_shared(path, &metadata, "700")
}

/// Opens a file, which is made for its owner alone; refuses one that others can read.
pub(super) fn file(path: &Path, options: &mut OpenOptions) -> Result<File, Error> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    let file = options
        .open(path)
        .map_err(|error| failed("opened", path, error))?;
    let metadata = file
        .metadata()
        .map_err(|error| failed("looked at", path, error))?;
    refuse_shared(path, &metadata, "600")?;
    Ok(file)
}

#[cfg(unix)]
fn refuse_shared(path: &Path, metadata: &std::fs::Metadata, wanted: &str) -> Result<(), Error> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Error::configuration(format!(
        "{} is open to others (mode {mode:o}), so tokens are not kept there: chmod {wanted}, or give another folder",
        path.display()
    )))
}

#[cfg(not(unix))]
fn refuse_shared(_: &Path, _: &std::fs::Metadata, _: &str) -> Result<(), Error> {
    Ok(())
}

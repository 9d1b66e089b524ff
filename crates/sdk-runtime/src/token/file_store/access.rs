//! Checks that other users can't access the stored tokens (only on Unix).

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;

use crate::error::Error;
use crate::token::file_store::failure::failed;

/// Creates the folder if it is missing. Rejects a folder that others can access.
pub(super) fn folder(path: &Path) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| failed("created", path, error))?;
    check_folder(path).map(drop)
}

/// Returns whether the folder exists. Rejects a folder that others can access.
pub(super) fn check_folder(path: &Path) -> Result<bool, Error> {
    match std::fs::metadata(path) {
        Ok(metadata) => check_permissions(path, &metadata, "700").map(|()| true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed("inspected", path, error)),
    }
}

/// Opens a file. A new file is accessible only to its owner. Rejects a file that others can
/// access.
pub(super) fn file(path: &Path, options: &mut OpenOptions) -> Result<File, Error> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    let file = options
        .open(path)
        .map_err(|error| failed("opened", path, error))?;
    let metadata = file
        .metadata()
        .map_err(|error| failed("inspected", path, error))?;
    check_permissions(path, &metadata, "600")?;
    Ok(file)
}

#[cfg(unix)]
fn check_permissions(path: &Path, metadata: &std::fs::Metadata, wanted: &str) -> Result<(), Error> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    // A different owner can read the file regardless of its mode.
    check_owner(path, metadata.uid(), rustix::process::geteuid().as_raw())?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Error::configuration(format!(
        "others can access {} (mode {mode:o}), so no tokens are stored there: run chmod {wanted}, or use another folder",
        path.display()
    )))
}

#[cfg(unix)]
fn check_owner(path: &Path, owner: u32, us: u32) -> Result<(), Error> {
    if owner == us {
        return Ok(());
    }
    Err(Error::configuration(format!(
        "{} belongs to another user (uid {owner}, and this process is {us}), so no tokens are stored there: run chown {us}, or use another folder",
        path.display()
    )))
}

#[cfg(not(unix))]
fn check_permissions(_: &Path, _: &std::fs::Metadata, _: &str) -> Result<(), Error> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn a_folder_of_another_user_is_rejected() {
        let within = tempfile::tempdir().unwrap();
        let ours = within.path().join("tokens");
        folder(&ours).unwrap();
        let owner = std::fs::metadata(&ours).unwrap().uid();
        assert!(check_owner(&ours, owner, owner).is_ok());
        let error = check_owner(&ours, owner, owner + 1).unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains("belongs to another user"),
            "{error}"
        );
    }
}

//! Replaces a file atomically: after a crash, it has either its old or its new content.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind as IoKind, Write};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::error::Error;
use crate::token::file_store::access;
use crate::token::file_store::failure::{failed, has_kind};

/// Age at which a file that remained after a crash is deleted. No write takes that long.
const MAX_LEFTOVER_AGE: Duration = Duration::from_secs(10 * 60);

static COUNT: AtomicU64 = AtomicU64::new(0);

/// Writes a new file, renames it, and syncs the folder, so that a finished save is durable.
pub(super) fn replace(folder: &Path, name: &str, path: &Path, text: &[u8]) -> Result<(), Error> {
    // Every write uses its own file name, because a process that lost the lock without noticing may
    // still be writing.
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let beside = folder.join(format!("{name}.{}-{count}.new", process::id()));
    let mut options = OpenOptions::new();
    // The file may exist: a crashed process, or one in another container, may have had the same id.
    let mut file = match access::file(&beside, options.write(true).create_new(true)) {
        Err(error) if has_kind(&error, IoKind::AlreadyExists) => {
            std::fs::remove_file(&beside).map_err(|error| failed("replaced", &beside, error))?;
            access::file(&beside, options.write(true).create_new(true))?
        }
        file => file?,
    };
    delete_leftovers(folder, name, &file);
    let written = file
        .write_all(text)
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&beside, path));
    if let Err(error) = written {
        // If removing the file also fails, a later save deletes it.
        let _ = std::fs::remove_file(&beside);
        return Err(failed("written", path, error));
    }
    sync_folder(folder)
}

/// Deletes files that crashes left behind, if they are much older than the new file. Failures are
/// ignored, because they don't affect any token.
fn delete_leftovers(folder: &Path, name: &str, new: &File) {
    let now = new.metadata().and_then(|metadata| metadata.modified());
    let (Ok(entries), Ok(now)) = (std::fs::read_dir(folder), now) else {
        return;
    };
    for entry in entries.flatten() {
        let file_name = entry.file_name();
        let is_ours = file_name
            .to_str()
            .is_some_and(|file_name| file_name.starts_with(name) && file_name.ends_with(".new"));
        let is_old = || {
            let then = entry.metadata().ok()?.modified().ok()?;
            Some(now.duration_since(then).ok()? > MAX_LEFTOVER_AGE)
        };
        if is_ours && is_old() == Some(true) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), Error> {
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| failed("synced", folder, error))
}

/// On other systems, a folder can't be opened and synced.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), Error> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_files_left_by_a_crash_are_deleted() {
        let within = tempfile::tempdir().unwrap();
        let folder = within.path().join("tokens");
        access::folder(&folder).unwrap();
        let left = |name: &str, age: u64| {
            let path = folder.join(name);
            let file = File::create(&path).unwrap();
            let now = file.metadata().unwrap().modified().unwrap();
            file.set_modified(now - Duration::from_secs(age)).unwrap();
            path
        };
        let old = left("key.1-1.new", 3600);
        let others = [
            left("key.1-2.new", 1),
            left("other.1-1.new", 3600),
            left("key.lock", 3600),
        ];
        replace(&folder, "key", &folder.join("key.json"), b"text").unwrap();
        assert!(!old.exists() && others.iter().all(|other| other.exists()));
        assert_eq!(std::fs::read(folder.join("key.json")).unwrap(), b"text");
    }
}

//! A cross-process lock that detects whether its file was deleted.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use fs4::fs_std::FileExt;

use crate::error::Error;
use crate::token::file_store::access;
use crate::token::file_store::failure::failed;

/// `FILE_SHARE_READ | FILE_SHARE_WRITE`, without `FILE_SHARE_DELETE`, which Rust sets by default.
#[cfg(windows)]
const SHARE_READ_AND_WRITE: u32 = 0x1 | 0x2;

/// A held lock file. Closing it releases the lock.
pub(super) struct FileLock {
    path: PathBuf,
    file: File,
}

impl FileLock {
    /// Takes the lock. Returns `None` if it is held elsewhere, or if its file was just deleted.
    pub(super) fn try_acquire(path: &Path) -> Result<Option<Self>, Error> {
        // The file is always empty, so there is nothing to truncate.
        let mut options = OpenOptions::new();
        #[cfg(windows)]
        std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, SHARE_READ_AND_WRITE);
        let file = access::file(path, options.write(true).create(true).truncate(false))?;
        let is_taken = file
            .try_lock_exclusive()
            .map_err(|error| failed("locked", path, error))?;
        let lock = Self {
            path: path.to_owned(),
            file,
        };
        // The file may have been deleted between opening and locking. In that case, the lock would
        // not exclude other processes.
        Ok((is_taken && lock.is_in_place()?).then_some(lock))
    }

    /// Fails if the file was deleted while the lock was held, because another process may then hold
    /// a new lock.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.is_in_place()? {
            return Ok(());
        }
        Err(Error::store(format!(
            "{} was deleted while its lock was held, so nothing was saved; delete token files only while no client uses them",
            self.path.display()
        )))
    }

    #[cfg(unix)]
    fn is_in_place(&self) -> Result<bool, Error> {
        use std::os::unix::fs::MetadataExt;

        let looked_at = |error| failed("inspected", &self.path, error);
        let ours = self.file.metadata().map_err(looked_at)?;
        match std::fs::metadata(&self.path) {
            Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(looked_at(error)),
        }
    }

    /// On Windows, an open file can't be deleted, because it is not shared for deletion.
    #[cfg(not(unix))]
    fn is_in_place(&self) -> Result<bool, Error> {
        let _ = &self.file;
        Ok(true)
    }
}

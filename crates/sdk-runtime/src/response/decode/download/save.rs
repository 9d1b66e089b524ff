//! Saves a download to disk, completely or not at all.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::response::decode::download::Download;

/// Number of bytes that are collected before each write.
const WRITE_BUFFER_SIZE: usize = 512 * 1024;

impl Download {
    /// Saves the rest of the download to a file, and returns the number of bytes written.
    ///
    /// Writes to a temporary file in the target's folder, and replaces the target only when that
    /// file is complete. After a failure, or if the future is dropped, the temporary file is
    /// removed, and an existing target is unchanged. A replaced file keeps its permissions. If the
    /// path is a symbolic link, the link's target is replaced. When the method returns, the file is
    /// synced to disk.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`chunk`](Self::chunk). Also returns an error if the file can't
    /// be written.
    pub async fn save_to(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let path = &*target(path.as_ref()).await;
        let (mut partial, file) = Partial::create(path)
            .await
            .map_err(|error| self.not_written(path, error))?;
        let mut writer = BufWriter::with_capacity(WRITE_BUFFER_SIZE, file);
        let mut written = 0;
        while let Some(chunk) = self.chunk().await? {
            writer
                .write_all(&chunk)
                .await
                .map_err(|error| self.not_written(path, error))?;
            written += chunk.len() as u64;
        }
        writer
            .flush()
            .await
            .map_err(|error| self.not_written(path, error))?;
        partial
            .replace(path, writer.into_inner())
            .await
            .map_err(|error| self.not_written(path, error))?;
        Ok(written)
    }

    /// Returns an error about the local file.
    fn not_written(&self, path: &Path, error: std::io::Error) -> Error {
        let text = format!("{} cannot be written", path.display());
        Error::new(ErrorKind::Output, text)
            .with_operation(self.raw.operation())
            .with_source(error)
    }
}

/// Returns the target of a path: the file behind a symbolic link, even if that file doesn't exist
/// yet.
async fn target(path: &Path) -> Cow<'_, Path> {
    /// Linux's limit on nested symbolic links.
    const MAX_SYMLINKS: usize = 40;
    let mut target = Cow::Borrowed(path);
    for _ in 0..MAX_SYMLINKS {
        let Ok(next) = tokio::fs::read_link(&target).await else {
            break;
        };
        target = Cow::Owned(match target.parent() {
            Some(folder) => folder.join(next),
            None => next,
        });
    }
    target
}

/// A file that is removed on drop unless it was completed.
struct Partial {
    path: PathBuf,
    is_done: bool,
}

impl Partial {
    /// Syncs the complete file and moves it to its final path. Keeps the permissions of a file that
    /// already exists there.
    async fn replace(&mut self, path: &Path, file: File) -> io::Result<()> {
        if let Ok(about) = tokio::fs::metadata(path).await {
            file.set_permissions(about.permissions()).await?;
        }
        file.sync_all().await?;
        drop(file);
        tokio::fs::rename(&self.path, path).await?;
        self.is_done = true;
        // Only Unix can open a folder as a file. Errors are ignored, because some file systems
        // can't sync a folder, and the content of the file is already synced.
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            if let Ok(folder) = File::open(folder).await {
                let _ = folder.sync_all().await;
            }
        }
        Ok(())
    }

    /// Creates the file in its target's folder, so that it can be renamed.
    async fn create(path: &Path) -> io::Result<(Self, File)> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let Some(name) = path.file_name() else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the path has no file name",
            ));
        };
        if tokio::fs::metadata(path)
            .await
            .is_ok_and(|about| about.is_dir())
        {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "it is a directory",
            ));
        }
        loop {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            hidden.push(format!(".{}-{count}.part", std::process::id()));
            let partial = Self {
                path: path.with_file_name(hidden),
                is_done: false,
            };
            // Runs on this thread, because another thread could create the file after the future
            // was dropped.
            match std::fs::File::create_new(&partial.path) {
                Ok(file) => return Ok((partial, File::from_std(file))),
                Err(error) => {
                    // The file belongs to another download and must not be removed.
                    std::mem::forget(partial);
                    if error.kind() != io::ErrorKind::AlreadyExists {
                        return Err(error);
                    }
                }
            }
        }
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_done {
            // `drop` can't return an error.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

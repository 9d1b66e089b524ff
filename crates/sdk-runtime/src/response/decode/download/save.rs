//! Writes a download to the disk, all of it or nothing.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::response::decode::download::Download;

/// How much is gathered before it is written.
const STEP: usize = 512 * 1024;

impl Download {
    /// Writes all that is left into a file, and returns how many bytes that were.
    ///
    /// The bytes go to a temporary file beside it, which takes its place once it is complete: a file that is there
    /// already stays whole until then. After a failure, or if the future is dropped, nothing is left behind. A file that is
    /// replaced keeps its permissions, and a symbolic link leads to the new file. When it returns, the bytes are on the disk.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), and if the file cannot be written.
    pub async fn save_to(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let path = &*target(path.as_ref()).await;
        let (mut partial, file) = Partial::create(path)
            .await
            .map_err(|error| self.not_written(path, error))?;
        let mut writer = BufWriter::with_capacity(STEP, file);
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

    /// An error about the file on our side.
    fn not_written(&self, path: &Path, error: std::io::Error) -> Error {
        let text = format!("{} cannot be written", path.display());
        Error::new(ErrorKind::Output, text)
            .with_operation(self.raw.operation())
            .with_source(error)
    }
}

/// Where a path leads: what a symbolic link names, also if it is not there yet.
async fn target(path: &Path) -> Cow<'_, Path> {
    /// As many as Linux follows.
    const LINKS: usize = 40;
    let mut target = Cow::Borrowed(path);
    for _ in 0..LINKS {
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

/// A file that is removed unless it was finished.
struct Partial {
    path: PathBuf,
    is_done: bool,
}

impl Partial {
    /// Puts the complete file in its place, with the permissions of what is there.
    async fn replace(&mut self, path: &Path, file: File) -> io::Result<()> {
        if let Ok(about) = tokio::fs::metadata(path).await {
            file.set_permissions(about.permissions()).await?;
        }
        file.sync_all().await?;
        drop(file);
        tokio::fs::rename(&self.path, path).await?;
        self.is_done = true;
        // Only Unix opens a folder as a file, and some file systems cannot sync one: the file itself is safe by then.
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

    /// Creates it in the folder of the file that it will become, so that it need not be copied.
    async fn create(path: &Path) -> io::Result<(Self, File)> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let Some(name) = path.file_name() else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the path names no file",
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
            // Not in another thread: there it would come to be after its future was dropped.
            match std::fs::File::create_new(&partial.path) {
                Ok(file) => return Ok((partial, File::from_std(file))),
                Err(error) => {
                    // It is not ours to remove.
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
            // Nobody is left to hear of a failure.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

//! Tokens shared between processes, in files that only their owner can read.

mod access;
mod failure;
mod lock;
mod lock_handover;
mod replace;

use std::fs::OpenOptions;
use std::io::{ErrorKind as IoKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use crate::BoxFuture;
use crate::error::Error;
use crate::token::file_store::failure::{failed, has_kind};
use crate::token::file_store::lock::FileLock;
use crate::token::store::saved::SavedToken;
use crate::token::store::{LockedToken, TokenKey, TokenStore};

/// First pause between attempts to acquire a lock that is held elsewhere.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(80);

/// Stores each key's token in its own file in one folder.
///
/// The folder is created with mode 0700, and the files with 0600. A folder or file that other users
/// own or can access is rejected. File names begin with [`TokenKey::name`] and don't reveal the
/// key. A client that needs a new token holds a lock from its last read of the file until the token
/// is on disk. Therefore, if many processes start together, only one of them performs the exchange.
/// A file that is damaged or belongs to another client is ignored, with a `tracing` warning, and
/// replaced by the next save.
///
/// Changed credentials use new files, and the old files remain. To remove them, delete the folder
/// while no client uses it.
///
/// Owners and modes are checked only on Unix. On Unix, the lock is advisory (`flock`). A network
/// folder requires a file system that supports locks between machines.
#[derive(Debug, Clone)]
pub struct FileStore {
    folder: PathBuf,
}

impl FileStore {
    /// Creates a store that keeps its files in `folder`. The folder itself is created on first use.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    fn entry(&self, key: &TokenKey) -> Entry {
        Entry {
            folder: self.folder.clone(),
            name: key.name(),
            vendor: key.vendor.clone(),
            base_url: key.base_url.clone(),
        }
    }
}

/// Content of a file. The vendor and the base URL show users which client the file belongs to, and
/// are checked when the file is read.
#[derive(Serialize, Deserialize)]
struct Content {
    version: u32,
    vendor: String,
    base_url: String,
    token: SavedToken,
}

const VERSION: u32 = 1;

impl TokenStore for FileStore {
    fn load<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<SavedToken>, Error>> {
        let entry = self.entry(key);
        Box::pin(blocking(move || entry.load()))
    }

    fn lock<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn LockedToken>, Error>> {
        let entry = Arc::new(self.entry(key));
        Box::pin(async move {
            let mut pause = FIRST_PAUSE;
            loop {
                let wanted = Arc::clone(&entry);
                let lock = lock_handover::acquire(move || {
                    access::folder(&wanted.folder)?;
                    FileLock::try_acquire(&wanted.path("lock"))
                });
                if let Some(lock) = lock.await? {
                    return Ok(Box::new(Locked::new(entry, lock)) as Box<dyn LockedToken>);
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        })
    }
}

/// Files for one key.
struct Entry {
    folder: PathBuf,
    name: String,
    vendor: String,
    base_url: String,
}

impl Entry {
    fn path(&self, extension: &str) -> PathBuf {
        self.folder.join(format!("{}.{extension}", self.name))
    }

    fn load(&self) -> Result<Option<SavedToken>, Error> {
        let path = self.path("json");
        if !access::check_folder(&self.folder)? {
            return Ok(None);
        }
        let mut text = Vec::new();
        match access::file(&path, OpenOptions::new().read(true)) {
            Ok(mut file) => file
                .read_to_end(&mut text)
                .map_err(|error| failed("read", &path, error))?,
            Err(error) if has_kind(&error, IoKind::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(self.parse(&path, &text))
    }

    fn parse(&self, path: &Path, text: &[u8]) -> Option<SavedToken> {
        let content = serde_json::from_slice::<Content>(text)
            .ok()
            .filter(|content| {
                content.version == VERSION
                    && content.vendor == self.vendor
                    && content.base_url == self.base_url
            });
        if content.is_none() {
            tracing::warn!(
                path = %path.display(),
                "the stored access token is damaged or belongs to another client; ignoring it"
            );
        }
        content.map(|content| content.token)
    }

    fn save(&self, token: SavedToken) -> Result<(), Error> {
        let path = self.path("json");
        let content = Content {
            version: VERSION,
            vendor: self.vendor.clone(),
            base_url: self.base_url.clone(),
            token,
        };
        let text = serde_json::to_vec(&content).map_err(|error| {
            failed("written", &path, IoKind::InvalidData.into()).with_source(error)
        })?;
        replace::replace(&self.folder, &self.name, &path, &text)
    }
}

/// A locked entry. Disk operations share the lock, so it is held until the last operation has
/// ended.
struct Locked {
    entry: Arc<Entry>,
    held: Arc<Mutex<LockState>>,
    /// Number of saves that were requested.
    saves: u64,
}

struct LockState {
    lock: FileLock,
    /// Number of the save that is on disk, or 0.
    saved: u64,
}

impl Locked {
    fn new(entry: Arc<Entry>, lock: FileLock) -> Self {
        Self {
            entry,
            held: Arc::new(Mutex::new(LockState { lock, saved: 0 })),
            saves: 0,
        }
    }

    /// Returns a closure that saves a token, on any thread.
    ///
    /// The closure does nothing if a later save is already on disk: a save whose caller was
    /// canceled may still be waiting for a thread.
    fn saving(
        &mut self,
        token: &SavedToken,
    ) -> impl FnOnce() -> Result<(), Error> + Send + 'static {
        self.saves += 1;
        let (entry, held, token) = (
            Arc::clone(&self.entry),
            Arc::clone(&self.held),
            token.clone(),
        );
        let number = self.saves;
        move || {
            // The mutex makes saves run one at a time.
            let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
            if number > held.saved {
                held.lock.check()?;
                entry.save(token)?;
                held.saved = number;
            }
            Ok(())
        }
    }
}

impl LockedToken for Locked {
    fn load(&mut self) -> BoxFuture<'_, Result<Option<SavedToken>, Error>> {
        let (entry, held) = (Arc::clone(&self.entry), Arc::clone(&self.held));
        Box::pin(blocking(move || {
            let _held = held;
            entry.load()
        }))
    }

    fn save<'a>(&'a mut self, token: &'a SavedToken) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(blocking(self.saving(token)))
    }

    fn put_back(&mut self, token: &SavedToken) {
        if let Err(error) = self.saving(token)() {
            tracing::warn!(%error, "could not update the stored token of an interrupted exchange");
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(Error::store("the file store operation did not finish").with_source(error))
    })
}

//! Tokens shared by processes, in files that only their owner can read.

mod access;

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind as IoKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs4::fs_std::FileExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use crate::BoxFuture;
use crate::error::Error;
use crate::token::store::saved::SavedToken;
use crate::token::store::{OpenToken, TokenKey, TokenStore};

/// How often a lock is tried that somebody else holds.
const POLL: Duration = Duration::from_millis(20);
/// How long a lock is waited for: longer than an exchange may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// Keeps each key's token in a file of its own in one folder.
///
/// The folder is made with mode 0700 and the files with 0600; where others own or can read either, it is refused. A file's name is a hash
/// of the key and tells nothing. Who gets a new token holds a lock from before it looks until it has saved, so of many processes that
/// start together one makes the exchange. A file that is torn or of something else is replaced, with a warning in the trace.
///
/// Owners and modes are kept on Unix only. The lock is advisory: folders on a network need one that hands locks on.
#[derive(Debug, Clone)]
pub struct FileStore {
    folder: PathBuf,
}

impl FileStore {
    /// Keeps the tokens in a folder, which is made when it is first needed.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }
}

/// What a file holds. The key's parts are for people who look into the folder, and to tell whose it is.
#[derive(Serialize, Deserialize)]
struct Content {
    version: u32,
    vendor: String,
    base_url: String,
    token: SavedToken,
}

const VERSION: u32 = 1;

impl TokenStore for FileStore {
    fn open<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn OpenToken>, Error>> {
        Box::pin(async move {
            let name = file_name(key);
            let lock_path = self.folder.join(format!("{name}.lock"));
            let folder = self.folder.clone();
            let started = Instant::now();
            let lock = blocking(move || {
                access::folder(&folder)?;
                access::file(&lock_path, OpenOptions::new().write(true).create(true))
            })
            .await?;
            while !lock
                .try_lock_exclusive()
                .map_err(|error| failed("locked", &self.folder, error))?
            {
                if started.elapsed() > PATIENCE {
                    let text = format!("{}: somebody else holds its lock", self.folder.display());
                    return Err(Error::store(text));
                }
                tokio::time::sleep(POLL).await;
            }
            Ok(Box::new(Open {
                path: self.folder.join(format!("{name}.json")),
                vendor: key.vendor.clone(),
                base_url: key.base_url.clone(),
                _lock: lock,
            }) as Box<dyn OpenToken>)
        })
    }
}

/// A file under lock; closing it unlocks it.
struct Open {
    path: PathBuf,
    vendor: String,
    base_url: String,
    _lock: File,
}

impl OpenToken for Open {
    fn load(&mut self) -> BoxFuture<'_, Result<Option<SavedToken>, Error>> {
        Box::pin(async move {
            let path = self.path.clone();
            let text = blocking(move || {
                let mut text = Vec::new();
                match access::file(&path, OpenOptions::new().read(true)) {
                    Ok(mut file) => file
                        .read_to_end(&mut text)
                        .map_err(|error| failed("read", &path, error))?,
                    Err(error) if is_missing(&error) => return Ok(None),
                    Err(error) => return Err(error),
                };
                Ok(Some(text))
            })
            .await?;
            Ok(text.and_then(|text| self.parse(&text)))
        })
    }

    fn save<'a>(&'a mut self, token: &'a SavedToken) -> BoxFuture<'a, Result<(), Error>> {
        let content = Content {
            version: VERSION,
            vendor: self.vendor.clone(),
            base_url: self.base_url.clone(),
            token: token.clone(),
        };
        let path = self.path.clone();
        Box::pin(blocking(move || replace(&path, &content)))
    }
}

impl Open {
    fn parse(&self, text: &[u8]) -> Option<SavedToken> {
        let content = serde_json::from_slice::<Content>(text)
            .ok()
            .filter(|content| {
                content.version == VERSION
                    && content.vendor == self.vendor
                    && content.base_url == self.base_url
            });
        if content.is_none() {
            tracing::warn!(
                path = %self.path.display(),
                "the stored access token is torn or of something else; starting afresh"
            );
        }
        content.map(|content| content.token)
    }
}

/// Writes beside the file and renames, so that nobody ever reads a half of it.
fn replace(path: &Path, content: &Content) -> Result<(), Error> {
    let text = serde_json::to_vec(content)
        .map_err(|error| failed("written", path, IoKind::InvalidData.into()).with_source(error))?;
    // Nobody else writes here: we hold the lock. What a crash left behind is overwritten.
    let beside = path.with_extension("new");
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != IoKind::NotFound => {
            return Err(failed("replaced", &beside, error));
        }
        _ => {}
    }
    let mut file = access::file(&beside, OpenOptions::new().write(true).create_new(true))?;
    file.write_all(&text)
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&beside, path))
        .map_err(|error| failed("written", path, error))
}

/// A hash of the key's parts, each with its length, so that no two keys run into one.
fn file_name(key: &TokenKey) -> String {
    let mut hash = Sha256::new();
    let user = key.user.as_deref().unwrap_or_default();
    let scope = key.scope.as_deref().unwrap_or_default();
    for part in [&key.vendor, &key.base_url, &key.client_id, user, scope] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_missing(error: &Error) -> bool {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<std::io::Error>())
        .is_some_and(|source| source.kind() == IoKind::NotFound)
}

fn failed(what: &str, path: &Path, error: std::io::Error) -> Error {
    Error::store(format!("{} cannot be {what}", path.display())).with_source(error)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(Error::store("the file store was broken off").with_source(error))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(client_id: &str, user: Option<&str>) -> TokenKey {
        TokenKey {
            vendor: "acme".to_owned(),
            base_url: "https://acme.example".to_owned(),
            client_id: client_id.to_owned(),
            user: user.map(str::to_owned),
            scope: None,
        }
    }

    #[test]
    fn every_key_has_a_name_of_its_own_that_tells_nothing() {
        let names = [
            file_name(&key("id", None)),
            file_name(&key("id", Some("me"))),
            file_name(&key("idm", Some("e"))),
        ];
        assert!(
            names
                .iter()
                .all(|name| name.len() == 64 && !name.contains("id"))
        );
        assert!(names[0] != names[1] && names[1] != names[2]);
        let scoped = TokenKey {
            scope: Some("me".to_owned()),
            ..key("id", None)
        };
        assert_ne!(file_name(&scoped), names[1]);
    }
}

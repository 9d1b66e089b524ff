//! Tests that both stores follow the rules even when tasks are aborted, and that the file store
//! follows them even when processes are killed.
#![cfg(all(feature = "file-store", feature = "store-conformance"))]
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

use std::path::PathBuf;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use sdk_runtime::{
    BoxFuture, Error, FileStore, LockedToken, MemoryStore, SavedToken, TokenKey, TokenStore,
    store_conformance,
};

const FOLDER: &str = "SDK_RUNTIME_TEST_STORE";
/// Environment variable with the number of rounds. Use 200 for a thorough run.
const ROUNDS: &str = "SDK_RUNTIME_TEST_ROUNDS";
/// Environment variable with the seed of an earlier run, to repeat that run.
const SEED: &str = "SDK_RUNTIME_TEST_SEED";

fn rounds() -> u32 {
    std::env::var(ROUNDS).map_or(20, |rounds| rounds.parse().unwrap())
}

fn seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    std::env::var(SEED).map_or(now.subsec_nanos().into(), |seed| seed.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_memory_store_passes_the_conformance_checks() {
    let store = MemoryStore::new();
    store_conformance::check(|| store.clone(), rounds(), seed())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_store_passes_the_conformance_checks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t");
    store_conformance::check(|| FileStore::new(&path), rounds(), seed())
        .await
        .unwrap();
}

fn competitor(path: PathBuf) -> impl Fn() -> Command {
    move || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([
            "child_process_competes_for_the_store",
            "--exact",
            "--ignored",
            "--nocapture",
        ]);
        command.env(FOLDER, &path);
        command
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_store_passes_the_checks_when_processes_are_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t");
    let store = FileStore::new(&path);
    store_conformance::check_killed(&store, competitor(path), rounds(), seed())
        .await
        .unwrap();
}

#[tokio::test]
#[ignore = "run by the test above, in separate processes"]
async fn child_process_competes_for_the_store() {
    let store = FileStore::new(std::env::var(FOLDER).unwrap());
    store_conformance::compete(&store).await.unwrap();
}

/// A memory store that violates a rule.
struct Broken(MemoryStore, Breach);

#[derive(Clone, Copy)]
enum Breach {
    /// Every caller gets the lock.
    NoLock,
    /// Saves are lost.
    NoSave,
    /// Keys that differ only in the fingerprint share an entry.
    OneEntry,
}

impl Broken {
    fn key(&self, key: &TokenKey) -> TokenKey {
        let mut key = key.clone();
        if let Breach::OneEntry = self.1 {
            key.fingerprint = sdk_runtime::Fingerprint::of(&"x".into(), &[]);
        }
        key
    }
}

impl TokenStore for Broken {
    fn load<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<SavedToken>, Error>> {
        Box::pin(async move { self.0.load(&self.key(key)).await })
    }

    fn lock<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn LockedToken>, Error>> {
        Box::pin(async move {
            match self.1 {
                Breach::OneEntry => self.0.lock(&self.key(key)).await,
                Breach::NoSave => {
                    let locked = self.0.lock(key).await?;
                    Ok(Box::new(Forgetful(locked)) as Box<dyn LockedToken>)
                }
                Breach::NoLock => {
                    let unlocked = Unlocked(self.0.clone(), key.clone());
                    Ok(Box::new(unlocked) as Box<dyn LockedToken>)
                }
            }
        })
    }
}

struct Forgetful(Box<dyn LockedToken>);

impl LockedToken for Forgetful {
    fn load(&mut self) -> BoxFuture<'_, Result<Option<SavedToken>, Error>> {
        self.0.load()
    }

    fn save<'a>(&'a mut self, _: &'a SavedToken) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }
}

struct Unlocked(MemoryStore, TokenKey);

impl LockedToken for Unlocked {
    fn load(&mut self) -> BoxFuture<'_, Result<Option<SavedToken>, Error>> {
        self.0.load(&self.1)
    }

    fn save<'a>(&'a mut self, token: &'a SavedToken) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { self.0.lock(&self.1).await?.save(token).await })
    }
}

#[tokio::test]
async fn a_store_that_breaks_a_rule_is_detected() {
    for (breach, found) in [
        (Breach::NoLock, "two holders"),
        (Breach::NoSave, "last saved record"),
        (Breach::OneEntry, "another key"),
    ] {
        let store = MemoryStore::new();
        let checked = store_conformance::check(|| Broken(store.clone(), breach), 1, 1).await;
        let text = checked.unwrap_err().to_string();
        assert!(text.contains(found), "{text}");
    }
}

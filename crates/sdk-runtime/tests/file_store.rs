//! The locks and files of the file store.
#![cfg(all(unix, feature = "file-store"))]
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sdk_runtime::{FileStore, Fingerprint, SavedToken, TokenKey, TokenStore};

fn key() -> TokenKey {
    TokenKey {
        vendor: "acme".to_owned(),
        base_url: "https://acme.example".to_owned(),
        fingerprint: Fingerprint::of(&"s3cret".into(), &[]),
    }
}

fn record(token: &str) -> SavedToken {
    let text = format!(r#"{{"access_token":"{token}","obtained":0}}"#);
    SavedToken::from_json(text.as_bytes()).unwrap()
}

#[test]
fn a_dropped_save_does_not_overwrite_a_later_one() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = FileStore::new(folder.path().join("tokens"));
        let mut entry = store.lock(&key()).await.unwrap();
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || gate.recv());
        let first = record("first");
        let mut save = entry.save(&first);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(save.as_mut().poll(&mut context).is_pending());
        drop(save);
        entry.put_back(&record("second"));
        open.send(()).unwrap();
        busy.await.unwrap().unwrap();
        // The only blocking thread runs the save before this read.
        let loaded = entry.load().await.unwrap();
        assert_eq!(loaded, Some(record("second")));
    });
}

fn lock_file(folder: &Path) -> PathBuf {
    folder.join(format!("{}.lock", key().name()))
}

#[tokio::test]
async fn a_lock_file_deleted_while_held_is_detected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t");
    let (store, key) = (FileStore::new(&path), key());
    let mut first = store.lock(&key).await.unwrap();
    std::fs::remove_file(lock_file(&path)).unwrap();
    let mut second = store.lock(&key).await.unwrap();
    second.save(&record("second")).await.unwrap();
    let error = first.save(&record("first")).await.unwrap_err();
    assert!(
        error.is_store() && error.to_string().contains("was deleted"),
        "{error}"
    );
    assert_eq!(store.load(&key).await.unwrap(), Some(record("second")));
}

#[tokio::test]
async fn a_save_keeps_the_unfinished_file_of_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t");
    let (store, key) = (FileStore::new(&path), key());
    let mut entry = store.lock(&key).await.unwrap();
    // This is the file of a process that was suspended during a save. It is neither overwritten
    // nor deleted.
    let theirs = path.join(format!("{}.1-0.new", key.name()));
    std::fs::write(&theirs, "half").unwrap();
    entry.save(&record("ours")).await.unwrap();
    assert_eq!(std::fs::read(&theirs).unwrap(), b"half");
}

/// A record of 2 MB takes long enough that the test can interrupt the write.
#[test]
fn the_lock_is_held_until_the_write_ends_even_if_its_runtime_shuts_down() {
    for round in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        let (store, key) = (FileStore::new(&path), key());
        let big = record(&"x".repeat(2_000_000));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut entry = runtime.block_on(store.lock(&key)).unwrap();
        runtime.block_on(async {
            let saving = entry.save(&big);
            let _ = tokio::time::timeout(Duration::from_micros(200 * round), saving).await;
        });
        drop(entry);
        runtime.shutdown_background();
        let next = tokio::runtime::Runtime::new().unwrap();
        next.block_on(async {
            let mut entry = store.lock(&key).await.unwrap();
            let before = entry.load().await.unwrap();
            entry.save(&record("next")).await.unwrap();
            drop(entry);
            // An older write that is still running would replace this record.
            tokio::time::sleep(Duration::from_millis(30)).await;
            let after = store.load(&key).await.unwrap();
            assert_eq!(after, Some(record("next")), "round {round}");
            assert!(before.is_none_or(|before| before == big));
        });
    }
}

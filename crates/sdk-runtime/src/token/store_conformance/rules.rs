//! The rules, checked one by one within a process.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use crate::error::Error;
use crate::token::store::TokenStore;
use crate::token::store_conformance::sample::{SeededRandom, key, number, record};
use crate::token::store_conformance::violation::{Violation, soon};

/// Checks the rules of [`TokenStore`] that can be checked within a process, except for lost locks.
///
/// `open` opens the same store each time.
///
/// The store must be empty. The last check has `rounds` rounds, each of which aborts tasks at
/// random points.
///
/// # Errors
///
/// Returns the first violated rule, or the error of a store that fails.
pub async fn check<S: TokenStore + 'static>(
    open: impl Fn() -> S,
    rounds: u32,
    seed: u64,
) -> Result<(), Violation> {
    let (one, other) = (open(), open());
    a_saved_record_can_be_loaded(&one, &other).await?;
    keys_are_independent(&one, &other).await?;
    a_lock_has_one_holder(&one, &other).await?;
    loading_does_not_wait_for_the_lock(&one, &other).await?;
    idle_and_dropped_waiters_do_not_hold_the_lock(&one, &other).await?;
    aborted_tasks_lose_no_records(Arc::new(one), rounds, seed).await
}

async fn a_saved_record_can_be_loaded(
    one: &impl TokenStore,
    other: &impl TokenStore,
) -> Result<(), Violation> {
    let key = key("saved");
    if soon("load", other.load(&key)).await?.is_some() {
        return Err(Violation::new(
            "an entry without a saved record is not empty; start with an empty store",
        ));
    }
    let mut entry = soon("lock", one.lock(&key)).await?;
    for count in [1, 2, 3] {
        soon("save", entry.save(&record(count))).await?;
        let own = soon("load", entry.load()).await?;
        let others = soon("load", other.load(&key)).await?;
        if number(own.as_ref())? != count || number(others.as_ref())? != count {
            return Err(Violation::new(
                "the next load does not return the last saved record",
            ));
        }
    }
    drop(entry);
    let again = soon("lock", other.lock(&key)).await?;
    drop(again);
    Ok(())
}

async fn keys_are_independent(
    one: &impl TokenStore,
    other: &impl TokenStore,
) -> Result<(), Violation> {
    let (left, right) = (key("left"), key("right"));
    let mut left_entry = soon("lock", one.lock(&left)).await?;
    let mut right_entry = soon("`lock` of another key", other.lock(&right)).await?;
    soon("save", left_entry.save(&record(1))).await?;
    soon("save", right_entry.save(&record(2))).await?;
    let saved = soon("load", other.load(&left)).await?;
    if number(saved.as_ref())? != 1 {
        return Err(Violation::new(
            "a save under one key changed another key's entry",
        ));
    }
    Ok(())
}

/// Returns whether the lock remains unavailable for 200 ms.
async fn is_lock_unavailable(store: &impl TokenStore, name: &str) -> Result<bool, Violation> {
    let key = key(name);
    match tokio::time::timeout(Duration::from_millis(200), store.lock(&key)).await {
        Ok(entry) => entry.map(|_| false).map_err(Violation::from),
        Err(_) => Ok(true),
    }
}

async fn a_lock_has_one_holder(
    one: &impl TokenStore,
    other: &impl TokenStore,
) -> Result<(), Violation> {
    let key = key("holder");
    let entry = soon("lock", one.lock(&key)).await?;
    if !is_lock_unavailable(other, "holder").await? || !is_lock_unavailable(one, "holder").await? {
        return Err(Violation::new("two holders had the lock at the same time"));
    }
    drop(entry);
    drop(soon("`lock` after its holder was dropped", other.lock(&key)).await?);
    Ok(())
}

async fn loading_does_not_wait_for_the_lock(
    one: &impl TokenStore,
    other: &impl TokenStore,
) -> Result<(), Violation> {
    let key = key("reading");
    let mut entry = soon("lock", one.lock(&key)).await?;
    soon("save", entry.save(&record(1))).await?;
    for store in [one.load(&key), other.load(&key)] {
        let saved = soon("`load` while another holder has the lock", store).await?;
        number(saved.as_ref())?;
    }
    Ok(())
}

/// A runtime that has stopped running doesn't poll its futures, and a caller that times out drops
/// them.
async fn idle_and_dropped_waiters_do_not_hold_the_lock(
    one: &impl TokenStore,
    other: &impl TokenStore,
) -> Result<(), Violation> {
    let key = key("waiting");
    let entry = soon("lock", one.lock(&key)).await?;
    let mut resting = pin!(other.lock(&key));
    for _ in 0..3 {
        let polled = poll_fn(|context| Poll::Ready(resting.as_mut().poll(context).is_ready()));
        if polled.await {
            return Err(Violation::new("two holders had the lock at the same time"));
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    let leaving = tokio::time::timeout(Duration::from_millis(50), other.lock(&key)).await;
    drop(leaving);
    drop(entry);
    // `resting` is kept without being polled.
    drop(soon("`lock` while a waiter is idle", one.lock(&key)).await?);
    Ok(())
}

async fn aborted_tasks_lose_no_records(
    store: Arc<impl TokenStore + 'static>,
    rounds: u32,
    seed: u64,
) -> Result<(), Violation> {
    println!("token store conformance: {rounds} rounds of aborted tasks, seed {seed}");
    let mut random = SeededRandom(seed);
    let (saved, holders) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicUsize::new(0)));
    for round in 0..rounds {
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let (store, saved) = (Arc::clone(&store), Arc::clone(&saved));
                let holders = Arc::clone(&holders);
                tokio::spawn(async move { count_up(&*store, &saved, &holders).await })
            })
            .collect();
        for task in &tasks {
            tokio::time::sleep(Duration::from_micros(random.below(3_000))).await;
            task.abort();
        }
        for task in tasks {
            match task.await {
                Ok(Ok(())) => {}
                Ok(Err(violation)) => return Err(violation.in_round(round, seed)),
                Err(ended) if ended.is_cancelled() => {}
                Err(ended) => return Err(Violation::new(ended.to_string()).in_round(round, seed)),
            }
        }
        // An aborted save may still be in progress. Acquiring the lock waits for it to finish.
        let locked = soon(
            "`lock` after its holder was aborted",
            store.lock(&key("aborted")),
        )
        .await;
        let mut entry = locked.map_err(|violation| violation.in_round(round, seed))?;
        let found = soon("load", entry.load()).await?;
        let found = number(found.as_ref()).map_err(|violation| violation.in_round(round, seed))?;
        let known = saved.load(Ordering::SeqCst);
        // Each task may have saved one record without reporting it.
        if found < known || found > known + 3 {
            let text = format!("record {known} was saved, but the store contains record {found}");
            return Err(Violation::new(text).in_round(round, seed));
        }
        saved.store(found, Ordering::SeqCst);
        holders.store(0, Ordering::SeqCst);
    }
    Ok(())
}

/// Saves increasing numbers, and detects other tasks that hold the lock at the same time.
async fn count_up(
    store: &impl TokenStore,
    saved: &AtomicU64,
    holders: &AtomicUsize,
) -> Result<(), Violation> {
    let key = key("aborted");
    loop {
        let mut entry = store.lock(&key).await?;
        let count = HolderGuard::new(holders)?;
        let now = number(entry.load().await?.as_ref())?;
        entry.save(&record(now + 1)).await?;
        saved.fetch_max(now + 1, Ordering::SeqCst);
        drop(count);
        drop(entry);
        tokio::task::yield_now().await;
    }
}

/// Counts the holders of a lock. Aborted holders no longer count.
struct HolderGuard<'a>(&'a AtomicUsize);

impl<'a> HolderGuard<'a> {
    fn new(holders: &'a AtomicUsize) -> Result<Self, Error> {
        let before = holders.fetch_add(1, Ordering::SeqCst);
        let holding = Self(holders);
        if before > 0 {
            return Err(Error::store("two holders had the lock at the same time"));
        }
        Ok(holding)
    }
}

impl Drop for HolderGuard<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

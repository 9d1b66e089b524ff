//! Hands an acquired lock from a blocking thread to the future that waits for it.
//!
//! A runtime can stop polling its futures, for example between two calls of `block_on`. A lock in
//! the result of a finished blocking task would then stay held, and nobody else could renew the
//! token. Here, the thread releases a lock that the future doesn't collect in time.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::error::Error;
use crate::token::file_store::lock::FileLock;

/// Time in which a future must collect its lock. A future that is polled needs microseconds.
const COLLECT_TIMEOUT: Duration = Duration::from_millis(500);

#[derive(Default)]
struct Handover {
    lock: Mutex<Option<FileLock>>,
    collected: Condvar,
}

impl Handover {
    fn take(&self) -> Option<FileLock> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.collected.notify_one();
        lock.take()
    }

    /// Waits until the lock is collected, but at most until the timeout. Then releases it.
    fn wait(&self) {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .collected
            .wait_timeout_while(lock, COLLECT_TIMEOUT, |lock| lock.is_some());
        let (mut lock, _) = waited.unwrap_or_else(PoisonError::into_inner);
        drop(lock.take());
    }
}

/// The future's side of a handover. Releases a lock that was not collected.
struct Offer(Arc<Handover>);

impl Drop for Offer {
    fn drop(&mut self) {
        drop(self.0.take());
    }
}

/// Runs an attempt to acquire a lock on a blocking thread.
///
/// Returns `None` if the lock is held elsewhere, or if this future was not polled in time.
pub(super) async fn acquire(
    attempt: impl FnOnce() -> Result<Option<FileLock>, Error> + Send + 'static,
) -> Result<Option<FileLock>, Error> {
    let (send, receive) = oneshot::channel();
    spawn_blocking(move || match attempt() {
        Ok(Some(lock)) => {
            let handover = Arc::new(Handover::default());
            *handover.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(lock);
            if send.send(Ok(Some(Offer(Arc::clone(&handover))))).is_ok() {
                handover.wait();
            }
        }
        Ok(None) => drop(send.send(Ok(None))),
        Err(error) => drop(send.send(Err(error))),
    });
    match receive.await {
        Ok(Ok(offer)) => Ok(offer.and_then(|offer| offer.0.take())),
        Ok(Err(error)) => Err(error),
        Err(error) => {
            Err(Error::store("the file store operation did not finish").with_source(error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::{Context, Waker};
    use tokio::time::Instant;

    #[test]
    fn a_lock_is_released_if_its_future_is_not_polled() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let _guard = runtime.enter();
        let (send, receive) = std::sync::mpsc::channel();
        let wanted = path.clone();
        let mut stalled = Box::pin(acquire(move || {
            let lock = FileLock::try_acquire(&wanted);
            send.send(()).unwrap();
            lock
        }));
        let mut context = Context::from_waker(Waker::noop());
        assert!(stalled.as_mut().poll(&mut context).is_pending());
        receive.recv().unwrap();
        let started = Instant::now();
        while FileLock::try_acquire(&path).unwrap().is_none() {
            assert!(started.elapsed() < Duration::from_secs(10));
            std::thread::yield_now();
        }
        drop(stalled);
    }
}

//! The webhooks that a vendor sent, and the tasks that send them.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::state::delivery::Delivery;

/// How many webhooks are remembered; the oldest ones go first.
const REMEMBERED: usize = 10_000;
/// The most URLs of an account.
const SUBSCRIBED: usize = 100;
/// How many webhooks and jobs may be under way.
const UNDER_WAY: usize = 10_000;

/// How far the delivery of a webhook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookState {
    /// It was not tried yet.
    Pending,
    /// The last attempt failed, and another one follows.
    Retrying,
    /// It was answered with 2xx.
    Delivered,
    /// All attempts failed.
    Failed,
}

/// One attempt to deliver a webhook, or a duplicate.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookAttempt {
    /// The headers that were sent, signatures included.
    pub headers: Vec<(String, String)>,
    /// The body that was sent.
    pub body: Bytes,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// The body of the answer, at most 64 KiB.
    pub answer: Bytes,
    /// What failed before there was an answer.
    pub error: Option<String>,
}

impl fmt::Debug for WebhookAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookAttempt")
            .field("status", &self.status)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// A webhook that a vendor sends or sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentWebhook {
    /// Counted from 1 per vendor.
    pub id: u64,
    /// The machine name of the vendor.
    pub vendor: String,
    /// The name of the family in the document.
    pub family: String,
    /// The name of the event.
    pub event: String,
    /// Where it goes.
    pub url: String,
    /// How far it is.
    pub state: WebhookState,
    /// The attempts in order, duplicates included.
    pub attempts: Vec<WebhookAttempt>,
}

/// The outbox of one vendor.
pub(crate) struct Outbox {
    notes: Mutex<Notes>,
    tasks: Mutex<JoinSet<()>>,
    runtime: Option<Handle>,
    under_way: watch::Sender<usize>,
}

#[derive(Default)]
struct Notes {
    sent: VecDeque<SentWebhook>,
    made: u64,
    delivery: Delivery,
    /// Families and URLs of the account.
    subscribed: Vec<(String, String)>,
}

impl Outbox {
    /// Tasks run on the current tokio runtime.
    pub(crate) fn new() -> Self {
        Self {
            notes: Mutex::default(),
            tasks: Mutex::default(),
            runtime: Handle::try_current().ok(),
            under_way: watch::Sender::new(0),
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a webhook that is to be sent, and returns its number.
    pub(crate) fn add(&self, mut webhook: SentWebhook) -> u64 {
        let mut notes = self.notes();
        notes.made += 1;
        webhook.id = notes.made;
        if notes.sent.len() >= REMEMBERED {
            notes.sent.pop_front();
        }
        notes.sent.push_back(webhook);
        notes.made
    }

    /// Notes an attempt, and how far the delivery is.
    pub(crate) fn note(&self, id: u64, state: WebhookState, attempt: WebhookAttempt) {
        let mut notes = self.notes();
        if let Some(webhook) = notes.sent.iter_mut().find(|webhook| webhook.id == id) {
            webhook.state = state;
            webhook.attempts.push(attempt);
        }
    }

    pub(crate) fn all(&self) -> Vec<SentWebhook> {
        self.notes().sent.iter().cloned().collect()
    }

    /// How webhooks that calls send are delivered.
    pub(crate) fn delivery(&self) -> Delivery {
        self.notes().delivery.clone()
    }

    pub(crate) fn deliver(&self, delivery: Delivery) {
        self.notes().delivery = delivery;
    }

    /// Sends a family to a URL from now on.
    pub(crate) fn subscribe(&self, family: &str, url: &str) {
        let mut notes = self.notes();
        if notes.subscribed.len() < SUBSCRIBED {
            notes.subscribed.push((family.to_owned(), url.to_owned()));
        }
    }

    pub(crate) fn subscribed(&self, family: &str) -> Vec<String> {
        let notes = self.notes();
        let own = notes.subscribed.iter().filter(|(known, _)| known == family);
        own.map(|(_, url)| url.clone()).collect()
    }

    /// Runs something in the background. What would be too much is dropped, and so is everything outside of a runtime.
    pub(crate) fn spawn(self: &Arc<Self>, work: impl Future<Output = ()> + Send + 'static) {
        let Some(runtime) = &self.runtime else { return };
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        if tasks.len() >= UNDER_WAY {
            return;
        }
        let turn = Turn::new(Arc::clone(self));
        let work = async move {
            let _turn = turn;
            work.await;
        };
        tasks.spawn_on(work, runtime);
    }

    /// Waits until nothing is under way.
    pub(crate) async fn settled(&self) {
        let mut under_way = self.under_way.subscribe();
        // The sender lives as long as the outbox.
        let _ = under_way.wait_for(|count| *count == 0).await;
    }

    /// Forgets everything, and stops what is under way.
    pub(crate) fn clear(&self) {
        self.stop();
        *self.notes() = Notes::default();
    }

    pub(crate) fn stop(&self) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.abort_all();
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").finish_non_exhaustive()
    }
}

/// Counts a task for as long as it lives, however it ends.
struct Turn(Arc<Outbox>);

impl Turn {
    fn new(outbox: Arc<Outbox>) -> Self {
        outbox.under_way.send_modify(|count| *count += 1);
        Self(outbox)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.under_way.send_modify(|count| *count -= 1);
    }
}

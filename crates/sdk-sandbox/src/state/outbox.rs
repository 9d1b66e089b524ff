//! Webhooks that a vendor sends, and the tasks that send them.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::state::delivery::Delivery;

/// Maximum number of webhooks that are kept. The oldest ones are dropped first.
const MAX_WEBHOOKS: usize = 10_000;
/// Maximum number of webhook subscriptions in the account settings.
const MAX_SUBSCRIPTIONS: usize = 100;
/// Maximum number of webhooks and jobs in progress.
const MAX_TASKS: usize = 10_000;

/// State of a webhook's delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookState {
    /// Not attempted yet.
    Pending,
    /// The last attempt failed, and another attempt follows.
    Retrying,
    /// The receiver responded with 2xx.
    Delivered,
    /// All attempts failed.
    Failed,
}

/// An attempt to deliver a webhook, or a duplicate delivery.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookAttempt {
    /// Headers of the request, including signatures.
    pub headers: Vec<(String, String)>,
    /// Body of the request.
    pub body: Bytes,
    /// Status of the response, if there was a response.
    pub status: Option<u16>,
    /// Body of the response. Empty if the body is truncated or longer than 64 KiB.
    pub answer: Bytes,
    /// Error, if there was no response.
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

/// A webhook, sent or pending.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentWebhook {
    /// Sequence number of the webhook for its vendor, starting at 1.
    pub id: u64,
    /// Machine name of the vendor.
    pub vendor: String,
    /// Name of the webhook family in the document.
    pub family: String,
    /// Name of the event.
    pub event: String,
    /// Destination URL.
    pub url: String,
    /// State of the delivery.
    pub state: WebhookState,
    /// Attempts in order, including duplicates.
    pub attempts: Vec<WebhookAttempt>,
}

/// Outbox of a vendor.
pub(crate) struct Outbox {
    contents: Mutex<Contents>,
    tasks: Mutex<JoinSet<()>>,
    runtime: Option<Handle>,
    under_way: watch::Sender<usize>,
}

#[derive(Default)]
struct Contents {
    sent: VecDeque<SentWebhook>,
    made: u64,
    delivery: Delivery,
    /// Webhook families and their URLs in the account settings.
    subscribed: Vec<(String, String)>,
}

impl Outbox {
    /// Creates an outbox whose tasks run on the current tokio runtime.
    pub(crate) fn new() -> Self {
        Self {
            contents: Mutex::default(),
            tasks: Mutex::default(),
            runtime: Handle::try_current().ok(),
            under_way: watch::Sender::new(0),
        }
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a pending webhook and returns its number.
    pub(crate) fn add(&self, mut webhook: SentWebhook) -> u64 {
        let mut contents = self.contents();
        contents.made += 1;
        webhook.id = contents.made;
        if contents.sent.len() >= MAX_WEBHOOKS {
            contents.sent.pop_front();
        }
        contents.sent.push_back(webhook);
        contents.made
    }

    /// Stores an attempt and the new state.
    pub(crate) fn note(&self, id: u64, state: WebhookState, attempt: WebhookAttempt) {
        let mut contents = self.contents();
        if let Some(webhook) = contents.sent.iter_mut().find(|webhook| webhook.id == id) {
            webhook.state = state;
            webhook.attempts.push(attempt);
        }
    }

    pub(crate) fn all(&self) -> Vec<SentWebhook> {
        self.contents().sent.iter().cloned().collect()
    }

    /// Returns the delivery options for webhooks that don't have their own.
    pub(crate) fn delivery(&self) -> Delivery {
        self.contents().delivery.clone()
    }

    pub(crate) fn deliver(&self, delivery: Delivery) {
        self.contents().delivery = delivery;
    }

    /// Registers a URL for the future webhooks of a family.
    pub(crate) fn subscribe(&self, family: &str, url: &str) {
        let mut contents = self.contents();
        if contents.subscribed.len() < MAX_SUBSCRIPTIONS {
            contents
                .subscribed
                .push((family.to_owned(), url.to_owned()));
        }
    }

    pub(crate) fn subscribed(&self, family: &str) -> Vec<String> {
        let contents = self.contents();
        let own = contents
            .subscribed
            .iter()
            .filter(|(known, _)| known == family);
        own.map(|(_, url)| url.clone()).collect()
    }

    /// Runs a task in the background. Drops the task if too many tasks are in progress, or if there
    /// is no tokio runtime.
    pub(crate) fn spawn(self: &Arc<Self>, work: impl Future<Output = ()> + Send + 'static) {
        let Some(runtime) = &self.runtime else { return };
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        if tasks.len() >= MAX_TASKS {
            return;
        }
        let turn = TaskGuard::new(Arc::clone(self));
        let work = async move {
            let _turn = turn;
            work.await;
        };
        tasks.spawn_on(work, runtime);
    }

    /// Waits until no task is in progress.
    pub(crate) async fn settled(&self) {
        let mut under_way = self.under_way.subscribe();
        // The sender lives as long as the outbox, so `wait_for` can't fail.
        let _ = under_way.wait_for(|count| *count == 0).await;
    }

    /// Deletes all webhooks, subscriptions and delivery options, and stops the tasks in progress.
    pub(crate) fn clear(&self) {
        self.stop();
        *self.contents() = Contents::default();
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

/// Guard that counts a running task until it ends, even if it panics.
struct TaskGuard(Arc<Outbox>);

impl TaskGuard {
    fn new(outbox: Arc<Outbox>) -> Self {
        outbox.under_way.send_modify(|count| *count += 1);
        Self(outbox)
    }
}

impl Drop for TaskGuard {
    fn drop(&mut self) {
        self.0.under_way.send_modify(|count| *count -= 1);
    }
}

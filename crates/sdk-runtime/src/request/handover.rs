//! Whether a request with a single-use grant was handed to a connection.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

/// The initial state, and the state after a request with a known outcome.
const IDLE: u8 = 0;
/// External code has the single-use grant, and may send it on its own.
const EXPOSED: u8 = 1;
/// The SDK's own request contains the grant, and has not been handed to a connection.
const HELD: u8 = 2;
/// A connection has started to read the request's body.
const SENT: u8 = 3;
/// The grant must no longer be sent.
const WITHDRAWN: u8 = 4;

/// Decides between handing a request to a connection and withdrawing it. Never allows both.
///
/// An HTTP client polls the body as soon as it has a connection, so the first poll marks the
/// handover.
#[derive(Debug, Default)]
pub(crate) struct Handover(AtomicU8);

impl Handover {
    /// Records that external code gets the single-use grant. Returns false if the grant was
    /// withdrawn.
    pub(crate) fn expose(&self) -> bool {
        self.step(|state| (state == IDLE).then_some(EXPOSED)) != WITHDRAWN
    }

    /// Records that the SDK's own request contains the grant. Returns false if the grant was
    /// withdrawn.
    pub(crate) fn hold(&self) -> bool {
        self.step(|state| matches!(state, IDLE | EXPOSED).then_some(HELD)) != WITHDRAWN
    }

    /// Records that sending starts. Returns false if the request was withdrawn.
    pub(crate) fn send(&self) -> bool {
        self.step(|state| (state != WITHDRAWN).then_some(SENT)) != WITHDRAWN
    }

    /// Resets the state after a request has ended with a known outcome. The state after a
    /// withdrawal is final.
    pub(crate) fn reset(&self) {
        self.step(|state| (state != WITHDRAWN).then_some(IDLE));
    }

    /// Withdraws an unsent request. Returns false if the request may have been sent.
    pub(crate) fn withdraw(&self) -> bool {
        matches!(
            self.step(|state| matches!(state, IDLE | HELD).then_some(WITHDRAWN)),
            IDLE | HELD | WITHDRAWN
        )
    }

    /// Returns whether the request may have been sent.
    pub(crate) fn may_have_been_sent(&self) -> bool {
        matches!(self.0.load(Ordering::Acquire), EXPOSED | SENT)
    }

    /// Changes the state if `next` returns a new one, and returns the previous state.
    fn step(&self, next: impl Fn(u8) -> Option<u8>) -> u8 {
        let moved = self
            .0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, next);
        moved.unwrap_or_else(|stays| stays)
    }
}

/// A body that reports when a connection starts to read it, and fails if the request was withdrawn.
pub(super) struct Reporting {
    pub(super) bytes: Option<Bytes>,
    pub(super) handover: Arc<Handover>,
}

impl Stream for Reporting {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let Some(bytes) = self.bytes.take() else {
            return Poll::Ready(None);
        };
        Poll::Ready(Some(if self.handover.send() {
            Ok(bytes)
        } else {
            Err(io::Error::other(
                "the token exchange was taken over by another caller, so it was not sent",
            ))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_either_handed_over_or_withdrawn() {
        let sent = Handover::default();
        assert!(sent.hold() && !sent.may_have_been_sent() && sent.send());
        assert!(sent.may_have_been_sent() && !sent.withdraw() && sent.send());
        let withdrawn = Handover::default();
        assert!(withdrawn.hold() && withdrawn.withdraw());
        assert!(!withdrawn.send() && !withdrawn.hold() && !withdrawn.expose());
        assert!(!withdrawn.may_have_been_sent() && withdrawn.withdraw());
    }

    #[test]
    fn an_exposed_grant_counts_as_sent_until_our_own_request_contains_it() {
        let exposed = Handover::default();
        assert!(exposed.expose() && exposed.may_have_been_sent() && !exposed.withdraw());
        assert!(exposed.hold() && !exposed.may_have_been_sent() && exposed.withdraw());
    }
}

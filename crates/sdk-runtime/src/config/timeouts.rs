//! How long each part of a call may take.

use std::time::Duration;

use tokio::time::Instant;

const CONNECT: Duration = Duration::from_secs(10);
const ATTEMPT: Duration = Duration::from_secs(30);
const CALL: Duration = Duration::from_secs(60);
/// A file is large enough to take its time, and cutting it short would only have it sent again.
const UPLOAD: Duration = Duration::from_secs(60 * 60);
const IDLE: Duration = Duration::from_secs(30);

/// The limits of a client; a call may have its own.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Timeouts {
    pub(crate) connect: Option<Duration>,
    pub(crate) attempt: Option<Duration>,
    pub(crate) call: Option<Duration>,
    pub(crate) idle: Option<Duration>,
}

impl Timeouts {
    pub(crate) fn connect(&self) -> Duration {
        self.connect.unwrap_or(CONNECT)
    }

    /// When the connection must be made, and whether that is sooner than the client's limit says.
    pub(crate) fn connect_until(
        &self,
        client: &Self,
        now: Instant,
        end: Option<Instant>,
    ) -> (Option<Instant>, bool) {
        let own = now.checked_add(self.connect());
        let Some(sooner) = [own, end].into_iter().flatten().min() else {
            return (None, false);
        };
        let is_sooner = now
            .checked_add(client.connect())
            .is_none_or(|usual| sooner < usual);
        (Some(sooner), is_sooner)
    }

    pub(crate) fn call(&self) -> Duration {
        self.call.unwrap_or(CALL)
    }

    pub(crate) fn idle(&self) -> Duration {
        self.idle.unwrap_or(IDLE)
    }

    /// An attempt is cut short only so that another one can be made: one that cannot be repeated has all the call's time,
    /// unless it was limited on purpose.
    pub(crate) fn attempt(&self, may_be_repeated: bool) -> Option<Duration> {
        self.attempt.or(may_be_repeated.then_some(ATTEMPT))
    }

    /// These limits, with more time for a call that sends a file, where it was not limited on purpose.
    pub(crate) fn for_upload(mut self) -> Self {
        let call = *self.call.get_or_insert(UPLOAD);
        self.attempt.get_or_insert(call);
        self
    }

    /// These limits, and the other's where these say nothing.
    pub(crate) fn or(self, other: &Self) -> Self {
        Self {
            connect: self.connect.or(other.connect),
            attempt: self.attempt.or(other.attempt),
            call: self.call.or(other.call),
            idle: self.idle.or(other.idle),
        }
    }
}

//! Time limits of a call and of its parts.

use std::time::Duration;

use tokio::time::Instant;

const CONNECT: Duration = Duration::from_secs(10);
const ATTEMPT: Duration = Duration::from_secs(30);
const CALL: Duration = Duration::from_secs(60);
/// Default limit of a call with an upload: large files take a long time, and an aborted upload has
/// to start over.
const UPLOAD: Duration = Duration::from_secs(60 * 60);
const IDLE: Duration = Duration::from_secs(30);

/// Time limits of a client or of a call. The limits of a call take precedence.
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

    /// Returns the deadline for the connection, and whether it is earlier than the client's limit.
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

    /// Returns the time limit of an attempt.
    ///
    /// An attempt has a limit only so that another attempt can follow. An attempt that can't be
    /// repeated may use the whole time limit of the call, unless there is an
    /// explicit attempt limit.
    pub(crate) fn attempt(&self, may_be_repeated: bool) -> Option<Duration> {
        self.attempt.or(may_be_repeated.then_some(ATTEMPT))
    }

    /// Returns these limits, with more time for a call that uploads a file.
    ///
    /// An explicit limit stays unchanged.
    pub(crate) fn for_upload(mut self) -> Self {
        let call = *self.call.get_or_insert(UPLOAD);
        self.attempt.get_or_insert(call);
        self
    }

    /// Returns these limits. Limits that are not set are taken from `other`.
    pub(crate) fn or(self, other: &Self) -> Self {
        Self {
            connect: self.connect.or(other.connect),
            attempt: self.attempt.or(other.attempt),
            call: self.call.or(other.call),
            idle: self.idle.or(other.idle),
        }
    }
}

//! Entries in the operation table for jobs: how to start and read a job.

use std::time::Duration;

/// How an operation reads the state of a job (`x-sdk-wait` with `state`).
///
/// A job in an unlisted state is pending if `pending` is empty, and successful otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitRule {
    /// JSON pointer to the state in the response. A step `*` matches every item of a list, and the
    /// job is finished when all items are finished. If the list is paged by cursor, polling
    /// continues with the next page after a page on which all items are successful.
    pub state: &'static str,
    /// JSON pointer to the final number of items in the list that `state` points into. The job is
    /// pending while there are fewer items. Without this pointer, the list is considered complete.
    pub count: Option<&'static str>,
    /// States of an unfinished job. Empty if `done` lists the final states.
    pub pending: &'static [&'static str],
    /// States of a successful job. Empty if `pending` lists all states of an unfinished job.
    pub done: &'static [&'static str],
    /// States of a failed job.
    pub failed: &'static [&'static str],
    /// JSON pointer to the reason for a failure.
    pub reason: Option<&'static str>,
    /// Default delay before the first poll of a job that was just started, or before the second
    /// poll of any other job. The delay grows with each poll.
    pub first_delay: Duration,
    /// Default maximum delay between two polls.
    pub longest_delay: Duration,
    /// Default time limit for the whole wait.
    pub deadline: Duration,
}

/// Phase of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Pending,
    Done,
    Failed,
}

impl WaitRule {
    /// Returns the phase of a job in this state.
    pub(crate) fn phase(&self, state: &str) -> Phase {
        if self.failed.contains(&state) {
            Phase::Failed
        } else if self.done.contains(&state)
            || !self.pending.is_empty() && !self.pending.contains(&state)
        {
            Phase::Done
        } else {
            Phase::Pending
        }
    }
}

/// How an operation starts a job (`x-sdk-wait` with `poll`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartRule {
    /// Parameters of the start operation that are always set, with their values.
    pub fixed: &'static [(&'static str, &'static str)],
    /// Operation that reads the job.
    pub poll: FollowUp,
    /// Operation that fetches the result. Without it, the last response of `poll` is the result.
    pub result: Option<FollowUp>,
    /// How to find a job that may have been started.
    pub find: &'static str,
}

/// An operation that is called with values from an earlier response.
///
/// Path parameters that aren't in `arguments` use the values of the start operation's path
/// parameters with the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowUp {
    /// Id of the operation.
    pub operation: &'static str,
    /// Parameters, each with the JSON pointer to its value in the response of the start operation.
    pub arguments: &'static [(&'static str, &'static str)],
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: WaitRule = WaitRule {
        state: "/status",
        count: None,
        pending: &[],
        done: &["done"],
        failed: &["failed"],
        reason: None,
        first_delay: Duration::from_secs(1),
        longest_delay: Duration::from_secs(8),
        deadline: Duration::from_secs(60),
    };

    #[test]
    fn an_unlisted_state_is_pending_unless_pending_states_are_listed() {
        let phases = ["done", "failed", "new"].map(|state| RULE.phase(state));
        assert_eq!(phases, [Phase::Done, Phase::Failed, Phase::Pending]);
        let rule = WaitRule {
            pending: &["open"],
            done: &[],
            ..RULE
        };
        let phases = ["open", "failed", "new"].map(|state| rule.phase(state));
        assert_eq!(phases, [Phase::Pending, Phase::Failed, Phase::Done]);
    }
}

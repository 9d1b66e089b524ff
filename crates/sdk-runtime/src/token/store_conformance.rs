//! Checks that an implementation of [`TokenStore`](crate::TokenStore) keeps the rules, for people who write one over a database.
//!
//! [`check`] tries the rules one by one within a process. [`check_killed`] has two processes compete for one entry and
//! kills them at random points; each of them runs [`compete`]. A test of a store is then:
//!
//! ```no_run
//! # use std::process::Command;
//! # use sdk_runtime::{MemoryStore, store_conformance};
//! # fn store() -> MemoryStore { MemoryStore::new() }
//! # async fn test() -> Result<(), store_conformance::Violation> {
//! store_conformance::check(store, 200, 1).await?;
//! let process = || {
//!     let mut command = Command::new("/proc/self/exe");
//!     command.args(["competitor", "--exact", "--ignored", "--nocapture"]);
//!     command
//! };
//! // The ignored test `competitor` calls `store_conformance::compete(&store())`.
//! store_conformance::check_killed(&store(), process, 200, 1).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Both take the number of rounds and the seed of their randomness, and print the seed. They need a tokio runtime with time and I/O enabled.

mod killed;
mod rules;
mod sample;
mod violation;

pub use killed::{check_killed, compete};
pub use rules::check;
pub use violation::Violation;

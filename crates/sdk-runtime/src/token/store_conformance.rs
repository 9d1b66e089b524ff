//! Checks that an implementation of [`TokenStore`](crate::TokenStore) follows the rules.
//!
//! This module is for authors of stores, such as a store on top of a database.
//!
//! [`check`] checks the rules one by one within a process. In each round, [`check_killed`] starts
//! two processes that compete for one entry, and kills them at random points. Each process runs
//! [`compete`]. A test of a store looks like this:
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
//! [`check`] and [`check_killed`] accept the number of rounds and a random seed, and print both.
//! They need a tokio runtime with time enabled. The store may also need I/O.

mod killed;
mod rules;
mod sample;
mod violation;

pub use killed::{check_killed, compete};
pub use rules::check;
pub use violation::Violation;

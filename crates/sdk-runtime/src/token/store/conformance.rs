//! Checks that an implementation of [`TokenStore`] keeps the rules, for people who write one over a database.
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

use std::fmt;
use std::time::{Duration, SystemTime};

pub use killed::{check_killed, compete};
pub use rules::check;

use crate::error::Error;
use crate::token::access_token::AccessToken;
use crate::token::fingerprint::Fingerprint;
use crate::token::store::TokenKey;
use crate::token::store::saved::SavedToken;

/// A rule that a store breaks, and how that was noticed.
pub struct Violation(String);

impl Violation {
    fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// Adds the round and seed by which to repeat the check.
    fn in_round(self, round: u32, seed: u64) -> Self {
        Self(format!("{} (round {round}, seed {seed})", self.0))
    }
}

impl From<Error> for Violation {
    fn from(error: Error) -> Self {
        Self(format!("the store failed: {error}"))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Violation {}

/// How long a store may take for what must not wait.
const SOON: Duration = Duration::from_secs(10);

async fn soon<T>(what: &str, work: impl Future<Output = Result<T, Error>>) -> Result<T, Violation> {
    match tokio::time::timeout(SOON, work).await {
        Ok(outcome) => Ok(outcome?),
        Err(_) => Err(Violation::new(format!("{what} takes longer than {SOON:?}"))),
    }
}

fn key(name: &str) -> TokenKey {
    TokenKey {
        vendor: "conformance".to_owned(),
        base_url: "https://conformance.example".to_owned(),
        fingerprint: Fingerprint::of(&"conformance".into(), &[("name", Some(name))]),
    }
}

/// A record that can be told from every other, and of which a part can be told from the whole.
fn record(number: u64) -> SavedToken {
    let token = AccessToken::new(format!("token-{number}"))
        .with_expires_in(3600_u64)
        .with_scope("x".repeat(2000));
    SavedToken::new(
        &token,
        Some(format!("refresh-{number}").into()),
        vec![format!("used-{number}").into()],
        SystemTime::UNIX_EPOCH,
    )
}

/// The number of a record, which must be whole.
fn number(saved: Option<&SavedToken>) -> Result<u64, Violation> {
    let Some(saved) = saved else {
        return Ok(0);
    };
    let token = saved.access_token();
    let number = token
        .as_ref()
        .and_then(|token| token.value().expose().strip_prefix("token-")?.parse().ok());
    match number {
        Some(number) if *saved == record(number) => Ok(number),
        _ => Err(Violation::new(
            "a record was read that nobody saved, or a part of one",
        )),
    }
}

/// Random numbers that a seed repeats: splitmix64.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}

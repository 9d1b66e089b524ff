//! Tests of the sandbox from the perspective of a client, over plain HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the shared functions panic to fail a test"
)]

mod answers;
#[cfg(feature = "metquay")]
mod dependants;
#[cfg(all(
    feature = "akeneo",
    feature = "metquay",
    feature = "motaword",
    feature = "oneshot",
    feature = "smscx"
))]
mod embedded;
mod exchanges;
mod fault_kinds;
mod faults;
mod files;
mod lifecycle;
mod limits;
#[cfg(all(
    feature = "akeneo",
    feature = "metquay",
    feature = "motaword",
    feature = "oneshot",
    feature = "smscx"
))]
mod narrowed_lists;
mod parcels;
#[cfg(all(
    feature = "akeneo",
    feature = "metquay",
    feature = "motaword",
    feature = "oneshot",
    feature = "smscx"
))]
mod receiver;
mod records;
mod refusals;
mod several;
mod tokens;
#[cfg(all(
    feature = "akeneo",
    feature = "metquay",
    feature = "motaword",
    feature = "oneshot",
    feature = "smscx"
))]
mod webhooks;
#[cfg(all(
    feature = "akeneo",
    feature = "metquay",
    feature = "motaword",
    feature = "oneshot",
    feature = "smscx"
))]
mod whole_records;

//! A small vendor crate that resembles generated code.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::wildcard_imports)]

pub mod auth;
pub mod effects;
pub mod generated;
pub mod jobs;
pub mod shop;

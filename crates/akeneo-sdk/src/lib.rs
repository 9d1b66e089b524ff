#![doc = include_str!("../README.md")]

// Not `mod auth`: a tag of the API may be called so.
#[path = "auth.rs"]
mod credentials;
#[rustfmt::skip]
mod generated;

pub mod app;
#[cfg(feature = "events")]
pub mod events;
pub mod media;
pub mod search;
pub mod values;

pub use credentials::Credentials;
pub use generated::*;
#[cfg(feature = "file-store")]
pub use sdk_runtime::FileStore;
pub use sdk_runtime::{
    AccessToken, ClientConfig, Error, File, Limits, MemoryStore, RawResponse, Response,
    RetryPolicy, Secret, TokenSource, TokenStore, VendorClient,
};

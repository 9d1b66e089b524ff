#![doc = include_str!("../README.md")]

// Not `mod auth`: a tag of the API may be called so.
#[path = "auth.rs"]
mod credentials;
#[rustfmt::skip]
mod generated;

pub use credentials::Credentials;
pub use generated::*;
pub use sdk_runtime::{
    AccessToken, ClientConfig, Error, RawResponse, Response, Secret, TokenSource, VendorClient,
};

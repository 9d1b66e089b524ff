//! The call path, tokens and errors that every vendor client shares.
//!
//! A vendor crate re-exports the items of [`surface`], which the crate's users refer to by name.
//! The rest of a vendor crate is mostly generated: the operation table, the types, the methods of
//! the client, and the credentials, which implement [`Authenticate`].
//!
//! Each module is a layer, and uses only the layers that precede it in `xtask/layers.yaml`.

mod auth;
mod call_path;
mod client;

mod config;

mod error;
mod json;
mod request;
mod response;
mod system;
mod table;
mod token;
mod transport;
mod value;
#[cfg(feature = "webhooks")]
mod webhook;

use std::pin::Pin;

pub use client::surface;
pub use client::surface::operation_table::*;
pub use client::surface::*;

// Further items for generated code.
pub use auth::given_credentials::{ExchangeHook, GivenCredentials};
pub use client::bulk::request::BulkRequest;
pub use json::lenient;
#[doc(hidden)]
pub use json::object;
#[doc(hidden)]
pub use json::open_object::OpenObject;
pub use json::union;
pub use request::argument::list::texts;
pub use response::decode::WholeBody;
pub use table::credentials::{
    CredentialExchange, CredentialField, CredentialKind, Piece, PropertyValue, SchemeValue,
    Template, Travel,
};
#[doc(hidden)]
pub use value::media_type::is_json as is_json_media_type;
#[doc(hidden)]
pub use value::secret::is_not_sent;
pub use {reqwest, serde};

#[cfg(feature = "store-conformance")]
#[doc(inline)]
pub use token::store_conformance;

/// A boxed future, as required by object-safe traits.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Compiles the README's examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

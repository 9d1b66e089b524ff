//! The merged document as plain structs: an API with its tags, operations, parameters, bodies and
//! responses.
//!
//! This module contains the code that interprets the document. The modules `progenitor` and `emit`
//! handle Rust types and tokens.

mod api;
mod components;
mod operation;
mod schema;
mod security;
mod value;

pub(crate) use api::{Api, Server};
pub(crate) use operation::body::{Encoding, Variant, has_files};
pub(crate) use operation::status::is_success_or_not_modified;
pub(crate) use operation::success::Content;
pub(crate) use operation::{
    Answer, Body, Header, Media, Operation, OwnServer, Parameter, Place, preset,
};
pub(crate) use schema::{kind_words, last_pointer_segment};
pub(crate) use security::Scheme;
pub(crate) use value::{elements, flag, members, text, texts};
